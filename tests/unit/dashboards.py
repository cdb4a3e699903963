"""Dashboards of every platform: what they show, and their pictures."""

from collections.abc import Callable, Mapping

from components.dashboards import ApplicationView
from components.deployment.functions.measures import function_measures
from components.deployment.functions.placement import FunctionThresholds
from components.deployment.on_premises.group import missing_machines
from components.deployment.services.alarms import service_measures
from components.deployment.services.placement import ImageRepository, ServicePlacement
from components.monitoring import AlarmThresholds, Measure, front_measures, unhealthy
from components.place import Place
from components.watching import ErrorLines, error_lines
from docs.dashboard_picture import application_picture, environment_picture

PLACE = Place(environment="prod", account="444455556666", region="eu-west-1")
THRESHOLDS = AlarmThresholds(http_5xx_count=10, latency_seconds=1.5, unhealthy_hosts=0)
LEARNED = AlarmThresholds(http_5xx_count=10, latency_seconds=None, unhealthy_hosts=0)
LINES = ErrorLines(pattern="?ERROR", count=10)


def view(application: str, measures: tuple[Measure, ...], *, log_group: str | None = None) -> ApplicationView:
    names = [f"{application}-prod-unwell", *(f"{application}-prod-{one.label}" for one in measures)]
    return ApplicationView(
        application=application,
        place=PLACE,
        measures=measures,
        alarms={name: PLACE.arn("cloudwatch", f"alarm:{name}") for name in names},
        log_group=log_group,
    )


def service() -> ApplicationView:
    placement = ServicePlacement(
        application="shop",
        place=PLACE,
        repository=ImageRepository(registry="444455556666.dkr.ecr.eu-west-1.amazonaws.com", name="shop"),
        port=8080,
        health_path="/health",
        cpu=256,
        memory_mb=512,
        processor="x86_64",
        count=2,
        start_seconds=60,
        certificate_arn=None,
        test_port=8443,
    )
    measured = service_measures(placement, LEARNED, balancer="app/shop", target_groups=["blue", "green"])
    return view("shop", (*measured, error_lines("shop-prod", LINES)), log_group="/aws/ecs/shop-prod")


def server(application: str = "storefront") -> ApplicationView:
    return view(application, (*front_measures(THRESHOLDS, {"LoadBalancer": "app/x"}), unhealthy(THRESHOLDS, {})))


def function() -> ApplicationView:
    limits = FunctionThresholds(errors=0, throttles=0, duration_ms=None, concurrency=80)
    measured = function_measures("greeter-prod", "live", limits)
    return view("greeter", (*measured, error_lines("greeter-prod", LINES)), log_group="/aws/lambda/greeter-prod")


def machines() -> ApplicationView:
    return view("tills", (missing_machines("tills-prod", namespace="Delivery/OnPremises", most=0),))


def everything() -> list[ApplicationView]:
    """One of each."""
    return [server(), function(), service(), machines()]


DASHBOARDS: Mapping[str, Callable[[], str]] = {
    "a dashboard of a fleet": lambda: application_picture(server()),
    "a dashboard of a long name": lambda: application_picture(server("a-storefront-with-a-long-name")),
    "a dashboard of a function": lambda: application_picture(function()),
    "a dashboard of a service": lambda: application_picture(service()),
    "a dashboard of machines": lambda: application_picture(machines()),
    "a dashboard of an environment": lambda: environment_picture(PLACE, everything()),
}
