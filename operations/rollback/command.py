"""`operations rollback`."""

from argparse import ArgumentParser, Namespace
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from operations.account import nothing_begun
from operations.command import Example, Exit, UnusableError
from operations.deployment.command import add_common, add_place, agreed, deployer_of, finish, may_pass, target_in
from operations.deployment.found import began_with
from operations.deployment.gates import Obstacle, approvals_of, obstacles
from operations.deployment.interrupt import ending_is_interrupt
from operations.deployment.ledger import ledger_of, made_by
from operations.deployment.mover import mover_of
from operations.deployment.order import Order, announce
from operations.deployment.target import Target, target_of
from operations.engine import Engine
from operations.rollback.artifact import bundle_of, found_of
from operations.rollback.history import PREVIOUS, chosen, running, since_forward, undisturbed
from operations.rollback.migrations import migrations_between
from operations.rollback.plan import Plan
from operations.rollback.program import Program
from operations.stack import OpenStack, Stack, open_stack
from operations.terminal import Terminal
from pipeline_job.run import Clock, utc_now
from release_ledger import Kind, Release, find, releases

MOST_RELEASES = 200
"""Records that are read, the newest first."""


def engine_in(folder: Path) -> Engine:
    """The engine, called in a folder."""
    return Engine(project=folder)


@dataclass(frozen=True, kw_only=True)
class Rollback:
    """Goes back to a release of the ledger.

    Args:
        open: comes to a stack.
        engine: calls `pulumi` in a folder.
        program: the repository of the infrastructure.
        clock, pause: time, which tests make pass; None is the real one.
    """

    open: OpenStack = open_stack
    engine: Callable[[Path], Engine] = engine_in
    program: Program = field(default_factory=Program)
    clock: Clock = utc_now
    pause: Callable[[float], None] | None = None

    name = "rollback"
    purpose = "go back to a release of the ledger"
    about = (
        "Finds the artifact of a release and the version of the infrastructure that it\n"
        "ran on, says what would change, asks, and deploys by the code of `deploy`.\n\n"
        "An artifact that is gone is said before anything begins. A migration of the\n"
        "database that release.yaml says can't be taken back holds it up, unless\n"
        "--despite-migrations is given. The approvals of the release count. No alarm\n"
        "stops it: one that rings is why somebody goes back."
    )
    examples = (
        Example(line="rollback --stack prod --to previous", purpose="the last good release"),
        Example(line="rollback --stack prod --to previous --dry-run", purpose="only say what would change"),
        Example(
            line="rollback --stack prod --with-infrastructure \\\n        --to storefront-20261125T210816Z",
            purpose="with what it ran on",
        ),
    )

    def arguments(self, parser: ArgumentParser) -> None:
        add_place(parser)
        parser.add_argument("--to", required=True, metavar="RELEASE", help=f"id of a release, or {PREVIOUS}")
        parser.add_argument("--reason", default="", help="why; the ledger keeps it")
        parser.add_argument("--with-infrastructure", action="store_true", help="bring that up first, where it differs")
        parser.add_argument(
            "--despite-migrations", action="store_true", help="go back over a migration that can't be taken back"
        )
        parser.add_argument("--dry-run", action="store_true", help="say what would change, and change nothing")
        parser.add_argument("--resume", metavar="ID", help="watch on where somebody stopped watching")
        add_common(parser)

    def run(self, given: Namespace, terminal: Terminal) -> Exit:
        with nothing_begun():
            target = target_in(self.open, given)
            plan = self._plan(target, given.to, tell=terminal.tell)
            if given.resume:
                began_with(plan.found, mover_of(target).begun(given.resume, now=self.clock()), target)
            elif given.with_infrastructure:
                self._can_be_brought_up(plan)
            held_up = tuple(obstacles(target, plan.found, plan.approvals, now=self.clock()))
        if given.resume:
            order = replace(order_of(plan, given), execution=given.resume, resumed=True)
            return self._finish(order, plan, given, terminal)
        plan.tell(terminal, with_infrastructure=given.with_infrastructure)
        brings_up = given.with_infrastructure and not plan.difference.same
        if given.dry_run:
            return self._shown(plan, held_up, given, terminal, brings_up=brings_up)
        if not self._survives(plan, given, terminal) or not may_pass(held_up, given, terminal):
            return Exit.REFUSED
        if not agreed(f"Go back to {plan.then.release}?", given, terminal):
            return Exit.REFUSED
        order = replace(order_of(plan, given), passed=held_up)
        if brings_up:
            with nothing_begun():
                announce(order, tell=terminal.tell)
            if not self._bring_up(plan, given, terminal):
                terminal.hand_over({"plan": plan.told, "outcome": None, "refused": ["the infrastructure"]})
                return Exit.REFUSED
            terminal.tell(f"The infrastructure is up; {target.application} follows.")
            # What an `up` changes is told anew.
            order = replace(order, target=target_of(self.open(given.stack), target.application), announced=True)
        return self._finish(order, plan, given, terminal)

    def _shown(
        self, plan: Plan, held_up: Sequence[Obstacle], given: Namespace, terminal: Terminal, *, brings_up: bool
    ) -> Exit:
        """What would change, and what would hold it up: nothing is done."""
        if brings_up:
            self._bring_up(plan, given, terminal)
        lost = () if given.despite_migrations else plan.migrations.irreversible
        standing = [*(one.text for one in held_up), *(f"migration {one.id} can't be taken back" for one in lost)]
        terminal.hand_over({"plan": plan.told, "obstacles": standing})
        for text in standing:
            terminal.trouble(f"would be held up: {text}")
        return Exit.DONE

    def _finish(self, order: Order, plan: Plan, given: Namespace, terminal: Terminal) -> Exit:
        deployer = deployer_of(given, terminal, clock=self.clock, pause=self.pause)
        return finish(deployer, order, terminal, plan=plan.told)

    def _plan(self, target: Target, wanted: str, *, tell: Callable[[str], None]) -> Plan:
        stack = target.stack
        newest_first = history(stack, target.application, wanted, tell=tell)
        now, then = running(newest_first), chosen(newest_first, wanted)
        if now is not None and now.release == then.release and undisturbed(newest_first):
            raise UnusableError(f"{then.release} runs already")
        found = found_of(then, target)
        made = made_by(stack)
        settings = (made.configuration, then.configuration)
        return Plan(
            target=target,
            now=now,
            then=then,
            found=found,
            approvals=then.approvals or approvals_of(target, found),
            difference=self.program.difference(
                made.infrastructure, then.infrastructure, settings_differ=all(settings) and settings[0] != settings[1]
            ),
            migrations=migrations_between(
                [bundle_of(one) for one in since_forward(newest_first)], found.bundle, target
            ),
        )

    def _can_be_brought_up(self, plan: Plan) -> None:
        """Make sure of it before anything is begun.

        Raises:
            UnusableError: nobody can make what was there then.
        """
        then = plan.difference.then
        if plan.difference.same:
            return
        if then.dirty:
            raise UnusableError(f"{plan.then.release} ran on files that nobody committed; nobody can make those again")
        if not self.program.has(then.commit):
            raise UnusableError(
                f"{plan.then.release} ran on {then.commit}, and this clone has no such commit; fetch it"
            )

    @staticmethod
    def _survives(plan: Plan, given: Namespace, terminal: Terminal) -> bool:
        """Whether the database lets it go back, or somebody says that it has to."""
        lost = plan.migrations.irreversible
        if not lost or given.despite_migrations:
            return True
        names = ", ".join(one.id for one in lost)
        terminal.trouble(f"refused: {names} can't be taken back, and {plan.then.release} doesn't know it")
        terminal.trouble("Nothing was begun. --despite-migrations goes back all the same.")
        terminal.hand_over({"plan": plan.told, "outcome": None, "refused": [f"migration {one.id}" for one in lost]})
        return False

    def _bring_up(self, plan: Plan, given: Namespace, terminal: Terminal) -> bool:
        """Bring up the infrastructure of the release, from a folder of its own; whether that succeeded.

        Of a dry run it is the preview alone.
        """
        stack, then = plan.target.stack.stack, plan.difference.then
        with ending_is_interrupt(), self.program.at(then.commit) as folder:
            engine = self.engine(folder)
            terminal.tell(f"What `pulumi up` of {then.tag or then.commit} would change:")
            packs = self.program.packs
            if not engine.show("preview", "--stack", stack, *packs):
                terminal.trouble("The preview failed, or a policy refuses it. Nothing was begun.")
                return False
            if given.dry_run:
                return True
            if not agreed(f"Bring it up on {stack}?", given, terminal):
                return False
            came_up = False
            try:
                came_up = engine.show("up", "--stack", stack, "--yes", "--skip-preview", *packs)
            finally:
                if not came_up:
                    terminal.trouble(
                        f"The infrastructure did not come up, and {plan.target.application} runs what it ran. "
                        f"python -m operations recover --stack {stack} brings the stack to order."
                    )
            return came_up


