"""Clients of package registries, as far as the scripts use them: each writes down how it was called, then does it.

Each takes its credentials from where the real client reads them (a variable, or a file that names one), and puts the
package where the registry of the test keeps it. Run as `python clients.py <folder> <client> <arguments>`.
"""

import base64
import hashlib
import json
import os
import re
import sys
import tarfile
import urllib.request
import zipfile
from pathlib import Path

STATE = Path(sys.argv[1])


def main(client: str, arguments: list[str]) -> int:
    """One call of a client."""
    with (STATE / "calls.jsonl").open("a") as calls:
        calls.write(json.dumps([client, *arguments]) + "\n")
    with (STATE / "folders").open("a") as folders:
        folders.write(f"{Path.cwd()}\n" if client != "python" else "")
    return CLIENTS[client](arguments)


def put(url: str, content: bytes, authorization: str) -> int:
    """The registry's own write."""
    request = urllib.request.Request(url, data=content, method="PUT", headers={"Authorization": authorization})  # noqa: S310
    with urllib.request.urlopen(request) as answer:  # noqa: S310 - the registry of the test
        return 0 if answer.status == 201 else 1


def basic(user: str, password: str) -> str:
    return f"Basic {base64.b64encode(f'{user}:{password}'.encode()).decode()}"


def expanded(text: str, pattern: str) -> str:
    """A text of a configuration file with the variables that it names."""
    return re.sub(pattern, lambda found: os.environ[found.group(1)], text)


def refused() -> bool:
    """Whether the test wants the write to fail."""
    if (STATE / "refuse").exists():
        print("the registry said no", file=sys.stderr)
        return True
    return False


def python(arguments: list[str]) -> int:
    return 0 if arguments[:3] == ["-m", "pip", "install"] else 2


def twine(arguments: list[str]) -> int:
    assert arguments[:2] == ["upload", "--disable-progress-bar"]
    path = Path(arguments[2])
    project = re.sub(r"[-_.]+", "-", re.sub(r"-\d.*", "", path.name)).lower()
    url = os.environ["TWINE_REPOSITORY_URL"].rstrip("/")
    if refused():
        return 1
    authorization = basic(os.environ["TWINE_USERNAME"], os.environ["TWINE_PASSWORD"])
    return put(f"{url}/packages/{project}/{path.name}", path.read_bytes(), authorization)


def npm(arguments: list[str]) -> int:
    said = Path(os.environ["NPM_CONFIG_USERCONFIG"]).read_text()
    url = os.environ["NPM_CONFIG_REGISTRY"]
    key, _, value = said.strip().partition("=")
    # npm takes a key of the registry that it talks to alone.
    assert key.startswith(f"//{url.partition('//')[2]}:")
    kind = {"_auth": "Basic", "_authToken": "Bearer"}[key.rpartition(":")[2]]
    authorization = " ".join((kind, expanded(value, r"[$][{](\w+)[}]")))
    kept = STATE / "npm.json"
    packages = json.loads(kept.read_text()) if kept.exists() else {}
    if arguments[0] == "view":
        if (STATE / "unreachable").exists():
            print("npm error code ECONNREFUSED", file=sys.stderr)
            return 1
        if not any(one.startswith(arguments[1].rpartition("@")[0] + "@") for one in packages):
            print("npm error code E404", file=sys.stderr)
            return 1
        print(packages.get(arguments[1], ""))
        return 0
    if refused():
        return 1
    path = Path(arguments[1])
    with tarfile.open(path) as archive:
        described = archive.extractfile("package/package.json")
        assert described
        package = json.loads(described.read())
    packages[f"{package['name']}@{package['version']}"] = hashlib.sha1(path.read_bytes()).hexdigest()  # noqa: S324
    kept.write_text(json.dumps(packages))
    return put(f"{url}{path.name}", path.read_bytes(), authorization)


def mvn(arguments: list[str]) -> int:
    # Maven would take it for the project that it is to work on.
    assert not Path("pom.xml").exists()
    said = dict(one[2:].split("=", 1) for one in arguments if one.startswith("-D"))
    settings = Path(arguments[arguments.index("--settings") + 1]).read_text()
    (user,) = re.findall(r"<username>(.*)</username>", settings)
    (password,) = re.findall(r"<password>(.*)</password>", settings)
    assert f"<id>{said['repositoryId']}</id>" in settings
    env = r"[$][{]env[.](\w+)[}]"
    authorization = basic(expanded(user, env), expanded(password, env))
    pom, file = Path(said["pomFile"]), Path(said["file"])
    group, artifact, version = (
        re.findall(f"<{key}>(.*)</{key}>", pom.read_text())[0] for key in ("groupId", "artifactId", "version")
    )
    base = f"{said['url']}/{group.replace('.', '/')}/{artifact}/{version}/{artifact}-{version}"
    if refused():
        return 1
    put(f"{base}.pom", pom.read_bytes(), authorization)
    return put(f"{base}{file.suffix}", file.read_bytes(), authorization)


def dotnet(arguments: list[str]) -> int:
    assert arguments[:2] == ["nuget", "push"]
    said = Path("nuget.config").read_text()
    (url,) = re.findall(r'value="(http[^"]+)"', said)
    values = dict(re.findall(r'key="(Username|ClearTextPassword)" value="([^"]+)"', said))
    authorization = basic(*(expanded(values[key], r"%(\w+)%") for key in ("Username", "ClearTextPassword")))
    assert arguments[3:] == ["--source", "target"]
    with zipfile.ZipFile(arguments[2]) as archive:
        nuspec = archive.read(next(one for one in archive.namelist() if one.endswith(".nuspec"))).decode()
    name, version = (re.findall(f"<{key}>(.*)</{key}>", nuspec)[0].lower() for key in ("id", "version"))
    version = version.partition("+")[0]
    if refused():
        return 1
    root = "/".join(url.split("/")[:3])
    path = f"{root}/flat/{name}/{version}/{name}.{version}.nupkg"
    return put(path, Path(arguments[2]).read_bytes(), authorization)


def gem(arguments: list[str]) -> int:
    assert arguments[:2] == ["push", "--host"]
    if refused():
        return 1
    path = Path(arguments[3])
    return put(f"{arguments[2]}/gems/{path.name}", path.read_bytes(), os.environ["GEM_HOST_API_KEY"])


def bundle(arguments: list[str]) -> int:
    return 0 if arguments[:2] == ["config", "set"] else 2


CLIENTS = {"bundle": bundle, "dotnet": dotnet, "gem": gem, "mvn": mvn, "npm": npm, "python": python, "twine": twine}

if __name__ == "__main__":
    sys.exit(main(sys.argv[2], sys.argv[3:]))
