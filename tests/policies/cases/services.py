"""Services of ECS that moves their traffic itself."""

from typing import Any

from rulebook.rules.flow import services
from tests.policies.cases.case import Case, Kind, exempted
from tests.policies.harness import UNKNOWN, Given

(CAREFUL,) = services.RULES
WATCHED: dict[str, Any] = {
    "alarms": {"alarmNames": [UNKNOWN], "enable": True, "rollback": True},
    "deploymentCircuitBreaker": {"enable": True, "rollback": True},
}


def case(
    kind: Kind,
    what: str,
    strategy: Any = "CANARY",
    *,
    finds: tuple[str, ...] = (),
    undecided: str = "",
    parameters: dict[str, Any] | None = None,
    **own: Any,
) -> Case:
    """A case of one service called `thing`."""
    properties = {**WATCHED, "deploymentConfiguration": {"strategy": strategy}, **own}
    return Case(
        rule=CAREFUL,
        kind=kind,
        what=what,
        given=(Given(type="aws:ecs/service:Service", properties=properties),),
        finds=finds,
        undecided=undecided,
        parameters=parameters or {},
    )


KNOWN = {**WATCHED["alarms"], "alarmNames": ["shop-errors"]}
_AT_ONCE = case(
    Kind.VIOLATING,
    "all traffic moves at once",
    "BLUE_GREEN",
    alarms=KNOWN,
    finds=("shifts all traffic at once, by `deploymentConfiguration.strategy`",),
)
CASES = (
    case(Kind.COMPLIANT, "a part moves first, watched", alarms=KNOWN),
    case(Kind.COMPLIANT, "part after part moves", "LINEAR"),
    case(Kind.COMPLIANT, "all at once is allowed", "BLUE_GREEN", parameters={"allAtOnce": "allow"}),
    case(Kind.COMPLIANT, "tasks are replaced one by one", "ROLLING", alarms={}),
    _AT_ONCE,
    *exempted(_AT_ONCE),
    case(
        Kind.VIOLATING,
        "an alarm stops it and nothing goes back",
        alarms={**KNOWN, "rollback": False},
        finds=("`alarms.rollback`",),
    ),
    case(
        Kind.VIOLATING,
        "tasks that fail are tried for ever",
        deploymentCircuitBreaker={"enable": True, "rollback": False},
        finds=("`deploymentCircuitBreaker`",),
    ),
    case(
        Kind.MISSING,
        "nothing is said of what stops it",
        alarms=None,
        deploymentCircuitBreaker=None,
        finds=("`alarms`", "`deploymentCircuitBreaker`"),
    ),
    case(Kind.MISSING, "a service without a strategy rolls", None),
    case(
        Kind.UNKNOWN,
        "the strategy isn't known",
        UNKNOWN,
        undecided="deploymentConfiguration.strategy",
    ),
)
