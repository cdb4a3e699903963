"""`operations deploy`."""

import os
from argparse import ArgumentParser, Namespace
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from operations.account import nothing_begun
from operations.command import Example, Exit, UnusableError, agrees
from operations.deployment.carry_out import Deployer
from operations.deployment.found import Found, began_with, find_revision
from operations.deployment.gates import Obstacle, approvals_of, obstacles
from operations.deployment.interrupt import AtTheTerminal, OnInterrupt, ending_is_interrupt
from operations.deployment.ledger import kind_of
from operations.deployment.mover import mover_of
from operations.deployment.order import Order, Result
from operations.deployment.past import address
from operations.deployment.steps import steps_of
from operations.deployment.target import Target, target_of
from operations.deployment.wish import wish_of
from operations.stack import OpenStack, open_stack
from operations.terminal import Terminal
from pipeline_job.run import Clock, utc_now
from pipeline_job.values import VARIABLE
from release_ledger import Kind


@dataclass(frozen=True, kw_only=True)
class Deploy:
    """Deploys without the pipeline, by the code of its functions.

    Args:
        open: comes to a stack.
        clock, pause: time, which tests make pass; None is the real one.
    """

    open: OpenStack = open_stack
    clock: Clock = utc_now
    pause: Callable[[float], None] | None = None

    name = "deploy"
    purpose = "deploy an artifact without the pipeline"
    about = (
        "Deploys what a pipeline has made, or what was promoted, without that pipeline:\n"
        "the same steps by the same code, with each event of each target.\n\n"
        "Where the road asks for approvals, and always in production, an approval of\n"
        "exactly this artifact has to be on record. Freezes and closed windows hold it up\n"
        'as they hold the pipeline up. --break-glass "reason" passes by both, and is\n'
        "announced before anything begins. Nobody passes by somebody who deploys already.\n\n"
        "Executions wait before the stage that deploys until it is over. Ctrl-C asks\n"
        "whether to stop the deployment, or only the watching."
    )
    examples = (
        Example(line="deploy --stack staging --revision v1.4.2", purpose="a tag, or a commit"),
        Example(
            line='deploy --stack prod --application storefront \\\n        --revision "s3://bucket/key?versionId=V"',
            purpose="an object of S3",
        ),
        Example(line="deploy --stack dev --application hello --revision 41", purpose="a version of a function"),
    )

    def arguments(self, parser: ArgumentParser) -> None:
        add_place(parser)
        parser.add_argument(
            "--revision",
            help="s3://bucket/key?versionId=V, a commit, a tag; for ecs an image's sha256:…, for lambda a version",
        )
        parser.add_argument(
            "--resume", metavar="ID", help="watch on where somebody stopped; with --revision the ledger knows of what"
        )
        add_common(parser)

    def run(self, given: Namespace, terminal: Terminal) -> Exit:
        with nothing_begun():
            target = target_in(self.open, given)
            begun = mover_of(target).begun(given.resume, now=self.clock()) if given.resume else None
            order = self._order(target, given, begun=begun)
            if begun is not None:
                order = replace(order, execution=given.resume, resumed=True)
            else:
                tell_plan(order, terminal)
                held_up = tuple(obstacles(target, order.found, order.approvals, now=self.clock()))
                if not may_pass(held_up, given, terminal):
                    return Exit.REFUSED
                order = replace(order, passed=held_up)
        if not agreed(f"Deploy it to {given.stack}?", given, terminal):
            return Exit.REFUSED
        return finish(deployer_of(given, terminal, clock=self.clock, pause=self.pause), order, terminal)

    def _order(self, target: Target, given: Namespace, *, begun: Found | None) -> Order:
        """What is asked for; where nobody says what it was that began, as much as that tells."""
        reason = given.break_glass or ""
        if given.revision:
            found = find_revision(wish_of(given.revision, platform=target.platform), target)
            began_with(found, begun, target)
            return Order(
                target=target,
                found=found,
                kind=kind_of(found, target),
                approvals=approvals_of(target, found),
                reason=reason,
                asked=given.revision,
            )
        if begun is not None:
            return Order(target=target, found=begun, kind=Kind.BY_HAND, reason=reason)
        raise UnusableError("say with --revision what to deploy, or with --resume what to go on with")


