"""What the applications of one stack share."""

from collections.abc import Mapping

import pulumi

from components.access_logs import access_log_writer, logged_in
from components.approval_record import ApprovalRecord, ApprovalRecordArgs
from components.artifact_store import ArtifactStore, ArtifactStoreArgs
from components.audiences import Announcements, AnnouncementsArgs, AnnouncementsPlan
from components.bucket import PrivateBucket, PrivateBucketArgs
from components.jenkins import JenkinsPlan, JenkinsServer, JenkinsServerArgs
from components.ledger_plan import LedgerPlan
from components.network import FlowLogs, Network, NetworkArgs, NetworkPlacement
from components.notifications import Notifications, NotificationsArgs
from components.place import Place
from components.platform_args import PlatformArgs, Retention
from components.publishing import PublishingStores, PublishingStoresArgs, StoresPlan
from components.regional_stores import RegionalStores, RegionalStoresArgs
from components.release_bucket import release_statements
from components.release_ledger import ReleaseLedger, ReleaseLedgerArgs


class Platform(pulumi.ComponentResource):
    """Key, artifact store, network, logs and notifications of a stack; its release bucket and its Jenkins, if any."""

    place: Place
    retention: Retention
    runbooks: str
    store: ArtifactStore
    stores: Mapping[str, ArtifactStore]
    network: NetworkPlacement
    notifications: Notifications
    announcements: Announcements
    access_logs: PrivateBucket | None
    release_bucket: pulumi.Output[str] | None
    builds: PrivateBucket | None
    publishing: PublishingStores | None
    jenkins: JenkinsServer | None
    approvals: ApprovalRecord | None
    ledger: ReleaseLedger

    def __init__(self, name: str, args: PlatformArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("delivery:index:Platform", name, None, opts)
        self.place = args.place
        self.retention = args.retention
        self.runbooks = args.runbooks
        child = pulumi.ResourceOptions(parent=self)
        self.store = ArtifactStore(
            "artifacts",
            ArtifactStoreArgs(
                place=args.place,
                retention_days=args.retention.artifact_days,
                key_deletion_days=args.retention.key_deletion_days,
                promoters=[one.writer for one in args.promoted],
                guests=args.guests.of(args.place.region),
                protect=args.retention.protect,
                force_destroy=args.retention.force_destroy,
            ),
            opts=child,
        )
        self.stores = self._stores(args, child)
        self.network = self._network(args, child)
        self.notifications = Notifications(
            "notifications",
            NotificationsArgs(place=args.place, key_arn=self.store.key_arn, emails=args.emails),
            opts=child,
        )
        self.announcements = self._announcements(args.announcements)
        self.access_logs = self._access_logs(args, child) if args.load_balancers else None
        self.release_bucket = self._release_bucket(args, child).name if args.promoted else None
        self.builds = self._build_bucket(args, child, self.store.key_arn) if args.build_bucket else None
        self.publishing = self._publishing(args.stores, args, child) if args.stores else None
        self.jenkins = self._jenkins(args.jenkins, child) if args.jenkins else None
        self.approvals = self._approvals(args, child) if args.approving else None
        self.ledger = self._ledger(args.ledger)
        self.register_outputs({"keyArn": self.store.key_arn, "vpcId": self.network.vpc_id})

    @property
    def access_log_bucket(self) -> pulumi.Output[str] | None:
        """Where load balancers write who asked for what; None in a stack that has none."""
        return self.access_logs.name if self.access_logs else None

    @property
    def keys(self) -> Mapping[str, pulumi.Output[str]]:
        """The keys of the artifact stores, by region."""
        return {
            self.place.region: self.store.key_arn,
            **{region: store.key_arn for region, store in self.stores.items()},
        }

    @staticmethod
    def _stores(args: PlatformArgs, child: pulumi.ResourceOptions) -> Mapping[str, ArtifactStore]:
        if not args.guests.elsewhere(args.place.region):
            return {}
        return RegionalStores(
            "artifacts",
            RegionalStoresArgs(
                place=args.place,
                guests=args.guests,
                retention_days=args.retention.artifact_days,
                key_deletion_days=args.retention.key_deletion_days,
                protect=args.retention.protect,
                force_destroy=args.retention.force_destroy,
            ),
            opts=child,
        ).stores

    def _announcements(self, plan: AnnouncementsPlan) -> Announcements:
        return Announcements(
            "announcements",
            AnnouncementsArgs(
                plan=plan,
                key_arn=self.store.key_arn,
                log_retention_days=self.retention.log_days,
                secret_recovery_days=self._secret_recovery_days,
            ),
            opts=pulumi.ResourceOptions(parent=self, depends_on=[self.notifications]),
        )

    def _ledger(self, plan: LedgerPlan) -> ReleaseLedger:
        return ReleaseLedger(
            "ledger",
            ReleaseLedgerArgs(
                plan=plan,
                key_arn=self.store.key_arn,
                log_retention_days=self.retention.log_days,
                protect=self.retention.protect,
                force_destroy=self.retention.force_destroy,
            ),
            opts=pulumi.ResourceOptions(parent=self, depends_on=[self.notifications]),
        )

    @property
    def _secret_recovery_days(self) -> int:
        return 0 if self.retention.force_destroy else self.retention.key_deletion_days

    def _network(self, args: PlatformArgs, child: pulumi.ResourceOptions) -> NetworkPlacement:
        if isinstance(args.network, NetworkPlacement):
            return args.network
        flow_logs = FlowLogs(key_arn=self.store.key_arn, retention_days=args.retention.log_days)
        return Network(
            "network",
            NetworkArgs(
                place=args.place,
                cidr=args.network.cidr,
                availability_zones=args.network.availability_zones,
                nat_gateway_per_zone=args.network.nat_gateway_per_zone,
                flow_logs=flow_logs if args.network.flow_logs else None,
            ),
            opts=child,
        ).placement

    @staticmethod
    def _access_logs(args: PlatformArgs, child: pulumi.ResourceOptions) -> PrivateBucket:
        return PrivateBucket(
            "access-logs",
            PrivateBucketArgs(
                bucket_name=args.place.access_log_bucket,
                place=args.place,
                key_arn=None,
                retention_days=args.retention.log_days,
                statements=[access_log_writer(args.place)],
                protect=args.retention.protect,
                force_destroy=args.retention.force_destroy,
            ),
            opts=child,
        )

    @staticmethod
    def _build_bucket(args: PlatformArgs, child: pulumi.ResourceOptions, key_arn: pulumi.Input[str]) -> PrivateBucket:
        return PrivateBucket(
            "builds",
            PrivateBucketArgs(
                bucket_name=args.place.build_bucket,
                place=args.place,
                key_arn=key_arn,
                retention_days=args.retention.log_days,
                protect=args.retention.protect,
                # Nothing in it is missed: caches fill again, and the logs are in CloudWatch as well.
                force_destroy=True,
            ),
            opts=child,
        )

    def _publishing(self, plan: StoresPlan, args: PlatformArgs, child: pulumi.ResourceOptions) -> PublishingStores:
        return PublishingStores(
            "publishing",
            PublishingStoresArgs(
                plan=plan,
                place=args.place,
                key_arn=self.store.key_arn,
                retention_days=args.retention.artifact_days,
                protect=args.retention.protect,
                force_destroy=args.retention.force_destroy,
            ),
            opts=child,
        )

    def _release_bucket(self, args: PlatformArgs, child: pulumi.ResourceOptions) -> PrivateBucket:
        return PrivateBucket(
            "releases",
            PrivateBucketArgs(
                bucket_name=args.place.release_bucket,
                place=args.place,
                key_arn=self.store.key_arn,
                retention_days=args.retention.artifact_days,
                # What production runs may be older than any retention, and must be there to be deployed again.
                expires=False,
                statements=release_statements(args.promoted, args.place),
                events=True,
                protect=args.retention.protect,
                force_destroy=args.retention.force_destroy,
            ),
            opts=child,
        )

    def _approvals(self, args: PlatformArgs, child: pulumi.ResourceOptions) -> ApprovalRecord:
        return ApprovalRecord(
            "approvals",
            ApprovalRecordArgs(
                place=args.place,
                pipelines=args.approving,
                key_arn=self.store.key_arn,
                retention_days=args.retention.audit_days,
                protect=args.retention.protect,
            ),
            opts=child,
        )

    def _jenkins(self, plan: JenkinsPlan, child: pulumi.ResourceOptions) -> JenkinsServer:
        return JenkinsServer(
            "jenkins",
            JenkinsServerArgs(
                plan=plan,
                network=self.network,
                key_arn=self.store.key_arn,
                access_log_bucket=logged_in(self.access_log_bucket),
                topic_arn=self.notifications.topic_arn,
                secret_recovery_days=self._secret_recovery_days,
                protect=self.retention.protect,
                runbooks=self.runbooks,
            ),
            opts=child,
        )
