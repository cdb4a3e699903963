"""How many tasks a service has: by what is measured, and by the clock."""

from collections.abc import Mapping
from typing import Annotated

from pydantic import Field, model_validator

from settings.base import Model
from settings.deployments.scaling import ScheduleName
from settings.detection import ScheduleExpression, TimeZone
from settings.fields import refused, within

MOST_TASKS = 1000


class TaskSchedule(Model):
    """How few tasks a service may have from a time on, until another schedule says otherwise."""

    expression: ScheduleExpression = Field(
        description="When: cron(…) with six fields, or rate(…), as Application Auto Scaling takes them."
    )
    time_zone: TimeZone = Field(
        default="UTC", description="The time zone in which cron(…) is meant, of the IANA database."
    )
    min: Annotated[int, within(1, MOST_TASKS, "tasks")] = Field(
        description="Never fewer tasks from then on; at most the `max` of the scaling."
    )


class TaskScaling(Model):
    """What a service is kept at, between its fewest and its most tasks. Of several measures the one that wants most
    tasks counts."""

    min: Annotated[int, within(1, MOST_TASKS, "tasks")] = Field(description="Never fewer tasks, 1 to 1000.")
    max: Annotated[int, within(1, MOST_TASKS, "tasks")] = Field(description="Never more tasks, 1 to 1000.")
    cpu_percent: Annotated[int, within(10, 90, "percent")] | None = Field(
        default=None, description="Average CPU of the tasks that the service is kept at, 10 to 90 percent."
    )
    memory_percent: Annotated[int, within(10, 90, "percent")] | None = Field(
        default=None, description="Average memory of the tasks that the service is kept at, 10 to 90 percent."
    )
    requests_per_minute: Annotated[int, within(1, 1_000_000, "requests")] | None = Field(
        default=None, description="Requests that each task answers in a minute, on average, 1 to 1000000."
    )
    schedules: Mapping[ScheduleName, TaskSchedule] = Field(
        default_factory=dict, description="Fewest tasks from a time of the day or week on, by name."
    )

    @model_validator(mode="after")
    def _moves_between_two_ends(self) -> "TaskScaling":
        if self.min >= self.max:
            raise refused(f"more than min, which is {self.min}", key="max", partners=("min",))
        if not any((self.cpu_percent, self.memory_percent, self.requests_per_minute)):
            # A smaller minimum alone takes no task away.
            grown = "; a service that schedules have made grow shrinks by its measures alone" if self.schedules else ""
            raise refused(f"cpuPercent, memoryPercent or requestsPerMinute, or several of them{grown}")
        for name, schedule in self.schedules.items():
            if schedule.min > self.max:
                allowed = f"schedules whose min is at most max, which is {self.max}; {name} has {schedule.min}"
                raise refused(allowed, key="schedules", partners=("max",))
        return self
