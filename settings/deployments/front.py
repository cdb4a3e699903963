"""What stands before an application and isn't the stack's: a load balancer of others, a firewall."""

from collections.abc import Mapping
from typing import Annotated, Any, ClassVar

from pydantic import Field, model_validator

from settings.base import Model
from settings.fields import Listed, at_most, distinct, matching, refused, within

WebAclArn = Annotated[
    str,
    matching(
        r"arn:aws[a-z\-]*:wafv2:[a-z0-9\-]+:\d{12}:regional/webacl/[\w\-]+/[\w\-]+",
        "the ARN of a regional web ACL, arn:aws:wafv2:<region>:<account>:regional/webacl/<name>/<id>",
    ),
]
FrontWebAcl = Annotated[
    WebAclArn | None,
    Field(description="Web ACL of WAF, of the stack's region and account, before the load balancer; not said: none."),
]
ListenerArn = Annotated[
    str,
    matching(
        r"arn:aws[a-z\-]*:elasticloadbalancing:[a-z0-9\-]+:\d{12}:listener/app/[\w\-]+/[0-9a-f]+/[0-9a-f]+",
        "the ARN of a listener of an application load balancer, "
        "arn:aws:elasticloadbalancing:<region>:<account>:listener/app/<name>/<id>/<id>",
    ),
]
SecurityGroupId = Annotated[
    str, matching(r"sg-([0-9a-f]{8}|[0-9a-f]{17})", "a security group's id such as sg-0123456789abcdef0")
]
HostPattern = Annotated[
    str,
    matching(
        r"(?=.{1,128}$)[A-Za-z0-9.\-*?]*\.[A-Za-z]+",
        "a host name, at most 128 of A-Z a-z 0-9 . -, with * and ? for any text, and letters alone after its last dot",
    ),
]
"""https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_HostHeaderConditionConfig.html"""

PathCondition = Annotated[
    str, matching(r"/[A-Za-z0-9_\-.$/~\"'@:+&*?]{0,127}", "a path of 1 to 128 characters, with * and ? for any text")
]
MOST_VALUES = 5
"""Of all conditions of a rule together, and as many * and ? in them
(https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-limits.html)."""


class ExistingBalancer(Model):
    """A load balancer that others own: the application gets a rule of its listener."""

    WAYS: ClassVar[Mapping[str, str]] = {
        "loadbalancerarn": "listenerArn; the load balancer follows from it",
    }

    listener_arn: ListenerArn = Field(description="The listener that users reach, in the stack's region and account.")
    security_group_id: SecurityGroupId = Field(
        description="The load balancer's group: instances let it in, and it has to reach their port."
    )
    priority: Annotated[int, within(1, 50_000, "(a priority)")] = Field(
        description="Of the rule, 1 to 50000; no other rule of the listener has it, and smaller ones are asked before."
    )
    hosts: Annotated[Listed[HostPattern], distinct("hosts")] = Field(
        default=(), description="Host names whose requests are the application's; not said: any."
    )
    paths: Annotated[Listed[PathCondition], distinct("paths"), at_most(MOST_VALUES, "paths")] = Field(
        default=(), description="Paths whose requests are, such as /shop/*; not said: any."
    )

    @model_validator(mode="after")
    def _says_whose_requests(self) -> "ExistingBalancer":
        if not self.hosts and not self.paths:
            raise refused("hosts, paths, or both: the listener's other requests aren't the application's")
        if (count := len(self.hosts) + len(self.paths)) > MOST_VALUES:
            raise refused(f"at most {MOST_VALUES} hosts and paths together; there are {count}", key="hosts")
        if (count := sum(one in "*?" for one in "".join((*self.hosts, *self.paths)))) > MOST_VALUES:
            raise refused(f"at most {MOST_VALUES} * and ? in hosts and paths together; there are {count}")
        return self

    @property
    def suffix(self) -> str:
        """What CloudWatch calls the load balancer."""
        return "/".join(self.listener_arn.split("listener/")[1].split("/")[:3])


def balancer_agrees(given: Any) -> Any:
    """Refuses what belongs to a load balancer of the stack's own, where there is another one."""
    if not isinstance(given, Mapping) or given.get("balancer") is None:
        return given
    for key in ("certificateArn", "webAclArn"):
        if given.get(key) is not None:
            raise refused(f"no {key} beside balancer: it is the listener owner's", key=key)
    if given.get("url") is None:
        raise refused("balancer with url, the address at which users reach its listener", key="balancer")
    return given
