"""One application's road to its environment, as data."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from components.approval import ApprovalGate
from components.approvals_plan import ApprovalsPlan
from components.deployment import DeploymentPlan
from components.free_stages import FreeRoad
from components.hotfix import HotfixLane
from components.later import Later
from components.place import Place
from components.preparation import PREPARED, Preparation
from components.promotion import Admission, Promotion
from components.publishing import Publication, publish_stage
from components.sources import SourcePlan
from components.sources.plan import SOURCE
from components.stage_conditions import RoadConditions
from components.stages import Action, Artifact, Category, Road, Stage
from components.suites import FLEET_URL, TARGET_URL, SuitePlan, suite_stages
from components.work import Slot, Work

BUNDLE = Artifact("Bundle")
"""What the build makes, the suites test, and the deployment ships."""


@dataclass(frozen=True, kw_only=True)
class DeliveryPlan:
    """One application's delivery, as data.

    Args:
        application: its name.
        place: where it is delivered to.
        source: where changes come from, and what the stack makes for it.
        build: build and unit tests; None where the source was built already.
        preparation: what is done to the source before it is built.
        suites: test suites on the built artifact, before the deployment and after it.
        publications: where the tested artifact is published to.
        approvals: gates after those tests and before the deployment; None is continuous deployment.
        deployment: how it gets to where it runs.
        promotion: gives what was tested here to another environment.
        admission: lets in what another environment has promoted.
        hotfix: which branches may skip what.
        parameters: what whoever starts the pipeline by hand may choose, with the values of every other start.
        free: what the application changes of the default road.
        conditions: what stages ask besides what they ask by themselves, and the calendar.
    """

    application: str
    place: Place
    source: SourcePlan
    build: Work | None
    suites: Sequence[SuitePlan]
    approvals: ApprovalsPlan | None
    deployment: DeploymentPlan
    promotion: Promotion | None
    hotfix: HotfixLane | None = None
    parameters: Mapping[str, str] = field(default_factory=dict)
    publications: Sequence[Publication] = ()
    preparation: Preparation | None = None
    admission: Admission | None = None
    free: FreeRoad = field(default_factory=FreeRoad)
    conditions: RoadConditions = field(default_factory=RoadConditions)

    @property
    def name(self) -> str:
        """The pipeline's name, and the first part of most others: `<application>-<environment>`."""
        return f"{self.application}-{self.place.environment}"

    @property
    def jobs(self) -> tuple[Work, ...]:
        """Build, suites and publishing."""
        return (
            *([self.build] if self.build else []),
            *(suite.job for suite in self.suites),
            *(one.job for one in self.publications),
        )

    def road(self) -> Road:
        """The pipeline: source, build, tests, publishing, approvals, deployment and its tests, promotion.

        Raises:
            RoadError: AWS would refuse it; names stage, action and artifact.
        """
        lane = self.hotfix
        stages = [Stage(name="Source", actions=(self.source.action,))]
        artifact = SOURCE
        if self.admission:
            stages.append(self.admission.stage())
        if lane:
            stages.append(lane.announcement())
        if self.build:
            artifact = BUNDLE
            stages.append(Stage(name="Build", actions=self._build_actions(self.build)))
        stages.extend(self._tests("Test", artifact, after_deployment=False))
        stages.extend(publish_stage(self.publications, artifact))
        if self.approvals:
            stages.append(self.approvals.stage())
        stages.extend(
            self.deployment.stages(artifact, proof=self._tests("TestDeployed", artifact, after_deployment=True))
        )
        if self.promotion:
            stages.append(self.promotion.stage(artifact))
        road = Road(
            name=self.name,
            stages=tuple(stages),
            triggers=self.source.triggers,
            variables=self._variables(),
            account=self.place.account,
        )
        return self.free.checked(road, conditions=self.conditions)

    def _build_actions(self, build: Work) -> tuple[Action, ...]:
        prepared = self.preparation
        source = PREPARED if prepared else SOURCE
        slot = Slot(name="Build", category=Category.BUILD, source=source, output=BUNDLE, namespace="Build")
        action = build.action(slot)
        return (prepared.action, replace(action, run_order=2)) if prepared else (action,)

    def _tests(self, name: str, artifact: Artifact, *, after_deployment: bool) -> tuple[Stage, ...]:
        suites = [suite for suite in self.suites if suite.after_deployment is after_deployment]
        return tuple(suite_stages(name, suites, artifact=artifact, lane=self.hotfix))

    def _variables(self) -> dict[str, str | Later]:
        """Of the pipeline, with the values of a start that gives none."""
        reached = any(suite.after_deployment for suite in self.suites)
        target = {TARGET_URL: self.deployment.target_url or FLEET_URL} if reached else {}
        return {**self.source.variables, **self.parameters, **target}

    @property
    def gates(self) -> Iterator[tuple[str, ApprovalGate]]:
        """The approvals in stages of its own, with the stage each stands in."""
        yield from ((one.stage.name, gate) for one in self.free.stages for gate in one.gates)
