"""The decisions of `deploy_function`: plain values in, plain values out.

Every visit looks at the world anew and decides from that, so a visit lost, repeated or doubled changes nothing.
"""

import json
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from deployments.commands import Deploy
from deployments.follow import alone, how_it_ended, still_going, watched
from deployments.sight import Alarm, Course, Deployment, description
from function_versions.commands import Decision, Point, Publish, Upload
from function_versions.parameters import Parameters
from function_versions.sight import UNPUBLISHED, Alias, Function, Version
from pipeline_job.answer import Continue, Fail, Succeed
from pipeline_job.failures import RefusedError
from pipeline_job.job import S3Object
from pipeline_job.memory import Memory

UPLOAD_DEADLINE = timedelta(minutes=15)
"""How long Lambda may take to take in the code of every function of the bundle."""

VERSION_DEADLINE = timedelta(minutes=20)
"""Until when it may refuse to make a version of it, because it is busy with the function; from the first visit, too."""

READY_DEADLINE = timedelta(minutes=30)
"""Until when that version may become one that can be invoked: in a network Lambda has to make its way there first."""


@dataclass(frozen=True, kw_only=True)
class Sight:
    """What this function looks at.

    Args:
        course: how the deployment of this execution fares.
        alias: where invocations go.
        functions: those whose code is the bundle, by name; read only while there is no version yet.
        serving: code and settings of the version that serves; read with them.
        digest: of the bundle; read with them.
        alarms: read while the release is watched.
        way_back: whether what is deployed served before; read until there is a deployment, and while it is watched.
        version: the one that this attempt has published; read until there is a deployment.
    """

    course: Course
    alias: Alias
    functions: dict[str, Function] = field(default_factory=dict)
    serving: str = ""
    digest: str = ""
    alarms: tuple[Alarm, ...] = ()
    way_back: bool = False
    version: Version = field(default_factory=Version)


def decide(*, parameters: Parameters, bundle: S3Object | None, memory: Memory, sight: Sight, now: datetime) -> Decision:
    """What to do now.

    Raises:
        RefusedError: another deployment of the function runs, or there is nothing to deploy; nothing was changed at
            this visit.
    """
    if sight.course.deployment is not None:
        return _follow(sight.course.deployment, parameters=parameters, memory=memory, sight=sight, now=now)
    alone(sight.course, of=parameters.function)
    if not memory.version:
        if bundle is None:
            raise RefusedError("The action has no input artifact, so there is nothing to deploy.")
        return _publish(parameters=parameters, bundle=bundle, memory=memory, sight=sight, now=now)
    return _shift(parameters=parameters, memory=memory, sight=sight, now=now)


def _publish(*, parameters: Parameters, bundle: S3Object, memory: Memory, sight: Sight, now: datetime) -> Decision:
    """Upload the bundle to each of its functions, and publish the one that serves when all have taken it in."""
    if failed := [one for one in sight.functions.values() if one.failed(since=memory.began)]:
        said = "; ".join(f"{one.name}: {one.reason or 'no reason given'}" for one in failed)
        return Decision(answer=Fail(message=f"Lambda did not take in the code. {said}. The alias is as it was."))
    waited = now - memory.began
    waiting = [one.name for one in sight.functions.values() if one.update == "InProgress"]
    # What an update before has left behind gets the bundle anew, whichever code Lambda says it has.
    missing = [one.name for one in sight.functions.values() if one.digest != sight.digest or one.update == "Failed"]
    old = [name for name in missing if name not in waiting]
    if waiting or old:
        names = ", ".join((*waiting, *old))
        if waited > UPLOAD_DEADLINE:
            minutes = UPLOAD_DEADLINE // timedelta(minutes=1)
            message = f"After {minutes} minutes {names} did not have the code of the bundle. The alias is as it was."
            return Decision(answer=Fail(message=message))
        uploads = tuple(Upload(function=name, bundle=bundle) for name in old)
        return Decision(commands=uploads, answer=Continue(memory=memory, summary=f"{names}: the code is taken in."))
    if not sight.alias.shifting and sight.functions[parameters.function].content == sight.serving:
        # Lambda compares with the version that was published last. On the way back that is the one that has failed.
        return Decision(answer=_there_already(parameters, sight.alias.version))
    if waited > VERSION_DEADLINE:
        minutes = VERSION_DEADLINE // timedelta(minutes=1)
        busy = f"After {minutes} minutes {parameters.function} had no version: Lambda was busy with it."
        return Decision(answer=Fail(message=f"{busy} The alias is as it was."))
    publish = Publish(
        function=parameters.function,
        digest=sight.digest,
        description=description(execution=parameters.execution, attempt=memory.attempt),
    )
    summary = f"{parameters.function} has the code of the bundle and gets a version."
    return Decision(commands=(publish,), answer=Continue(memory=memory, summary=summary))


