"""What a source can't be: one mistake, one line, with its place and what is allowed; and what only looks wrong."""

from typing import Any

import pytest

from tests.sources import SCHEDULE, source
from tests.unit.settings.stack_file import STOREFRONT, changed, config_of, said

SOURCE = (*STOREFRONT, "source")
PLACE = "applications.storefront.source"


def lines(said_of_source: Any, stack: str = "dev") -> list[str]:
    """What is said of a stack file with this source."""
    return said(changed(config_of(stack), (SOURCE, said_of_source)), stack=stack)


ACCOUNT = "arn:aws:codeconnections:eu-west-1:{}:connection/0f1e2d3c-4b5a-6978-8796-a5b4c3d2e1f0"
KEY = "arn:aws:kms:eu-west-1:111122223333:{}/release"
GITHUB = {"provider": "github", "repository": "acme/storefront"}
CODECOMMIT = {"provider": "codecommit", "repository": "storefront"}


def paths(*globs: str) -> dict[str, Any]:
    return source("github", paths={"includes": list(globs)})


def clock(expression: str, **more: str) -> dict[str, Any]:
    return source("github", "schedule", schedule={"expression": expression, **more})


# the source, the key to blame, what the line says
REFUSED: list[tuple[dict[str, Any], str, str]] = [
    # change detection
    (
        source("s3", "manual", changeDetection="schedule"),
        "changeDetection",
        "schedule only together with schedule: {expression: …, timeZone: …}",
    ),
    (source("ecr", schedule=SCHEDULE), "schedule", "no schedule with changeDetection events"),
    (source("s3", "polling", schedule=SCHEDULE), "schedule", "no schedule with changeDetection polling"),
    (source("github", branches=[]), "branches", "at least 1 branch, or tags, or another changeDetection"),
    (
        source("codecommit", "polling", branches=["develop", "release/*"]),
        "changeDetection",
        "polling looks at the branch develop alone, not at release/*",
    ),
    (source("codecommit", "polling", branches=["master"]), "changeDetection", "develop alone, not at master"),
    (source("codecommit", "polling", tags=["v*"]), "changeDetection", "develop alone, not at v*"),
    (source("codecommit", "polling", paths={"includes": ["a/**"]}), "changeDetection", "not at single paths"),
    (source("codecommit", "polling", paths={"excludes": ["a/**"]}), "changeDetection", "not at single paths"),
    (source("github", "schedule", tags=["v*"]), "tags", "the clock takes the head of main, whatever has changed"),
    (source("codecommit", "schedule", paths={"includes": ["a"]}), "paths", "the clock takes the head of develop"),
    # schedules
    (clock("hourly"), "schedule.expression", "cron(minute hour day-of-month month day-of-week year)"),
    (clock("at(2026-01-01T00:00:00)"), "schedule.expression", "cron(minute hour"),
    (clock("cron(0 6 * * *)"), "schedule.expression", "cron(minute hour"),
    (clock("rate(1 hours)"), "schedule.expression", "the unit in the plural"),
    (clock("rate(5 minute)"), "schedule.expression", "the unit in the plural"),
    (clock("rate(0 minutes)"), "schedule.expression", "a rate such as"),
    (clock("rate(2 weeks)"), "schedule.expression", "minutes, hours or days"),
    (clock("cron(0 6 * * MON *)"), "schedule.expression", "? in one of day-of-month and day-of-week"),
    (clock("cron(0 6 ? * ? *)"), "schedule.expression", "? in one of day-of-month and day-of-week"),
    (clock("cron(60 6 ? * MON *)"), "schedule.expression", "whose minute is 0 to 59"),
    (clock("cron(? 6 ? * MON *)"), "schedule.expression", "whose minute is 0 to 59"),
    (clock("cron(0/0 6 ? * MON *)"), "schedule.expression", "whose minute is 0 to 59"),
    (clock("cron(0 24 ? * MON *)"), "schedule.expression", "whose hour is 0 to 23"),
    (clock("cron(0 6 32 * ? *)"), "schedule.expression", "whose day-of-month is 1 to 31"),
    (clock("cron(0 6 1 MAI ? *)"), "schedule.expression", "whose month is 1 to 12 or JAN to DEC"),
    (clock("cron(0 6 ? * 0 *)"), "schedule.expression", "whose day-of-week is 1 to 7 or SUN to SAT"),
    (clock("cron(0 6 ? * MON,XYZ *)"), "schedule.expression", "whose day-of-week is"),
    (clock("cron(0 6 ? * MON 1969)"), "schedule.expression", "whose year is 1970 to 2199"),
    (clock("rate(1 day)", timeZone="CET+1"), "schedule.timeZone", "a time zone of the IANA database"),
    (source("github", "schedule", schedule={"timeZone": "UTC"}), "schedule.expression", "missing"),
    # branches, tags and paths
    (source("github", branches=[f"b{number}" for number in range(9)]), "branches", "at most 8 branches; there are 9"),
    (source("github", branches=["main", "main"]), "branches", "branches that differ"),
    (source("github", tags=[f"v{number}" for number in range(9)]), "tags", "at most 8 tags; there are 9"),
    (source("github", tags=["refs/tags/v1"]), "tags[0]", "a tag, or the beginning of tags"),
    (source("github", tags=["*"]), "tags[0]", "a tag, or the beginning of tags"),
    (source("github", tags=["*-rc"]), "tags[0]", "with * at the end"),
    (paths("/services/**"), "paths.includes[0]", "no leading /"),
    (paths("services/../secrets"), "paths.includes[0]", "a glob inside the repository"),
    (paths("services/{till,shop}"), "paths.includes[0]", "a glob inside the repository"),
    (paths("x" * 256), "paths.includes[0]", "a glob inside the repository"),
    (paths(*(f"f{number}" for number in range(9))), "paths.includes", "at most 8 patterns"),
    (source("github", paths={"include": ["a"]}), "paths.include", "did you mean includes?"),
    # connections
    (source("github", repository="storefront"), "repository", "<owner>/<name>"),
    (source("github", repository="acme/storefront.git"), "repository", "without .git"),
    (source("gitlab", repository="https://gitlab.com/acme/storefront"), "repository", "<owner>/<name>"),
    (source("github", connection="arn:aws:iam::111122223333:role/x"), "connection", "the ARN of a connection"),
    (source("github", connection=ACCOUNT.format("9" * 12)), "connection", "of the stack's account 111122223333"),
    (source("github", pullRequests={"into": []}), "pullRequests.into", "at least 1 branch"),
    (source("github", pullRequests={"into": ["main"], "events": []}), "pullRequests.events", "at least 1 event"),
    (
        source("github", pullRequests={"into": ["main"], "events": ["merged"]}),
        "pullRequests.events[0]",
        "opened, updated, closed",
    ),
    (source("github", "manual", pullRequests={"into": ["main"]}), "pullRequests", "only with changeDetection events"),
    (
        source("codecommit", pullRequests={"into": ["main"]}),
        "pullRequests",
        "only where provider is github, gitlab or bitbucket",
    ),
    (source("codecommit", connection=ACCOUNT.format("1" * 12)), "connection", "it exists only where provider is"),
    # objects and images
    (source("s3", bucket="Acme"), "bucket", "a bucket's name, 3 to 63"),
    (source("s3", bucket="acme..releases"), "bucket", "a bucket's name, 3 to 63"),
    (source("s3", key="storefront/"), "key", "the key of an object"),
    (source("s3", key="a b.zip"), "key", "the key of an object"),
    (source("s3", keyArn=KEY.format("alias")), "keyArn", "the ARN of a KMS key, not of an alias"),
    (source("s3", keyArn=KEY.format("key"), owned=True), "keyArn", "encrypted with the stack's key"),
    (source("s3", branch="main"), "branch", "it exists only where provider is"),
    (source("ecr", repository="Storefront"), "repository", "a repository of ECR"),
    (source("ecr", repository="storefront:release"), "repository", "without the registry's address and the tag"),
    (source("ecr", tag="a:b"), "tag", "an image's tag, 1 to 128"),
    # flows
    ({**GITHUB, "flow": "trunk", "branchNames": {"main": "x/*"}}, "branchNames.main", "one exact branch"),
    ({**GITHUB, "flow": "trunk", "branchNames": {"feature": "x"}}, "branchNames.feature", "known here: develop, hot"),
    ({**GITHUB, "flow": "trunk", "branchNames": {"develop": "x"}}, "branchNames", "calls main, tags by name"),
    (source("github", branchNames={"main": "x"}), "branchNames", "nothing without a flow, not main"),
    (GITHUB, "branch", "missing"),
    (source("codecommit", developerRoles=["Developer"]), "developerRoles", "only together with owned: true and a flow"),
    ({**CODECOMMIT, "flow": "trunk", "reviews": {"main": {}}}, "reviews", "only together with owned: true"),
    (source("codecommit", owned=True, checks={}), "checks", "only together with owned: true and a flow"),
]


