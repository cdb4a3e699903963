"""What people are told of a deployment in CodeDeploy: of the main group, which is the application, or of workers."""

from dataclasses import dataclass

from notices.notice import Notice
from pipeline_job.console import console
from tell_people.decide import Happening, Parameters, sentence, urgent


@dataclass(frozen=True, kw_only=True)
class Deployment:
    """What CodeDeploy knows of a deployment, and whether one of the pipeline's actions waits for it.

    Args:
        creator: who made it, in CodeDeploy's word.
        reason: why it failed, or why it was made.
        ours: whether the pipeline tells of it.
        group: the deployment group, empty where that isn't known.
    """

    creator: str = ""
    reason: str = ""
    ours: bool = False
    group: str = ""

    @property
    def rollback(self) -> bool:
        """Whether CodeDeploy itself brings the last good revision back."""
        return self.creator == "codeDeployRollback"

    def workers(self, application: str) -> str:
        """Which workers it was for; empty for the main group, which has the name of its application in CodeDeploy."""
        return "" if self.group == application else self.group.removeprefix(f"{application}-")


def of_deployment(found: Happening, *, parameters: Parameters, deployment: Deployment) -> Notice | None:
    """What people are told of the end of a deployment; None where the pipeline tells of it, or nothing is wrong."""
    succeeded = found.state == "SUCCESS"
    if not deployment.rollback and (succeeded or deployment.ours):
        return None
    application = parameters.application(found.pipeline)
    place = f"{application} in {parameters.environment}"
    kind = "rolled-back" if succeeded else "failed"
    if workers := deployment.workers(found.pipeline):
        headline, happened, advice = _of_workers(f"the workers in {workers}", place, deployment, succeeded=succeeded)
    else:
        headline, happened, advice = _of_application(place, deployment, succeeded=succeeded)
    reason = f" {sentence(deployment.reason)}" if deployment.reason else ""
    return Notice(
        id=found.id,
        kind=kind,
        urgent=urgent(kind, parameters),
        time=found.time,
        environment=parameters.environment,
        application=application,
        execution=found.execution,
        headline=headline,
        happened=f"{happened}{reason}",
        version="",
        change="",
        by="CodeDeploy, after a deployment that failed" if deployment.rollback else "a person, in CodeDeploy",
        link=console(f"codedeploy/deployments/{found.execution}", region=found.region),
        next=advice,
    )


def _of_application(place: str, deployment: Deployment, *, succeeded: bool) -> tuple[str, str, str]:
    if succeeded:
        return (
            f"{place} was rolled back by CodeDeploy",
            "The revision that ran before was deployed again.",
            "Find out why the deployment before this one failed; its execution says it, too.",
        )
    if deployment.rollback:
        return (
            f"{place}: the rollback failed",
            "CodeDeploy could not bring the revision back that ran before.",
            "Look at the instances now: nobody can say which version they run.",
        )
    return (
        f"{place}: a deployment failed that no pipeline began",
        "Somebody has deployed by hand, and it failed.",
        "Ask who it was. What ran before runs on where CodeDeploy could roll back.",
    )


def _of_workers(workers: str, place: str, deployment: Deployment, *, succeeded: bool) -> tuple[str, str, str]:
    if succeeded:
        headline = f"{place}: only {workers} were rolled back by CodeDeploy"
        happened = f"Only {workers} went back: the revision that ran before was deployed to them again."
        advice = (
            "Find out why the deployment to them failed; its execution says it, too. Unless CodePipeline rolls the "
            "stage back, two versions work side by side until you retry it or roll it back."
        )
    elif deployment.rollback:
        headline = f"{place}: the rollback of {workers} failed"
        happened = f"CodeDeploy could not bring the revision back that ran before on {workers}."
        advice = "Look at their instances now: nobody can say which version they run."
    else:
        headline = f"{place}: a deployment to {workers} failed that no pipeline began"
        happened = f"Somebody has deployed to {workers} by hand, and it failed."
        advice = "Ask who it was. What ran before runs on there where CodeDeploy could roll back."
    return headline, f"{happened} The main group is not touched.", advice
