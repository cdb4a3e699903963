"""The road of a change to production: settings, what the stack shares, one delivery per application, outputs."""

import gc

import pulumi

from components import (
    Canaries,
    CanariesArgs,
    Dashboards,
    DashboardsArgs,
    Delivery,
    DeliveryArgs,
    Platform,
    aws_provider,
    guardrail,
)
from components.diagram import mermaid, prose, svg
from components.drift import DriftDetection, DriftDetectionArgs
from plans import delivery_plans, drift_plan, excepted, platform_args, scene_of
from settings import load

# What the program makes is needed to its end: the collector finds nothing, and looks at all of it again and again.
gc.disable()

settings = load()
# Every pipeline is made and checked as data before the first resource: a wrong one plans nothing.
roads = {plan.application: (plan, plan.road()) for plan in delivery_plans(settings)}

shared = platform_args(settings, [road for _, road in roads.values()])
in_account = pulumi.ResourceOptions(provider=aws_provider(shared.place))
platform = Platform("platform", shared, opts=in_account)
deliveries = {
    application: Delivery(application, DeliveryArgs(plan=plan, road=road, platform=platform), opts=in_account)
    for application, (plan, road) in roads.items()
}

views = [delivery.view for delivery in deliveries.values()]
dashboards = Dashboards("dashboards", DashboardsArgs(place=shared.place, views=views), opts=in_account)
canaries = tuple(delivery.canary for delivery in deliveries.values() if delivery.canary)
if canaries:
    Canaries(
        "canaries",
        CanariesArgs(
            place=shared.place,
            canaries=canaries,
            key_arn=platform.store.key_arn,
            retention_days=shared.retention.log_days,
            protect=shared.retention.protect,
            force_destroy=shared.retention.force_destroy,
        ),
        opts=in_account,
    )
if drift := drift_plan(settings):
    kept_days = platform.retention.log_days
    look = DriftDetectionArgs(plan=drift, key_arn=platform.store.key_arn, log_retention_days=kept_days)
    DriftDetection("drift", look, opts=in_account)

pulumi.export("artifact_bucket", platform.store.bucket_name)
if platform.release_bucket:
    pulumi.export("release_bucket", platform.release_bucket)
if platform.announcements.outputs:
    pulumi.export("audiences", platform.announcements.outputs)
if platform.publishing:
    pulumi.export("publishing", platform.publishing.outputs)
if platform.jenkins:
    pulumi.export("jenkins", platform.jenkins.outputs)
pulumi.export("dashboards", dashboards.names)
pulumi.export("ledger", platform.ledger.outputs)
pulumi.export("override_guardrail", guardrail(shared.place, (road for _, road in roads.values()), excepted(settings)))
pulumi.export("applications", {name: delivery.outputs for name, delivery in deliveries.items()})
scenes = {application: scene_of(settings, plan, road) for application, (plan, road) in roads.items()}
pulumi.export("pipeline_diagram", {application: mermaid(scene) for application, scene in scenes.items()})
pulumi.export("pipeline_diagram_svg", {application: svg(scene) for application, scene in scenes.items()})
pulumi.export("pipeline_diagram_text", {application: prose(scene) for application, scene in scenes.items()})
