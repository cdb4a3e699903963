"""Addresses at which a person sees a commit, and what changed between two.

A repository's own address tells whose it is: AWS has no API for the web pages of others.
"""

from urllib.parse import quote, urlsplit


def commit_link(address: str, commit: str) -> str:
    """The page of a commit; empty where the repository has none.

    Args:
        address: the repository's, as `components.sources` and the manifest have it.
        commit: the commit's id.
    """
    match _host(address):
        case "github.com":
            return f"{address}/commit/{commit}"
        case "gitlab.com":
            return f"{address}/-/commit/{commit}"
        case "bitbucket.org":
            return f"{address}/commits/{commit}"
        case host if _is_console(host):
            return _in_console(address, f"commit/{commit}")
    return ""


def diff_link(address: str, *, old: str, new: str) -> str:
    """The page of what changed from `old` to `new`; empty where there is none."""
    if not old or old == new:
        return ""
    match _host(address):
        case "github.com":
            return f"{address}/compare/{old}...{new}"
        case "gitlab.com":
            return f"{address}/-/compare/{old}...{new}"
        case "bitbucket.org":
            return f"{address}/branches/compare/{new}..{old}"
        case host if _is_console(host):
            return _in_console(address, f"compare/{quote(old)}/.../{quote(new)}")
    return ""


def _host(address: str) -> str:
    return urlsplit(address).hostname or ""


def _is_console(host: str) -> bool:
    return "console." in host and host.endswith(("amazon.com", "amazonaws.cn", "amazonaws-us-gov.com"))


def _in_console(address: str, page: str) -> str:
    """A page of a repository in CodeCommit's console, whose address ends in `/browse?region=…`."""
    place = urlsplit(address)
    return place._replace(path=f"{place.path.removesuffix('/browse')}/{page}").geturl()
