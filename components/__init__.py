"""What a stack is made of. One component resource per concern; no configuration is read here."""

from components.dashboards import Dashboards, DashboardsArgs
from components.delivery import Delivery, DeliveryArgs
from components.delivery_plan import DeliveryPlan
from components.overrides import guardrail
from components.place import Place
from components.platform import Platform
from components.platform_args import PlatformArgs
from components.regional_stores import aws_provider
from components.watching import Canaries, CanariesArgs

__all__ = [
    "Canaries",
    "CanariesArgs",
    "Dashboards",
    "DashboardsArgs",
    "Delivery",
    "DeliveryArgs",
    "DeliveryPlan",
    "Place",
    "Platform",
    "PlatformArgs",
    "aws_provider",
    "guardrail",
]
