"""How the branches of a repository reach the environments, as data: read from the settings and plans of its stacks.

Its picture (`docs.flow_picture`) and its table in `docs/git-flow.md` are made from it, and follow the stack files.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from components.delivery_plan import DeliveryPlan
from components.diagram.reading import is_gate, notes
from components.stages import Stage
from settings.flows import BRANCH_NAMES, Flow, Review
from settings.models import CodeCommitSource, ConnectionSource, GitSource, PromotionSource, Settings

WORK = "feature/*"
"""What stands for every branch that the flow doesn't name."""


@dataclass(frozen=True, kw_only=True)
class Move:
    """How commits get from one reference to another.

    Args:
        source, destination: names of references.
        words: how.
        by_itself: whether the platform does it, or a developer.
    """

    source: str
    destination: str
    words: str
    by_itself: bool = False


@dataclass(frozen=True, kw_only=True)
class Line:
    """One line of a pipeline's card: a kind of `look.ICONS`, and words; a gate is a person's decision."""

    kind: str
    text: str
    gate: bool = False


@dataclass(frozen=True, kw_only=True)
class Pipeline:
    """One stack's pipeline.

    Args:
        name: of the pipeline.
        environment: the stack.
        where: tier and account.
        lines: what starts it, then its stages.
        target: what runs there, in words.
        feeds: the references whose changes start it.
        promoted_from: the pipeline whose artifact it takes.
    """

    name: str
    environment: str
    where: str
    lines: tuple[Line, ...]
    target: str
    feeds: tuple[str, ...]
    promoted_from: str | None


@dataclass(frozen=True, kw_only=True)
class FlowMap:
    """The whole: a repository's references in the order of the flow, what moves between them, and what they start."""

    repository: str
    flow: str
    references: tuple[str, ...]
    moves: tuple[Move, ...]
    pipelines: tuple[Pipeline, ...]

    def into(self, reference: str) -> tuple[Move, ...]:
        """What gets into a reference."""
        return tuple(move for move in self.moves if move.destination == reference)

    def fed_by(self, reference: str) -> tuple[Pipeline, ...]:
        """The pipelines that a reference starts."""
        return tuple(pipeline for pipeline in self.pipelines if reference in pipeline.feeds)

    def reached_from(self, reference: str) -> tuple[str, ...]:
        """The environments that a change of a reference gets to: directly, and by promotion."""
        reached = list(self.fed_by(reference))
        for pipeline in reached:
            reached.extend(one for one in self.pipelines if one.promoted_from == pipeline.name)
        return tuple(dict.fromkeys(pipeline.environment for pipeline in reached))

    def notes(self, reference: str) -> tuple[str, ...]:
        """What is to be said of a reference: how it changes."""
        if incoming := self.into(reference):
            return tuple(f"from {move.source}: {move.words}" for move in incoming)
        return ("any other branch: a developer's work",) if reference == WORK else ()

    def story(self) -> str:
        """The map as sentences, for a reader who can't see the picture."""
        sentences = [f"The repository {self.repository}, {self.flow}."]
        for reference in self.references:
            changes = "; ".join(self.notes(reference)) or "changed by developers"
            started = " and ".join(pipeline.name for pipeline in self.fed_by(reference)) or "no pipeline"
            sentences.append(f"{reference}: {changes}. It starts {started}.")
        for pipeline in self.pipelines:
            done = ", then ".join(line.text for line in pipeline.lines)
            sentences.append(
                f"{pipeline.name} ({pipeline.where}): {done}. It deploys to {pipeline.environment}, {pipeline.target}."
            )
        return " ".join(sentences)


