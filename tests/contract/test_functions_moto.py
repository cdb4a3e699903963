"""The functions of Git Flow against moto, where it has the operation.

moto's CodeCommit makes and deletes repositories and nothing else, so CodeCommit's answers come from botocore's stubber;
CodeBuild, CodePipeline and SNS are moto's. Requests go the whole way: built, signed, parsed and answered.
"""

import json
from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from botocore.stub import ANY, Stubber
from moto import mock_aws
from moto.sns.models import sns_backends

import announce_hotfix.handler
import check_pull_request.handler
import merge_back.handler
import start_changed.handler
import tag_release.handler
from pipeline_job.clients import Clients
from tests.unit.functions.fake_forge import PIPELINE, PROJECT, REGION, REPOSITORY, commit
from tests.unit.functions.pipeline_action import job_event
from tests.unit.functions.repository_event import (
    FIXED,
    build_event,
    check_variables,
    pull_request_event,
    reference_event,
)


class Account:
    """moto's account, with the functions' clients in it."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.clients = Clients(make=self.client)
        self.monkeypatch = monkeypatch
        self.topic = str(self.client("sns").create_topic(Name="releases")["TopicArn"])
        self.codecommit = Stubber(self.clients.codecommit)
        self.codecommit.activate()

    @property
    def id(self) -> str:
        """The 12 digits that moto gave it."""
        return self.topic.split(":")[4]

    @property
    def role(self) -> str:
        """The ARN of a role."""
        return f"arn:aws:iam::{self.id}:role/storefront"

    @staticmethod
    def client(service: str) -> Any:
        return boto3.client(service, region_name=REGION)

    def deliver(self, module: Any, event: Any, **fixed: Any) -> None:
        """Let Lambda invoke a function; CodeCommit must have been asked for all that was stubbed."""
        name = module.__name__.split(".")[0]
        values = {**FIXED.get(name, {}), **fixed}
        values |= {"topic": self.topic} if "topic" in values else {}
        self.monkeypatch.setenv("PARAMETERS", json.dumps(values))
        self.monkeypatch.setattr(module, "runtime_clients", lambda: self.clients)
        module.handle(event, None)
        self.codecommit.assert_no_pending_responses()

    def published(self) -> list[str]:
        """The subjects of all messages, in order."""
        return [str(sent[2]) for sent in sns_backends[self.id][REGION].topics[self.topic].sent_notifications]


@pytest.fixture
def account(monkeypatch: pytest.MonkeyPatch) -> Iterator[Account]:
    for name in ("ACCESS_KEY_ID", "SECRET_ACCESS_KEY", "SESSION_TOKEN"):
        monkeypatch.setenv(f"AWS_{name}", "testing")
    with mock_aws():
        yield Account(monkeypatch)


def shown(**changes: Any) -> dict[str, Any]:
    """What GetPullRequest answers."""
    target = {"repositoryName": REPOSITORY, "sourceReference": "refs/heads/feature/x", "sourceCommit": commit("source")}
    found = {"pullRequestId": "1", "pullRequestStatus": "OPEN", "revisionId": "r1", "pullRequestTargets": [target]}
    return {"pullRequest": {**found, **changes}}


@pytest.fixture
def project(account: Account) -> str:
    account.client("codebuild").create_project(
        name=PROJECT,
        source={"type": "CODECOMMIT", "location": "https://example.org/v1/repos/storefront"},
        artifacts={"type": "NO_ARTIFACTS"},
        environment={
            "type": "LINUX_CONTAINER",
            "image": "aws/codebuild/standard:7.0",
            "computeType": "BUILD_GENERAL1_SMALL",
        },
        serviceRole=account.role,
    )
    return PROJECT


@pytest.fixture
def pipeline(account: Account) -> str:
    trust = {
        "Statement": [
            {"Effect": "Allow", "Principal": {"Service": "codepipeline.amazonaws.com"}, "Action": "sts:AssumeRole"}
        ]
    }
    role = account.client("iam").create_role(RoleName="storefront", AssumeRolePolicyDocument=json.dumps(trust))
    kinds = (("Source", "Source", "CodeCommit"), ("Build", "Build", "CodeBuild"))
    stages = [
        {
            "name": name,
            "actions": [
                {"name": name, "actionTypeId": {"category": kind, "owner": "AWS", "provider": provider, "version": "1"}}
            ],
        }
        for name, kind, provider in kinds
    ]
    account.client("codepipeline").create_pipeline(
        pipeline={
            "name": PIPELINE,
            "roleArn": role["Role"]["Arn"],
            "artifactStore": {"type": "S3", "location": "artifacts"},
            "stages": stages,
        }
    )
    return PIPELINE


def test_a_push_to_a_pull_request_starts_a_build_of_codebuild(account: Account, project: str) -> None:
    revoked = {"pullRequestId": "1", "revisionId": "r1", "approvalState": "REVOKE"}
    account.codecommit.add_response("update_pull_request_approval_state", {}, revoked)
    # moto's builds have ended when they are looked at, so the verdict is said at once.
    account.codecommit.add_response("update_pull_request_approval_state", {}, {**revoked, "approvalState": "APPROVE"})
    account.deliver(check_pull_request.handler, pull_request_event("SourceBranchUpdated"))
    builds = account.client("codebuild")
    (identity,) = builds.list_builds_for_project(projectName=project)["ids"]
    (build,) = builds.batch_get_builds(ids=[identity])["builds"]
    assert build["sourceVersion"] == commit("source")


def test_the_end_of_a_build_is_said_to_codecommit(account: Account) -> None:
    account.codecommit.add_response("get_pull_request", shown(), {"pullRequestId": "1"})
    account.codecommit.add_response(
        "update_pull_request_approval_state",
        {},
        {"pullRequestId": "1", "revisionId": "r1", "approvalState": "APPROVE"},
    )
    account.codecommit.add_response(
        "post_comment_for_pull_request",
        {},
        {
            "pullRequestId": "1",
            "repositoryName": REPOSITORY,
            "beforeCommitId": commit("destination"),
            "afterCommitId": commit("source"),
            "content": ANY,
            "clientRequestToken": ANY,
        },
    )
    account.deliver(check_pull_request.handler, build_event("SUCCEEDED", variables=check_variables()))


def test_a_changed_path_starts_an_execution_of_codepipeline_and_another_path_does_not(
    account: Account, pipeline: str
) -> None:
    for path in ("docs/index.md", "app/main.py"):
        account.codecommit.add_response(
            "get_differences",
            {"differences": [{"afterBlob": {"path": path, "blobId": "b"}, "changeType": "A"}]},
            {
                "repositoryName": REPOSITORY,
                "beforeCommitSpecifier": commit("old"),
                "afterCommitSpecifier": commit(path),
            },
        )
        event = reference_event("develop", new=commit(path), old=commit("old"))
        account.deliver(start_changed.handler, event, includes=["app/**"])
    found = account.client("codepipeline").list_pipeline_executions(pipelineName=pipeline)
    assert len(found["pipelineExecutionSummaries"]) == 1


def test_a_missing_branch_is_published(account: Account) -> None:
    branch = {"repositoryName": REPOSITORY, "branchName": "main"}
    account.codecommit.add_response("get_branch", {"branch": {"commitId": commit("main")}}, branch)
    account.codecommit.add_client_error("get_branch", "BranchDoesNotExistException")
    account.deliver(merge_back.handler, reference_event("main", new=commit("main")))
    assert account.published() == ["storefront: no branch develop to merge back to"]


def test_a_merge_conflict_is_published_and_a_re_delivered_event_is_not(account: Account) -> None:
    opened = shown(
        pullRequestTargets=[
            {
                "repositoryName": REPOSITORY,
                "sourceReference": "refs/heads/main",
                "destinationReference": "refs/heads/develop",
            }
        ]
    )
    conflicts = {
        "mergeable": False,
        "sourceCommitId": commit("main"),
        "destinationCommitId": commit("develop"),
        "baseCommitId": commit("base"),
        "conflictMetadataList": [{"filePath": "app/main.py"}],
    }
    for number in range(2):
        for name in ("main", "develop"):
            account.codecommit.add_response("get_branch", {"branch": {"commitId": commit(name)}})
        account.codecommit.add_response("get_merge_conflicts", conflicts)
        account.codecommit.add_response("list_pull_requests", {"pullRequestIds": ["1"] if number else []})
        if number:
            account.codecommit.add_response("get_pull_request", opened)
        else:
            account.codecommit.add_response("create_pull_request", opened)
        account.deliver(merge_back.handler, reference_event("main", new=commit("main")))
    assert account.published() == ["storefront: main does not merge into develop by itself"]


def test_a_release_that_cannot_be_tagged_is_published(account: Account) -> None:
    account.codecommit.add_client_error("get_pull_request", "PullRequestDoesNotExistException")
    event = pull_request_event("MergeStatusUpdated", source="release/1.2", destination="main")
    account.deliver(tag_release.handler, event)
    assert account.published() == ["tag_release could not do its work"]


def test_a_hotfix_is_published_and_its_message_is_told_to_the_pipeline(account: Account) -> None:
    jobs = Stubber(account.clients.codepipeline)
    jobs.add_response("put_job_success_result", {}, {"jobId": ANY, "executionDetails": ANY, "outputVariables": ANY})
    jobs.activate()
    asked = {"execution": "e-1", "branch": "hotfix/login", "commit": commit("fix")}
    fixed = {"pipeline": PIPELINE, "environment": "prod", "skips": ["bake"], "topic": account.topic}
    account.deliver(announce_hotfix.handler, job_event(parameters=json.dumps(asked)), **fixed)
    jobs.assert_no_pending_responses()
    assert account.published() == ["hotfix lane used: hotfix/login goes to prod"]
