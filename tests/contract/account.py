"""Accounts that hold what the stacks plan: every planned call, made in order against moto.

moto gives ids of its own, so what the plan calls `vpc-…` is carried over to the id that moto answered, in every call
that follows, policies as text included. All accounts live in one moto: buckets are global, promotion crosses accounts.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

import boto3
from botocore import xform_name
from moto import mock_aws

from tests.contract.aws_model import Request
from tests.contract.wire import created, requests, subject_of
from tests.contract.wire_words import Subject
from tests.unit.planning import Planned, config_of, planned
from tests.unit.planning_mocks import region_of

SECURITY_GROUP = "aws:ec2/securityGroup:SecurityGroup"

NOT_SENT = {
    "AssociateWebACL": "moto wants the web ACL, which is another program's",
    "AssociateApprovalRuleTemplateWithRepository": "moto has no approval rule templates",
    "CreateApprovalRuleTemplate": "moto has no approval rule templates",
    "AttachRolePolicy": "loading all of AWS's managed policies takes seconds; `test_planned_permissions` looks them up",
    "CreateAssociation": "moto has no associations",
    "CreateDeploymentConfig": "moto has no deployment configurations",
    "CreateCustomActionType": "moto knows no custom actions",
    "CreateProject": "moto wants a source location, which a project that works for a pipeline has not",
    "CreateMicrosoftTeamsChannelConfiguration": "moto has no chatbot",
    "CreateSlackChannelConfiguration": "moto has no chatbot",
    "CreateReportGroup": "moto has no report groups",
    "DeleteSecret": "it belongs to `pulumi destroy`",
    "PutObject": "moto denies what a bucket denies without TLS, TLS or not",
    "PutCompositeAlarm": "moto has no composite alarms",
    "PutBackupPolicy": "moto only reads it",
    "ScheduleKeyDeletion": "it belongs to `pulumi destroy`",
    "StartCanary": "moto can't start canaries",
    "StartInstanceRefresh": "it belongs to a later `pulumi up`, and moto has none",
}

_IDENTITIES: Mapping[str, tuple[str | int, ...]] = {
    "AllocateAddress": ("AllocationId",),
    "CreateAccessPoint": ("AccessPointId",),
    "CreateFileSystem": ("FileSystemId",),
    "CreateInternetGateway": ("InternetGateway", "InternetGatewayId"),
    "CreateKey": ("KeyMetadata", "KeyId"),
    "CreateLaunchTemplate": ("LaunchTemplate", "LaunchTemplateId"),
    "CreateListener": ("Listeners", 0, "ListenerArn"),
    "CreateNatGateway": ("NatGateway", "NatGatewayId"),
    "CreateRouteTable": ("RouteTable", "RouteTableId"),
    "CreateRule": ("Rules", 0, "RuleArn"),
    "CreateSecret": ("ARN",),
    "CreateSecurityGroup": ("GroupId",),
    "CreateSubnet": ("Subnet", "SubnetId"),
    "CreateVpc": ("Vpc", "VpcId"),
}
"""Where an answer holds the id by which later calls know the resource."""


class Account:
    """One stack, made in its account.

    Args:
        stack: `dev`, `staging` or `prod`.
        session: shared by the accounts of one `mock_aws`.
        plan: what is made, where it isn't what the repository's own stack file plans.
    """

    def __init__(self, stack: str, session: boto3.Session, plan: Planned | None = None) -> None:
        self.stack = stack
        self.plan = plan or planned(stack)
        config = config_of(stack)
        self.region = str(config["aws:region"])
        self.number = str(config["delivery:environment"]["account"])
        self._session = session
        self._identities: dict[str, str] = {}
        self._clients: dict[str, Any] = {}
        # moto knows an account by the role that was assumed in it.
        role = f"arn:aws:iam::{self.number}:role/contract"
        sts = session.client("sts", region_name=self.region)
        self._credentials = sts.assume_role(RoleArn=role, RoleSessionName=stack)["Credentials"]

    def client(self, service: str, region: str | None = None) -> Any:
        """A boto3 client in this account, in its region or another one."""
        place = f"{service} {region or self.region}"
        if place not in self._clients:
            self._clients[place] = self._session.client(
                service,
                region_name=region or self.region,
                aws_access_key_id=self._credentials["AccessKeyId"],
                aws_secret_access_key=self._credentials["SecretAccessKey"],
                aws_session_token=self._credentials["SessionToken"],
            )
        return self._clients[place]

    def make(self, only: Collection[str] = ()) -> None:
        """Makes everything the stack plans that moto can make, and before it the certificate it refers to.

        Args:
            only: types of resources; where they are given, nothing else is made.
        """
        for listener in self.plan.of("aws:lb/listener:Listener"):
            if certificate := listener.inputs.get("certificateArn"):
                issued = self.client("acm").request_certificate(DomainName="shop.example.com")
                self._identities[certificate] = issued["CertificateArn"]
        self._make_what_others_own()
        for resource in created(self.plan):
            if only and resource.type not in only:
                continue
            subject = subject_of(self.plan, resource)
            for request in requests(subject):
                if request.operation not in NOT_SENT:
                    self._send(subject, request)

    def _make_what_others_own(self) -> None:
        """The load balancer whose listener an application gets a rule of, with its security group."""
        own = {one.arn for one in self.plan.of("aws:lb/listener:Listener")}
        foreign = {one.inputs["listenerArn"] for one in self.plan.of("aws:lb/listenerRule:ListenerRule")} - own
        if not foreign:
            return
        elbv2, ec2 = self.client("elbv2"), self.client("ec2")
        subnets = [one["SubnetId"] for one in ec2.describe_subnets()["Subnets"]][:2]
        made = ec2.create_security_group(GroupName="shared", Description="of others")
        for group in self._named_groups() - {one.arn.rsplit("/", 1)[-1] for one in self.plan.of(SECURITY_GROUP)}:
            self._identities[group] = made["GroupId"]
        for listener in sorted(foreign):
            name = listener.split("/")[2]
            (balancer,) = elbv2.create_load_balancer(Name=name, Subnets=subnets)["LoadBalancers"]
            (answer,) = elbv2.create_listener(
                LoadBalancerArn=balancer["LoadBalancerArn"],
                Protocol="HTTP",
                Port=80,
                DefaultActions=[{"Type": "fixed-response", "FixedResponseConfig": {"StatusCode": "404"}}],
            )["Listeners"]
            self._identities[listener] = answer["ListenerArn"]

    def _named_groups(self) -> set[str]:
        """The security groups that other ones let in."""
        return {
            str(group)
            for one in self.plan.of(SECURITY_GROUP)
            for rule in one.inputs.get("ingress", ())
            for group in rule.get("securityGroups", ())
        }

    def _send(self, subject: Subject, request: Request) -> None:
        client = self.client(request.service, region_of(subject.resource.provider))
        method = xform_name(request.operation)
        answer = getattr(client, method)(**self.known_here(request.fitted))
        if request.operation in _IDENTITIES:
            identity = answer
            for key in _IDENTITIES[request.operation]:
                identity = identity[key]
            self._identities[subject.identity] = identity
        elif request.operation in {"CreateLoadBalancer", "CreateTargetGroup"}:
            # CloudWatch and CodeDeploy know these by the end of their ARN, so that end is what is carried over.
            (member,) = (value for key, value in answer.items() if key != "ResponseMetadata")
            arn = next(value for key, value in member[0].items() if key.endswith("Arn"))
            planned_end = str(subject.resource.outputs["arnSuffix"])
            kind = planned_end.split("/")[0]
            self._identities[planned_end] = arn[arn.index(f"{kind}/") :]

    def known_here(self, value: Any) -> Any:
        """A planned value with the ids that this account gave."""
        if isinstance(value, str):
            for planned_id, own_id in self._identities.items():
                value = value.replace(planned_id, own_id)
            return value
        if isinstance(value, Mapping):
            return {key: self.known_here(each) for key, each in value.items()}
        if isinstance(value, Sequence) and not isinstance(value, bytes):
            return [self.known_here(each) for each in value]
        return value


@contextmanager
def accounts(
    *stacks: str, plans: Mapping[str, Planned] | None = None, only: Collection[str] = ()
) -> Iterator[dict[str, Account]]:
    """These stacks, made side by side; they are gone when the block ends.

    Args:
        stacks: their names.
        plans: other ones than the files'.
        only: types of resources, if not everything is made.
    """
    with mock_aws():
        # One session for all: the API models are read once.
        session = boto3.Session("AKIAEXAMPLE", "example")
        made = {stack: Account(stack, session, (plans or {}).get(stack)) for stack in stacks}
        for account in made.values():
            account.make(only)
        yield made