@pytest.mark.parametrize(("given", "key", "word"), REFUSED, ids=[f"{key}: {word[:40]}" for _, key, word in REFUSED])
def test_a_source_that_can_not_work_is_refused_in_one_line_with_what_is_allowed(
    given: dict[str, Any], key: str, word: str
) -> None:
    (line,) = lines(given)
    assert line.startswith(f"{PLACE}.{key}: ")
    assert word in line


def test_a_flow_that_nobody_knows_is_answered_with_the_two_there_are() -> None:
    assert f'{PLACE}.flow: given "gitflow"; allowed: git-flow, trunk; did you mean git-flow?' in lines(
        {**GITHUB, "flow": "gitflow"}
    )


@pytest.mark.parametrize("stack", ["staging", "prod"])
def test_what_nobody_has_merged_is_delivered_in_development_alone(stack: str) -> None:
    asked = source("github", pullRequests={"into": ["main"]})
    assert lines(asked) == []
    found = [line for line in lines(asked, stack) if line.startswith(f"{PLACE}.pullRequests: ")]
    assert ["nothing is delivered that isn't merged" in line for line in found] == [True]


@pytest.mark.parametrize(
    "given",
    [
        clock("rate(1 minute)"),
        clock("rate(12 hours)", timeZone="America/New_York"),
        clock("cron(0/15 8-18 ? JAN-DEC 2-6 2026-2030)"),
        clock("cron(0 6 L * ? *)"),
        clock("cron(30 6 15W * ? *)"),
        clock("cron(0 6 ? * 2#1 *)"),
        clock("cron(0 6 ? * MON,WED,FRI *)"),
        paths("services/till/**", "common/**/*.py", "Makefile"),
        source("github", branches=[], tags=["v*"]),
        source("github", tags=["v*"]),
        source("github", repository="acme/web/shop/storefront"),
        source("github", connection=ACCOUNT.format("111122223333")),
        source("github", connection=ACCOUNT.format("111122223333").replace("codeconnections", "codestar-connections")),
        source("codecommit", "manual", branches=[]),
        source("codecommit", "manual", tags=["v*"], paths={"includes": ["a"]}),
        source("ecr", repository="team/store-front"),
        source("s3", key="a/b/c-1.0_x.zip", keyArn=KEY.format("key")),
    ],
)
def test_what_aws_takes_is_not_refused(given: dict[str, Any]) -> None:
    assert lines(given) == []