def add_place(parser: ArgumentParser) -> None:
    """Where every command deploys that does."""
    parser.add_argument("--stack", required=True, help="where to")
    parser.add_argument("--application", help="what; may be left out where there is one")


def target_in(open_: OpenStack, given: Namespace) -> Target:
    """What is deployed to, once it is sure that it can be, and that the credentials are of its account.

    Raises:
        UnusableError: there is no such stack or application, or it can't be deployed by hand, or not with these.
    """
    stack = open_(given.stack)
    target = target_of(stack, given.application)
    steps_of(target)
    _ = stack.caller
    return target


def add_common(parser: ArgumentParser) -> None:
    """What every command takes that deploys."""
    parser.add_argument("--break-glass", metavar="REASON", help="pass by a missing approval, a freeze, a closed window")
    parser.add_argument("--yes", action="store_true", help="don't ask")
    parser.add_argument(
        "--on-interrupt",
        choices=[str(one) for one in OnInterrupt],
        default=str(OnInterrupt.ASK),
        help="what Ctrl-C does; where nobody can be asked, ask is leave",
    )


def deployer_of(
    given: Namespace, terminal: Terminal, *, clock: Clock, pause: Callable[[float], None] | None
) -> Deployer:
    """Who does it, and tells this terminal."""
    watcher = AtTheTerminal(terminal=terminal, otherwise=OnInterrupt(given.on_interrupt))
    paused = {"pause": pause} if pause else {}
    return Deployer(watcher=watcher, clock=clock, **paused)


def tell_plan(order: Order, terminal: Terminal) -> None:
    """What would be deployed."""
    target, found = order.target, order.found
    source = found.source
    rows = [
        ("application", f"{target.application} on {target.stack.stack} ({target.platform}, {target.strategy})"),
        ("revision", found.said),
        ("artifact", address(found.bundle) if found.bundle else found.said),
        ("commit", " ".join(filter(None, (source.commit, source.tag, source.branch))) or "unknown"),
        ("approved", ", ".join(f"{one.name} by {one.by or 'somebody'}" for one in order.approvals) or "no"),
    ]
    for name, value in rows:
        terminal.fact(name, value, beside=13)


def may_pass(held_up: Sequence[Obstacle], given: Namespace, terminal: Terminal) -> bool:
    """Whether nothing holds it up, or all of it may be passed by and is."""
    glass = str(given.break_glass or "").strip()
    standing = [one for one in held_up if not (one.passable and glass)]
    for one in held_up:
        terminal.trouble(f"{'refused' if one in standing else 'passed by'}: {one.text}")
    if standing and all(one.passable for one in standing):
        terminal.trouble('Nothing was begun. --break-glass "reason" passes by it, and is announced.')
    elif standing:
        terminal.trouble("Nothing was begun.")
    if standing:
        terminal.hand_over({"outcome": None, "refused": [one.text for one in standing]})
    return not standing


def agreed(question: str, given: Namespace, terminal: Terminal) -> bool:
    """Whether it shall be begun; a no is answered.

    Raises:
        UnusableError: nobody is there to be asked.
    """
    yes = agrees(question, given, terminal)
    if not yes:
        terminal.trouble("Nothing was begun.")
    return yes


def finish(deployer: Deployer, order: Order, terminal: Terminal, *, plan: Mapping[str, object] | None = None) -> Exit:
    """Do it, and tell how it came out."""
    # The functions of the pipeline are told by this variable; here the stack's outputs say it.
    os.environ.pop(VARIABLE, None)
    with ending_is_interrupt():
        result = deployer.deploy(order)
    tell_result(result, terminal, plan=plan)
    if result.outcome is None:
        return Exit.INTERRUPTED
    return Exit.DONE if result.good else Exit.REFUSED


def tell_result(result: Result, terminal: Terminal, *, plan: Mapping[str, object] | None) -> None:
    """The last lines, and all of it for machines."""
    if result.message:
        terminal.trouble(result.message)
    terminal.hand_over(result.told | ({"plan": plan} if plan else {}))
    said = str(result.outcome) if result.outcome else "not watched to the end"
    known = f", release {result.release.release}" if result.release else ""
    terminal.say(f"{result.order.target.application} on {result.order.target.stack.stack}: {said}{known}")
