"""What a stack's shared part is made from."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from components.audiences import AnnouncementsPlan
from components.jenkins import JenkinsPlan
from components.ledger_plan import LedgerPlan
from components.network import NetworkPlacement
from components.place import Place
from components.places import Guests
from components.publishing import StoresPlan
from components.release_bucket import PromotedApplication


@dataclass(frozen=True, kw_only=True)
class NewNetwork:
    """A network that the stack makes; see `NetworkArgs`."""

    cidr: str
    availability_zones: Sequence[str]
    nat_gateway_per_zone: bool
    flow_logs: bool


@dataclass(frozen=True, kw_only=True)
class Retention:
    """How long a stack keeps what it makes.

    Args:
        log_days: logs.
        audit_days: the record of who approved what.
        artifact_days: artifacts and promoted releases, which is how far back a release can be rolled.
        key_deletion_days: a deleted key can be saved for so long, 7 to 30.
        protect: Pulumi refuses to delete keys, buckets, pipelines and deployment groups.
        force_destroy: deleting a bucket deletes what is in it.
    """

    log_days: int
    audit_days: int
    artifact_days: int
    key_deletion_days: int
    protect: bool
    force_destroy: bool


@dataclass(frozen=True, kw_only=True)
class PlatformArgs:
    """Inputs of a `Platform`.

    Args:
        place: the environment.
        network: one to make, or one that exists.
        retention: how long things are kept.
        emails: who hears of pipelines and alarms.
        announcements: what of its pipelines is told to whom.
        ledger: what is recorded of their deployments.
        promoted: the applications that come from another environment.
        load_balancers: whether anything has one, whose access log is kept.
        build_bucket: whether any build keeps a cache or a log in a bucket.
        stores: what the stack's applications publish to, if they publish.
        jenkins: the server that builds, where an application is built by one.
        guests: the other regions in which actions run, and who of other accounts is let into which artifact store.
        approving: the pipelines that ask a person anywhere, by name.
        runbooks: where the pages are that alarms name.
    """

    place: Place
    network: NewNetwork | NetworkPlacement
    retention: Retention
    emails: Sequence[str]
    announcements: AnnouncementsPlan
    ledger: LedgerPlan
    promoted: Sequence[PromotedApplication] = ()
    load_balancers: bool = True
    build_bucket: bool = False
    stores: StoresPlan | None = None
    jenkins: JenkinsPlan | None = None
    guests: Guests = field(default_factory=Guests)
    approving: Sequence[str] = ()
    runbooks: str = "docs/runbooks"
