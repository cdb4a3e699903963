"""Stages and actions as they are on the wire, of which the cases make pipelines."""

from typing import Any

from tests.policies.harness import Given

PIPELINE = "aws:codepipeline/pipeline:Pipeline"


def action(category: str, provider: str, name: str = "", **more: Any) -> dict[str, Any]:
    """An action as it is on the wire."""
    return {
        "name": name or provider,
        "category": category,
        "owner": "AWS",
        "provider": provider,
        "version": "1",
        **more,
    }


def stage(name: str, *actions: Any) -> dict[str, Any]:
    """A stage as it is on the wire."""
    return {"name": name, "actions": list(actions)}


def pipeline(*stages: Any, **more: Any) -> Given:
    """A pipeline called `thing`."""
    return Given(type=PIPELINE, properties={"stages": list(stages), "pipelineType": "V2", **more})


SOURCE = stage("Source", action("Source", "CodeCommit", outputArtifacts=["source"]))
BUILD = stage("Build", action("Build", "CodeBuild", inputArtifacts=["source"], outputArtifacts=["built"]))
TEST = stage("Test", action("Test", "CodeBuild", "e2e", inputArtifacts=["built"]))
GATE = stage("Approval", action("Approval", "Manual", "qa-head"))
DEPLOY = stage("Deploy", action("Deploy", "CodeDeploy", inputArtifacts=["built"]))
CHANGE_SET = action(
    "Deploy", "CloudFormation", "Prepare", configuration={"ActionMode": "CHANGE_SET_REPLACE"}, inputArtifacts=["source"]
)
CARRY_OUT = action(
    "Deploy", "CloudFormation", "CarryOut", configuration={"ActionMode": "CHANGE_SET_EXECUTE"}, runOrder=3.0
)
ADMIT = stage("Admit", action("Invoke", "Lambda", "AdmitRelease", inputArtifacts=["built"]))
PROMOTE = stage("Promote", action("Invoke", "Lambda", "PromoteRelease", inputArtifacts=["built"]))
SHIFT = stage("Deploy", action("Invoke", "Lambda", "ShiftTraffic", inputArtifacts=["built"]))
VERIFY = stage("Verify", action("Invoke", "Lambda", "VerifyRelease"))
RETIRE = stage("Retire", action("Invoke", "Lambda", "RetireFleet"))
