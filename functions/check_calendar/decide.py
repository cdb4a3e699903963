"""The decisions of `check_calendar`: plain values in, plain values out. It looks at the clock alone."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from pipeline_job.answer import Fail, Succeed
from pipeline_job.branches import matches_any
from pipeline_job.failures import RefusedError
from pipeline_job.values import Values, count_of, patterns_of, text_of, texts_of, told_values

KEYS = frozenset({"deploys", "freezes", "hotfixBranches", "stage", "windows"})
OPTIONAL_KEYS = frozenset({"branch"})
DAYS = ("MON", "TUE", "WED", "THU", "FRI", "SAT", "SUN")


@dataclass(frozen=True, kw_only=True)
class Freeze:
    """From `begins`, inclusive, to `ends`, exclusive, nothing is deployed."""

    begins: datetime
    ends: datetime
    reason: str
    hotfixes: bool


@dataclass(frozen=True, kw_only=True)
class Window:
    """Full hours of certain days, in a time zone; `waits` where AWS's own rule waits for it."""

    days: tuple[str, ...]
    opens: int
    closes: int
    zone: ZoneInfo
    waits: bool

    def next_open(self, now: datetime) -> datetime:
        """The moment from `now` on at which it is open: now, or when it opens next."""
        today = now.astimezone(self.zone).date()
        for day in (today + timedelta(days=ahead) for ahead in range(9)):
            if DAYS[day.weekday()] not in self.days:
                continue
            midnight = datetime.combine(day, time(), tzinfo=self.zone)
            opens = (midnight + timedelta(hours=self.opens)).astimezone(UTC)
            closes = (midnight + timedelta(hours=self.closes)).astimezone(UTC)
            if now < closes:
                return max(now, opens)
        raise RefusedError("A window has no day on which it opens.")


@dataclass(frozen=True, kw_only=True)
class Parameters:
    """What the function is told.

    Args:
        stage: that an execution wants to enter.
        deploys: whether a freeze holds it up.
        freezes: of the whole stack.
        windows: of this stage.
        hotfix_branches: patterns of the branches that some freezes let pass.
        branch: of the execution, empty where the pipeline doesn't say.
    """

    stage: str
    deploys: bool
    freezes: tuple[Freeze, ...]
    windows: tuple[Window, ...]
    hotfix_branches: tuple[str, ...]
    branch: str

    @classmethod
    def parse(cls, text: str, *, fixed: str) -> "Parameters":
        """Read the rule's `UserParameters`, together with the function's variable `PARAMETERS`.

        Raises:
            RefusedError: a key is missing, unknown or makes no sense. Then nothing is let in: a calendar that can't be
                read is no open one.
        """
        values = told_values(text, fixed=fixed, needed=KEYS, optional=OPTIONAL_KEYS)
        stage = text_of(values, "stage")
        windows = values["windows"]
        if not isinstance(windows, Mapping):
            raise RefusedError("Parameter `windows` must be a JSON object of lists, by stage.")
        return cls(
            stage=stage,
            deploys=text_of(values, "deploys") == "yes",
            freezes=tuple(_freeze(one) for one in _objects(values["freezes"], "freezes")),
            windows=tuple(_window(one) for one in _objects(windows.get(stage, []), "windows")),
            hotfix_branches=patterns_of(values, "hotfixBranches"),
            branch=text_of(values, "branch") if "branch" in values else "",
        )


def decide(*, parameters: Parameters, now: datetime) -> Succeed | Fail:
    """Whether the execution may enter.

    Where the stage waits for a window after this answer, the freezes that count are those of its opening: AWS asks the
    rules of a condition once, at the beginning.
    """
    stage = parameters.stage
    for window in parameters.windows:
        if not window.waits and (opens := window.next_open(now)) > now:
            return Fail(
                message=f"The window of stage {stage} is closed; it opens {_said(opens)}. Retry the stage then."
            )
    entry = max([now, *(window.next_open(now) for window in parameters.windows if window.waits)])
    freezes = [one for one in parameters.freezes if one.begins <= entry < one.ends] if parameters.deploys else []
    hotfix = matches_any(parameters.branch, parameters.hotfix_branches)
    for freeze in freezes:
        if freeze.hotfixes and hotfix:
            continue
        then = f" when the window of stage {stage} opens, {_said(entry)}" if entry > now else ""
        return Fail(
            message=f"Changes are frozen{then}, from {_said(freeze.begins)} until {_said(freeze.ends)}: "
            f"{freeze.reason}. "
            "Retry the stage after it; whoever has the policy may override the condition."
        )
    passed = f", a hotfix passes: {freezes[0].reason}" if freezes else ""
    return Succeed(summary=f"Stage {stage} may be entered{passed}.")


def _said(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%d %H:%M UTC")


def _freeze(values: Values) -> Freeze:
    return Freeze(
        begins=_moment(values, "begins"),
        ends=_moment(values, "ends"),
        reason=text_of(values, "reason"),
        hotfixes=values["hotfixes"] is True,
    )


def _window(values: Values) -> Window:
    name = text_of(values, "timeZone")
    try:
        zone = ZoneInfo(name)
    except (KeyError, ValueError) as error:
        raise RefusedError(f"The time zone {name} isn't known here.") from error
    return Window(
        days=texts_of(values, "days"),
        opens=count_of(values, "opens"),
        closes=count_of(values, "closes"),
        zone=zone,
        waits=values["waits"] is True,
    )


def _moment(values: Values, key: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text_of(values, key))
    except ValueError as error:
        raise RefusedError(f"Parameter `{key}` must be a moment with its offset.") from error
    if moment.tzinfo is None:
        raise RefusedError(f"Parameter `{key}` must be a moment with its offset.")
    return moment


def _objects(values: object, key: str) -> list[Values]:
    needed = {
        "freezes": {"begins", "ends", "reason", "hotfixes"},
        "windows": {"days", "opens", "closes", "timeZone", "waits"},
    }[key]
    if not isinstance(values, list) or not all(isinstance(one, Mapping) and set(one) == needed for one in values):
        raise RefusedError(f"Parameter `{key}` must list objects with exactly the keys {', '.join(sorted(needed))}.")
    return list(values)
