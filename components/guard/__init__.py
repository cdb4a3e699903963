"""What holds the flow of a repository together: who may change which branch, who must agree, what must have passed."""

from components.guard.check import MOST_CHECKS, PullRequestCheckPlan
from components.guard.landing import LandingPlan
from components.guard.protection import ProtectionPlan
from components.guard.repository import Guard, GuardArgs, GuardPlan
from components.guard.reviews import Review, reviews
from components.guard.webhook import WebhookCheck, WebhookCheckArgs, WebhookCheckPlan

__all__ = [
    "MOST_CHECKS",
    "Guard",
    "GuardArgs",
    "GuardPlan",
    "LandingPlan",
    "ProtectionPlan",
    "PullRequestCheckPlan",
    "Review",
    "WebhookCheck",
    "WebhookCheckArgs",
    "WebhookCheckPlan",
    "reviews",
]
