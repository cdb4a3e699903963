"""What a canary does: opens the page as a user does, and says what it misses.

It runs in the runtime of CloudWatch Synthetics for Python and Selenium, which brings `aws_synthetics`
(https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Synthetics_Canaries_WritingCanary_Python.html).
"""

import os
from collections.abc import Mapping

from aws_synthetics.common import synthetics_logger  # type: ignore[import-not-found]
from aws_synthetics.selenium import synthetics_webdriver  # type: ignore[import-not-found]

NOT_YET = ("Nothing is deployed yet.", "waiting for the first deployment")
"""What the placeholders of tasks and machines answer. They are no failure: an alarm that rings before the first
deployment would stop it."""


class CanaryError(Exception):
    """The page isn't what a user needs; the message is the reason of the run."""


def handler(_event: object, _context: object) -> str:
    """One run: a page that is missing something raises, and the run has failed."""
    return visit(os.environ)


def visit(environment: Mapping[str, str]) -> str:
    """Opens `ADDRESS` in a browser, and looks for `EXPECTS`.

    Raises:
        CanaryError: it doesn't answer, answers with an error, or doesn't say what is expected.
    """
    address, expected = environment["ADDRESS"], environment.get("EXPECTS", "")
    status = synthetics_webdriver.get_http_response(address)
    if not isinstance(status, int) or not 200 <= status < 400:
        raise CanaryError(f"{address} answers {status}.")
    browser = synthetics_webdriver.Chrome()
    browser.get(address)
    browser.save_screenshot("page.png")
    said = browser.find_element("tag name", "body").text
    if any(sign in said for sign in NOT_YET):
        return _told(f"{address} waits for its first deployment.")
    if expected not in said:
        raise CanaryError(f"{address} doesn't say {expected!r}; it says {said[:200]!r}.")
    return _told(f"{address} answers {status}.")


def _told(summary: str) -> str:
    synthetics_logger.info(summary)
    return summary
