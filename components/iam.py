"""IAM documents from typed statements, and the roles that carry them.

Parts of a delivery *return* the statements they need; the owner of a role joins them into one policy. So a role never
has more than the union of what its actions do, and a test can read every permission before AWS does.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import pulumi
from pulumi_aws import iam

from components.later import Later, settled

Values = pulumi.Input[str] | Sequence[pulumi.Input[str]]


@dataclass(frozen=True, kw_only=True)
class Statement:
    """One statement of an IAM policy document.

    Args:
        actions: in AWS's spelling, for example `s3:GetObject`.
        resources: ARNs; `"*"` only where the action has no resource level
            (https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html)
            and in key policies, where it means the key itself.
        conditions: operator to condition key to values.
        principals: only in policies of resources (buckets, keys, topics, trust): kind to names.
        effect: `Allow` or `Deny`.
    """

    actions: tuple[str, ...]
    resources: tuple[pulumi.Input[str] | Later, ...] = ()
    conditions: Mapping[str, Mapping[str, Values]] = field(default_factory=dict)
    principals: Mapping[str, Values] = field(default_factory=dict)
    effect: str = "Allow"

    def settled(self, values: Mapping[str, pulumi.Input[str]]) -> "Statement":
        """This statement with what its `Later` resources have become."""
        return replace(self, resources=tuple(settled(one, values) for one in self.resources))

    def as_document(self) -> dict[str, Any]:
        """This statement in AWS's spelling, actions sorted so that diffs are readable."""
        document: dict[str, Any] = {"Effect": self.effect}
        if self.principals:
            document["Principal"] = "*" if "*" in self.principals else dict(self.principals)
        document["Action"] = sorted(self.actions)
        if self.resources:
            document["Resource"] = list(self.resources)
        if self.conditions:
            document["Condition"] = {operator: dict(keys) for operator, keys in self.conditions.items()}
        return document


def policy_document(statements: Iterable[Statement]) -> pulumi.Output[str]:
    """The JSON text of a policy, with statements in the order given and none of them twice."""
    unique: list[Statement] = []
    for statement in statements:
        if statement not in unique:
            unique.append(statement)
    return pulumi.Output.json_dumps(
        {"Version": "2012-10-17", "Statement": [statement.as_document() for statement in unique]}
    )


WITHOUT_SOURCE = frozenset({"ec2.amazonaws.com", "ecs.amazonaws.com"})
"""EC2 sends no source when it hands a role to an instance, and an instance profile can only be used inside its own
account. Of ECS, which moves traffic by a role and asks hooks by another, AWS documents a trust without it
(https://docs.aws.amazon.com/AmazonECS/latest/developerguide/AmazonECSInfrastructureRolePolicyForLoadBalancers.html);
it takes a role only from a caller who may pass it, and nobody passes roles of another account."""


def trust_policy(service: str, *, account: str) -> pulumi.Output[str]:
    """Lets one AWS service assume a role, for resources of this account only.

    `aws:SourceAccount` closes the confused deputy
    (https://docs.aws.amazon.com/IAM/latest/UserGuide/confused-deputy.html), but for the services `WITHOUT_SOURCE`.
    """
    conditions: dict[str, dict[str, Values]] = (
        {} if service in WITHOUT_SOURCE else {"StringEquals": {"aws:SourceAccount": account}}
    )
    return policy_document(
        [Statement(actions=("sts:AssumeRole",), principals={"Service": service}, conditions=conditions)]
    )


def pass_role(role_arn: pulumi.Input[str], *, to: str) -> Statement:
    """Lets a role be handed to one AWS service, and to no other."""
    return Statement(
        actions=("iam:PassRole",),
        resources=(role_arn,),
        conditions={"StringEquals": {"iam:PassedToService": to}},
    )


@dataclass(frozen=True, kw_only=True)
class ServiceRoleArgs:
    """Inputs of a `ServiceRole`.

    Args:
        role_name: physical name, at most 64 characters.
        service: who assumes it, for example `codebuild.amazonaws.com`.
        account: the account whose resources may use it.
        statements: everything the role may do.
        managed_policies: ARNs of AWS-managed policies, for the few duties that AWS only describes that way.
        description: what the role is for, as the IAM console shows it.
    """

    role_name: str
    service: str
    account: str
    statements: Sequence[Statement]
    description: str
    managed_policies: Sequence[str] = ()


class ServiceRole(pulumi.ComponentResource):
    """A role that one AWS service assumes, with exactly the given statements.

    `arn` resolves when the role *and* its policies exist: whatever uses it is created after them, and never meets the
    moment in which AWS knows the role but not yet what it may do.
    """

    arn: pulumi.Output[str]
    name: pulumi.Output[str]

    def __init__(self, name: str, args: ServiceRoleArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("delivery:index:ServiceRole", name, None, opts)
        role = iam.Role(
            name,
            name=args.role_name,
            description=args.description,
            assume_role_policy=trust_policy(args.service, account=args.account),
            opts=pulumi.ResourceOptions(parent=self),
        )
        of_role = pulumi.ResourceOptions(parent=role)
        policies: list[pulumi.Output[str]] = [
            iam.RolePolicyAttachment(f"{name}-{label}", role=role.name, policy_arn=arn, opts=of_role).id
            for arn, label in _labels(args.managed_policies).items()
        ]
        if args.statements:
            policy = iam.RolePolicy(
                f"{name}-policy", role=role.name, policy=policy_document(args.statements), opts=of_role
            )
            policies.append(policy.id)
        self.arn = pulumi.Output.all(role.arn, *policies).apply(lambda values: str(values[0]))
        self.name = pulumi.Output.all(role.name, *policies).apply(lambda values: str(values[0]))
        self.register_outputs({"arn": self.arn, "name": self.name})


def _labels(managed_policies: Iterable[str]) -> dict[str, str]:
    """Each policy once, and what it is called: the end of its ARN, or whose it is and its path where two end alike."""
    ends = {arn: arn.rsplit("/", 1)[-1] for arn in managed_policies}
    alike = {end for end, count in Counter(ends.values()).items() if count > 1}
    return {arn: arn.split("::", 1)[-1].replace(":policy/", "/") if end in alike else end for arn, end in ends.items()}