def flow_map(stacks: Sequence[tuple[Settings, DeliveryPlan]]) -> FlowMap:
    """The map of one application.

    Args:
        stacks: settings and plan of each stack that delivers it, in the order of the environments.

    Raises:
        ValueError: no stack has a Git repository.
    """
    sources = [settings.applications[plan.application].source for settings, plan in stacks]
    git = [source for source in sources if isinstance(source, GitSource)]
    if not git:
        raise ValueError("no stack takes its source from a Git repository")
    # The stack that owns the repository says how its branches are called and guarded.
    first = next((one for one in git if isinstance(one, CodeCommitSource) and one.owned), git[0])
    pipelines = tuple(_pipeline(settings, plan) for settings, plan in stacks)
    moves = tuple(_moves(first))
    named = _references(first)
    others = (one for pipeline in pipelines for one in pipeline.feeds if one not in named)
    return FlowMap(
        repository=str(getattr(first, "repository", "")),
        flow={Flow.GIT_FLOW: "with Git Flow", Flow.TRUNK: "with one trunk", None: "without a flow"}[first.flow],
        references=(*named, *dict.fromkeys(others)),
        moves=moves,
        pipelines=pipelines,
    )


def _references(source: GitSource) -> tuple[str, ...]:
    if source.flow is None:
        return (WORK,)
    return (
        WORK,
        *(_name(source, key) for key in ("develop", "release", "hotfix", "main", "tags") if _has(source, key)),
    )


def _has(source: GitSource, key: str) -> bool:
    return source.flow is not None and key in BRANCH_NAMES[source.flow]


def _name(source: GitSource, key: str) -> str:
    return str(getattr(source.branch_names, key))


def _moves(source: GitSource) -> Iterator[Move]:
    """What developers do with the branches of a flow, and what the guard of a repository does by itself."""
    guarded = isinstance(source, CodeCommitSource) and source.owned
    main = _name(source, "main")
    tagged = Move(source=main, destination=_name(source, "tags"), words="a tag")
    match source.flow:
        case Flow.TRUNK:
            yield _reviewed(source, WORK, main)
            yield tagged
        case Flow.GIT_FLOW:
            develop, release, hotfix = (_name(source, key) for key in ("develop", "release", "hotfix"))
            yield _reviewed(source, WORK, develop)
            yield Move(source=develop, destination=release, words="a branch")
            yield Move(source=main, destination=hotfix, words="a branch")
            yield _reviewed(source, release, main)
            yield _reviewed(source, hotfix, main)
            back = _reviewed(source, main, develop)
            if guarded:
                yield replace(back, words=f"{back.words}, opened by itself", by_itself=True)
                yield Move(
                    source=main,
                    destination=_name(source, "tags"),
                    words="the version of a merged release or hotfix, by itself",
                    by_itself=True,
                )
            else:
                yield from (back, tagged)
        case None:
            pass


def _reviewed(source: GitSource, of: str, into: str) -> Move:
    words = ["pull request"]
    if isinstance(source, CodeCommitSource) and source.owned:
        approvals = source.reviews.get(into, Review()).approvals
        words.append("1 approval" if approvals == 1 else f"{approvals} approvals")
    if isinstance(source, CodeCommitSource | ConnectionSource) and source.checks:
        words.append("check")
    return Move(source=of, destination=into, words=", ".join(words))


def _pipeline(settings: Settings, plan: DeliveryPlan) -> Pipeline:
    source = settings.applications[plan.application].source
    road = plan.road()
    started = tuple(Line(kind=trigger.kind, text=trigger.description) for trigger in road.triggers)
    noticed = any(trigger.kind in ("event", "polling") for trigger in road.triggers)
    return Pipeline(
        name=plan.name,
        environment=plan.place.environment,
        where=f"{settings.environment.tier}, account {plan.place.account}",
        lines=(*started, *(_line(stage) for stage in road.stages if stage.name != "Source")),
        target=plan.deployment.target,
        feeds=(*source.branches, *source.tags) if isinstance(source, GitSource) and noticed else (),
        promoted_from=f"{plan.application}-{source.from_stack}" if isinstance(source, PromotionSource) else None,
    )


def _line(stage: Stage) -> Line:
    """A stage by what it changes, or by its actions where they change nothing."""
    done = ", ".join((action.target or action.name).rpartition(": ")[2] for action in stage.actions)
    said = "".join(f" ({note.text})" for note in notes(stage))
    return Line(
        kind=next((action for action in stage.actions if is_gate(action)), stage.actions[0]).category,
        text=f"{stage.name}{said}" if done == stage.name else f"{stage.name}{said}: {done}",
        gate=any(is_gate(action) for action in stage.actions),
    )
