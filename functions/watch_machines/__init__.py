"""Keeps CodeDeploy's list of an application's machines as Systems Manager knows them, and counts those that are silent.

Events: a schedule of EventBridge; what it says doesn't matter. A machine that was activated with the application's
role is registered with CodeDeploy by its own id and the session of that role, and gets the application's tags. One that
Systems Manager no longer knows is deregistered: it gets no credentials any more. So no machine has the right to
register itself, or to give itself a tag that would bring it another application's bundles.

Machines whose agent of Systems Manager doesn't answer are counted in the metric `MachinesMissing`, every time, so that
an alarm on it also rings when this function is silent. That agent also brings the credentials: a machine that is
missing soon can't be deployed to.

Parameters, as JSON in the variable `PARAMETERS`, exactly these keys:
    application: the name with which CodeDeploy and CloudWatch know it.
    role: name of the role that its machines have.
    sessions: ARN of that role's sessions, up to the name of the session.
    tag: key of the tag that says whose machine it is; its value is `application`.
    tags: the other tags of the machines, key to value.
    namespace: of the metric.

Listing machines, and putting a metric, have no resource level; the other actions are asked for on machines of Systems
Manager alone. It has no topic: errors are raised, and end in the on-failure destination.
"""

API_ACTIONS: tuple[str, ...] = (
    "cloudwatch:PutMetricData",
    "codedeploy:AddTagsToOnPremisesInstances",
    "codedeploy:DeregisterOnPremisesInstance",
    "codedeploy:ListOnPremisesInstances",
    "codedeploy:RegisterOnPremisesInstance",
    "ssm:DescribeInstanceInformation",
)
"""The calls this function makes, as IAM actions; a contract test compares them with the calls it really makes."""

IMPLIED_ACTIONS: tuple[str, ...] = ()
"""What AWS checks of the caller besides; nothing here."""

PACKAGES: tuple[str, ...] = ("pipeline_job", "repository_events")
"""The shared packages that its archive needs; a contract test compares them with what it really imports."""
