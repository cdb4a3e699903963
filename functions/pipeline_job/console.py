"""Addresses in the AWS console, for the people who read a message."""

_DOMAINS = {"cn-": "console.amazonaws.cn", "us-gov-": "console.amazonaws-us-gov.com"}


def console(path: str, *, region: str) -> str:
    """A page of the developer tools.

    Args:
        path: below `codesuite`, for example `codepipeline/pipelines/storefront/view`.
        region: whose page.
    """
    domain = next((domain for start, domain in _DOMAINS.items() if region.startswith(start)), "console.aws.amazon.com")
    return f"https://{region}.{domain}/codesuite/{path}?region={region}"


def execution_page(pipeline: str, execution: str, *, region: str) -> str:
    """The page of one execution of a pipeline."""
    return console(f"codepipeline/pipelines/{pipeline}/executions/{execution}/visualization", region=region)
