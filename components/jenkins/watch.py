"""The alarms of Jenkins: it is down, or its disk fills up."""

from dataclasses import dataclass

import pulumi

from components.jenkins.plan import DISK_USED, METRICS
from components.monitoring import BALANCERS, Measure, Runbook
from components.watching import metric_alarm

DOWN_MINUTES = 20
"""A replaced machine needs some of them to install and start; a pipeline that waits for a build needs to hear soon."""

DISK_FULL_PERCENT = 85


@dataclass(frozen=True, kw_only=True)
class JenkinsWatchArgs:
    """Inputs of a `JenkinsWatch`.

    Args:
        server: the server's name.
        load_balancer_suffix: last part of its load balancer's ARN, as CloudWatch names it.
        target_group_suffix: last part of its target group's ARN.
        topic_arn: who is told.
        runbooks: where the pages are that say what to do.
    """

    server: str
    load_balancer_suffix: pulumi.Input[str]
    target_group_suffix: pulumi.Input[str]
    topic_arn: pulumi.Input[str]
    runbooks: str


class JenkinsWatch(pulumi.ComponentResource):
    """Two alarms.

    Down: the load balancer finds no healthy machine, or no machine at all, for which it has no data
    (https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-cloudwatch-metrics.html). Disk:
    what the machine reports each minute; a machine that reports nothing is down, which is the other alarm.
    """

    def __init__(self, name: str, args: JenkinsWatchArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("delivery:index:JenkinsWatch", name, None, opts)
        down = Measure(
            label="down",
            says=f"has answered nobody for {DOWN_MINUTES} minutes",
            runbook=Runbook.JENKINS_DOWN,
            namespace=BALANCERS,
            metric="HealthyHostCount",
            dimensions={"LoadBalancer": args.load_balancer_suffix, "TargetGroup": args.target_group_suffix},
            threshold=1,
            minutes=DOWN_MINUTES,
            statistic="Maximum",
            below=True,
            without_data="breaching",
        )
        disk = Measure(
            label="disk",
            says=f"has a disk that is more than {DISK_FULL_PERCENT} percent full",
            runbook=Runbook.JENKINS_DISK,
            namespace=METRICS,
            metric=DISK_USED,
            dimensions={"Server": args.server},
            threshold=DISK_FULL_PERCENT,
            minutes=5,
            statistic="Maximum",
            without_data="missing",
        )
        for measure in (down, disk):
            metric_alarm(
                name,
                measure,
                whose=f"Jenkins {args.server}",
                first=args.server,
                topic_arn=args.topic_arn,
                runbooks=args.runbooks,
                parent=self,
            )
        self.register_outputs({})