def order_of(plan: Plan, given: Namespace) -> Order:
    """What is asked for."""
    return Order(
        target=plan.target,
        found=plan.found,
        kind=Kind.ROLLBACK,
        approvals=plan.approvals,
        reason="\n".join(filter(None, (given.reason, given.break_glass))),
        way_back=True,
        rollback_of=plan.then.release,
    )


def history(stack: Stack, application: str, wanted: str, *, tell: Callable[[str], None]) -> list[Release]:
    """The releases of an application, the newest first; at the end the one that is wanted, however old it is.

    Raises:
        UnusableError: the stack keeps no ledger, or nothing is in it; or which was the last good one can't be told.
    """
    bucket, s3 = ledger_of(stack), stack.client("s3")
    broken: list[str] = []
    found = list(releases(s3, bucket, application, limit=MOST_RELEASES, unreadable=broken.append))
    for one in broken:
        # It stays there for years, and whoever knows where to go back to needs the others.
        tell(one)
    if broken and wanted == PREVIOUS:
        raise UnusableError("so the last good release can't be told; say its id with --to, `releases` has them")
    if not found:
        raise UnusableError(f"the ledger {bucket} has no release of {application}")
    if len(found) == MOST_RELEASES and wanted not in {PREVIOUS, *(one.release for one in found)}:
        found.append(find(s3, bucket, application, wanted))
    return found