def _shift(*, parameters: Parameters, memory: Memory, sight: Sight, now: datetime) -> Decision:
    """Send the alias to the version: at once where nothing serves yet, else by CodeDeploy."""
    alias, place = sight.alias, f"{parameters.function}:{parameters.alias}"
    if alias.shifting:
        raise RefusedError(
            f"{place} shares its invocations between versions, and no deployment is running. Give them all to one "
            "version, then retry the stage."
        )
    if alias.version == memory.version:
        return Decision(answer=_there_already(parameters, memory.version))
    if unready := _unready(sight.version, parameters=parameters, memory=memory, now=now):
        return Decision(answer=unready)
    if alias.version == UNPUBLISHED:
        point = Point(
            function=parameters.function, alias=parameters.alias, version=memory.version, revision=alias.revision
        )
        summary = f"{place} is at version {memory.version}, its first."
        variables = {"version": memory.version, "function": parameters.function}
        return Decision(commands=(point,), answer=Succeed(summary=summary, variables=variables))
    deploy = Deploy(
        group=parameters.group,
        revision=specification(parameters, current=alias.version, target=memory.version),
        description=description(execution=parameters.execution, attempt=memory.attempt),
        watched=not sight.way_back,
    )
    summary = f"{place} goes from version {alias.version} to {memory.version}."
    return Decision(commands=(deploy,), answer=Continue(memory=memory, summary=summary))


def _unready(version: Version, *, parameters: Parameters, memory: Memory, now: datetime) -> Continue | Fail | None:
    """Why users can't be sent to the version yet, or at all; None where they can."""
    name = f"version {memory.version} of {parameters.function}"
    if version.state == "Failed":
        reason = version.reason or "no reason given"
        return Fail(message=f"Lambda could not make {name} ready: {reason}. The alias is as it was.")
    if version.state != "Pending":
        return None
    if now - memory.began > READY_DEADLINE:
        minutes = READY_DEADLINE // timedelta(minutes=1)
        return Fail(message=f"After {minutes} minutes {name} was not ready. The alias is as it was.")
    return Continue(memory=memory, summary=f"Lambda makes {name} ready.")


def _there_already(parameters: Parameters, version: str) -> Succeed:
    place = f"{parameters.function}:{parameters.alias}"
    return Succeed(
        summary=f"{place} is at version {version} already: the code and its settings are the same.",
        variables={"version": version, "function": parameters.function},
    )


def specification(parameters: Parameters, *, current: str, target: str) -> str:
    """The application specification of one deployment
    (https://docs.aws.amazon.com/codedeploy/latest/userguide/reference-appspec-file-structure-resources.html)."""
    properties = {
        "Name": parameters.function,
        "Alias": parameters.alias,
        "CurrentVersion": current,
        "TargetVersion": target,
    }
    document: dict[str, object] = {
        "version": 0.0,
        "Resources": [{parameters.function: {"Type": "AWS::Lambda::Function", "Properties": properties}}],
    }
    if parameters.hooks:
        document["Hooks"] = [{event: function} for event, function in parameters.hooks.items()]
    return json.dumps(document)


def _follow(deployment: Deployment, *, parameters: Parameters, memory: Memory, sight: Sight, now: datetime) -> Decision:
    if waiting := still_going(deployment, rollback=sight.course.rollback, memory=memory, now=now):
        return Decision(answer=waiting)
    if deployment.succeeded:
        if watching := watched(
            deployment,
            what=f"{parameters.function}:{parameters.alias} is at version {sight.alias.version}, and",
            minutes=0 if sight.way_back else parameters.watch_minutes,
            alarms=sight.alarms,
            names=parameters.alarms,
            memory=memory,
            now=now,
        ):
            return Decision(answer=watching)
        return Decision(
            answer=Succeed(
                summary=f"Deployment {deployment.id} succeeded: {parameters.function}:{parameters.alias} is at version "
                f"{sight.alias.version}.",
                variables={
                    "version": sight.alias.version,
                    "function": parameters.function,
                    "deploymentId": deployment.id,
                },
            )
        )
    return Decision(answer=Fail(message=_why(deployment, parameters=parameters, sight=sight), deployment=deployment.id))


def _why(deployment: Deployment, *, parameters: Parameters, sight: Sight) -> str:
    lines = how_it_ended(deployment, rollback=sight.course.rollback, of=parameters.function)
    shared = ", and shares its invocations with another" if sight.alias.shifting else ""
    where = f"{parameters.function}:{parameters.alias} is at version {sight.alias.version}{shared}."
    return "\n".join((*lines, where, *sight.course.failures))
