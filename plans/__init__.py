"""From settings to plans: the one place that knows both the stack file's words and the components'.

A module for each concern; `delivery` puts an application's road together, `platform` what the applications share,
`pictures` what is drawn of it.
"""

from plans.delivery import delivery_plans
from plans.drift import drift_plan
from plans.overrides import excepted
from plans.pictures import scene_of, scenes
from plans.platform import platform_args

__all__ = ["delivery_plans", "drift_plan", "excepted", "platform_args", "scene_of", "scenes"]
