"""Every command, in the order of the help."""

from operations.command import Command, Deferred

COMMANDS: tuple[Command, ...] = (
    Deferred(
        name="deploy",
        purpose="deploy an artifact without the pipeline",
        at="operations.deployment.command:Deploy",
    ),
    Deferred(
        name="rollback",
        purpose="go back to a release of the ledger",
        at="operations.rollback.command:Rollback",
    ),
    Deferred(
        name="releases",
        purpose="list what ran in a stack, by its release ledger",
        at="operations.releases.command:Releases",
    ),
    Deferred(
        name="validate-bundle",
        purpose="say what CodeDeploy would stumble over in a bundle",
        at="operations.bundle.command:ValidateBundle",
    ),
    Deferred(
        name="register-script",
        purpose="write the scripts that register a machine on premises",
        at="operations.registration.command:RegisterScript",
    ),
    Deferred(
        name="replicate",
        purpose="write the file of another environment like this one",
        at="operations.replication.command:Replicate",
    ),
    Deferred(
        name="recover",
        purpose="bring a stack to order after an up that was cut off",
        at="operations.recovery.command:Recover",
    ),
    Deferred(
        name="drift",
        purpose="say what was changed in AWS behind Pulumi's back",
        at="operations.drift.command:Drift",
    ),
)
