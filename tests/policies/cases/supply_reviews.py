"""Repositories, and the approval rules that are associated with them."""

import json
from typing import Any

from rulebook.rules import supply_reviews
from tests.policies.cases.case import Case, Kind, exempted
from tests.policies.cases.road import PIPELINE, action, stage
from tests.policies.harness import UNKNOWN, Given

(REVIEWS,) = supply_reviews.RULES
REPOSITORY, TEMPLATE = (
    "aws:codecommit/repository:Repository",
    "aws:codecommit/approvalRuleTemplate:ApprovalRuleTemplate",
)
ASSOCIATION = "aws:codecommit/approvalRuleTemplateAssociation:ApprovalRuleTemplateAssociation"
REPOSITORY_URN = f"urn:pulumi:prod::shop::{REPOSITORY}::thing"
TEMPLATE_URN = f"urn:pulumi:prod::shop::{TEMPLATE}::two"


def reviews(
    kind: Kind, what: str, *given: Given, finds: tuple[str, ...] = (), undecided: str = "", **parameters: Any
) -> Case:
    """A case of `supply-repo-approval-rule`."""
    return Case(
        rule=REVIEWS, kind=kind, what=what, given=given, finds=finds, undecided=undecided, parameters=parameters
    )


def repository(**properties: Any) -> Given:
    """A repository called `thing`."""
    return Given(type=REPOSITORY, properties={"repositoryName": "shop", **properties})


def template(*branches: str, people: Any = 2) -> Given:
    """An approval rule template called `two`."""
    content = {
        "Version": "2018-11-08",
        **({"DestinationReferences": [f"refs/heads/{branch}" for branch in branches]} if branches else {}),
        "Statements": [{"Type": "Approvers", "NumberOfApprovalsNeeded": people}],
    }
    return Given(type=TEMPLATE, name="two", properties={"name": "two", "content": json.dumps(content)})


def association(repository_name: Any = UNKNOWN, template_name: Any = UNKNOWN, *, linked: bool = True) -> Given:
    """What joins `two` and `thing`, by dependencies or by literal names alone."""
    depends = {"repositoryName": (REPOSITORY_URN,), "approvalRuleTemplateName": (TEMPLATE_URN,)} if linked else {}
    return Given(
        type=ASSOCIATION,
        name="joined",
        properties={"repositoryName": repository_name, "approvalRuleTemplateName": template_name},
        depends=depends,
    )


def builds(branch: Any, name: Any = "shop", *on: str) -> Given:
    """A pipeline that builds a branch of a repository."""
    source = action("Source", "CodeCommit", configuration={"RepositoryName": name, "BranchName": branch})
    return Given(type=PIPELINE, name="road", properties={"stages": [stage("Source", source)]}, depends={"stages": on})


JOINED = association()
_ALONE = reviews(
    Kind.VIOLATING,
    "nobody has to agree",
    repository(),
    template(),
    finds=("The repository 'thing' has no approval rule that asks 2 people on every protected branch",),
)
CASES = (
    reviews(Kind.COMPLIANT, "two people agree on every branch", repository(), template(), JOINED, builds("main")),
    reviews(
        Kind.COMPLIANT, "names alone join them", repository(), template(), association("shop", "two", linked=False)
    ),
    reviews(Kind.COMPLIANT, "two agree on what is built", repository(), template("main"), JOINED, builds("main")),
    reviews(
        Kind.COMPLIANT, "two agree on the default branch", repository(defaultBranch="main"), template("main"), JOINED
    ),
    reviews(Kind.COMPLIANT, "one is enough", repository(), template(people=1), JOINED, minApprovals=1),
    reviews(
        Kind.COMPLIANT,
        "a pipeline builds a branch of another repository",
        repository(),
        template("main"),
        JOINED,
        builds("x", "other"),
    ),
    _ALONE,
    *exempted(_ALONE),
    reviews(Kind.VIOLATING, "one agrees", repository(), template(people=1), JOINED, finds=("'thing'",)),
    reviews(
        Kind.VIOLATING,
        "a branch that is built is left out",
        repository(),
        template("main"),
        JOINED,
        builds("release", UNKNOWN, REPOSITORY_URN),
        finds=("'thing'",),
    ),
    reviews(
        Kind.VIOLATING,
        "a branch that is listed is left out",
        repository(),
        template("main"),
        JOINED,
        finds=("'thing'",),
        protectedBranches=["main", "release"],
    ),
    reviews(
        Kind.VIOLATING,
        "another repository has the rule",
        repository(),
        template(),
        association("other", "two", linked=False),
        finds=("'thing'",),
    ),
    reviews(Kind.MISSING, "there are no templates at all", repository(), finds=("'thing'",)),
    reviews(
        Kind.MISSING,
        "the template doesn't say how many",
        repository(),
        template(people=None),
        JOINED,
        finds=("2 people",),
    ),
    reviews(Kind.MISSING, "there is no repository", template()),
    reviews(
        Kind.UNKNOWN,
        "the content isn't known",
        repository(),
        Given(type=TEMPLATE, name="two", properties={"name": "two", "content": UNKNOWN}),
        JOINED,
        undecided="content",
    ),
    reviews(
        Kind.UNKNOWN,
        "whose rule it is isn't known",
        repository(),
        template(),
        association(UNKNOWN, "two", linked=False),
        undecided="repositoryName",
    ),
    reviews(
        Kind.UNKNOWN,
        "the template is another stack's",
        repository(),
        association("shop", "theirs", linked=False),
        undecided="approvalRuleTemplateName",
    ),
    reviews(
        Kind.UNKNOWN,
        "which repository is built isn't known",
        repository(),
        template("main"),
        JOINED,
        builds("main", UNKNOWN),
        undecided="RepositoryName",
    ),
)
