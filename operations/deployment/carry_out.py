"""Carries a deployment by hand out: announces it, holds the door, drives it, brings back, and writes it down."""

import json
import shlex
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from botocore.exceptions import BotoCoreError, ClientError

from deployments.observe import observe_deployment
from deployments.sight import same_bundle
from fleets.observe import observe_group
from fleets.parameters import Parameters as Swap
from operations.account import nothing_begun
from operations.command import UnusableError
from operations.deployment.door import closed
from operations.deployment.drive import Drive, Ended, Step, Watcher, Work, observed_at
from operations.deployment.found import bring
from operations.deployment.ledger import artifact_of, made_by, newest_of, write_down
from operations.deployment.mover import mover_of
from operations.deployment.order import Order, Result, announce, new_execution
from operations.deployment.past import address
from operations.deployment.progress import Progress
from operations.deployment.steps import RETIRE, steps_of
from operations.deployment.target import Target
from pipeline_job.answer import Fail, Succeed
from pipeline_job.failures import RefusedError
from pipeline_job.job import S3Object
from pipeline_job.run import Clock, utc_now
from release_ledger import Outcome, Release, release_id
from release_ledger.record import written

_NOT_BACK = "Nothing was brought back; python -m operations rollback --to RELEASE brings what served before."


@dataclass(frozen=True, kw_only=True)
class Deployer:
    """Deploys by hand.

    Args:
        watcher: who is told, and asked what Ctrl-C means.
        clock, pause: time, which tests make pass.
    """

    watcher: Watcher
    clock: Clock = utc_now
    pause: Callable[[float], None] = time.sleep

    def deploy(self, order: Order) -> Result:
        """Do it, to the end of the bake."""
        target = order.target
        clients = target.clients
        progress = Progress(clients=clients)
        drive = Drive(watcher=self.watcher, clients=clients, progress=progress, clock=self.clock, pause=self.pause)
        begun = observed_at(self.clock)
        with nothing_begun():
            announce(order, tell=self.watcher.tell)
            bundle = bring(order.found, target)
            if bundle is not None and order.found.bundle is not None and not order.found.bundle.version:
                # Without a version only the copy is sure to stay what it is, for whoever comes back to it.
                order = replace(order, found=replace(order.found, bundle=bundle))
            before = _serving(target, clock=self.clock) if RETIRE in steps_of(target) else None
        there = bundle is not None and same_bundle(before, bundle) and not order.resumed
        steps = [one for one in steps_of(target) if one.workers] if there else [*steps_of(target)]
        if bundle is not None and not steps:
            self.watcher.tell(f"{address(bundle)} serves already; there is nothing to deploy.")
            return Result(
                order=order, outcome=Outcome.SUCCEEDED, message="", release=None, progress=progress, deployments=()
            )
        why = f"{order.kind} {order.execution} of {order.found.said} by {target.stack.caller}"
        with closed(
            target,
            codepipeline=clients.codepipeline,
            why=why,
            ours=order.execution,
            tell=self.watcher.tell,
            pause=self.pause,
        ):
            ended, outcome = self._door_closed(order, drive, steps, bundle=bundle, before=before)
        message = ended.answer.message if isinstance(ended.answer, Fail) else ""
        release = None
        try:
            if outcome is not None:
                release = self._record(order, ended, outcome, message, begun=written(begun))
        except KeyboardInterrupt:
            # Whoever goes on with it writes it down.
            outcome = None
        if outcome is None:
            message = self._left(order, ended)
        if outcome is Outcome.SUCCEEDED and RETIRE in steps:
            message = self._retire(order, drive, bundle)
        return Result(
            order=order,
            outcome=outcome,
            message=message,
            release=release,
            progress=progress,
            deployments=ended.deployments,
        )

    def _door_closed(
        self,
        order: Order,
        drive: Drive,
        steps: Sequence[Step],
        *,
        bundle: S3Object | None,
        before: S3Object | None,
    ) -> tuple[Ended, Outcome | None]:
        """Everything up to the point from which it counts as deployed."""
        steps = [step for step in steps if step is not RETIRE]
        work = Work(
            target=order.target,
            execution=order.execution,
            bundle=bundle,
            version=order.found.version,
            way_back=order.way_back,
        )
        ended = drive.run(work, steps)
        if ended.left:
            return ended, None
        if ended.good:
            return ended, Outcome.SUCCEEDED
        # The main group has it by then. Of what somebody stops there, only workers go back by themselves.
        late = ended.step.does != steps[0].does and (bool(ended.step.workers) or not ended.stopped)
        if late and before is not None and before != bundle:
            return self._back(work, ended, steps, drive, before=before)
        if late and isinstance(ended.answer, Fail) and before in (None, bundle):
            # What served before it began is known to the ledger alone by now.
            ended = replace(ended, answer=replace(ended.answer, message=f"{ended.answer.message}\n{_NOT_BACK}"))
        return ended, _how(work, ended)

    def _back(
        self, work: Work, failed: Ended, steps: Sequence[Step], drive: Drive, *, before: S3Object
    ) -> tuple[Ended, Outcome | None]:
        """What CodePipeline does when the stage fails after the traffic moved: the stage again, with what served."""
        why = failed.answer.message if isinstance(failed.answer, Fail) else ""
        self.watcher.tell(f"{why}\nWhat served before comes back: {address(before)}")
        back = replace(work, execution=new_execution(), bundle=before, version="", way_back=True)
        ended = drive.run(back, steps)
        both = (*failed.deployments, *ended.deployments)
        if ended.left:
            return replace(ended, deployments=both), None
        said = "What served before serves again." if ended.good else "What served before did not come back."
        also = f"\n{ended.answer.message}" if isinstance(ended.answer, Fail) else ""
        outcome = Outcome.ROLLED_BACK if ended.good else Outcome.FAILED
        return replace(failed, answer=Fail(message=f"{why}\n{said}{also}"), deployments=both), outcome

    def _retire(self, order: Order, drive: Drive, bundle: S3Object | None) -> str:
        """Keep the old fleet for the way back, and stop it; why it still runs, empty where it doesn't."""
        work = Work(target=order.target, execution=order.execution, bundle=bundle, way_back=order.way_back)
        ended = drive.run(work, (RETIRE,))
        if isinstance(ended.answer, Succeed):
            return ""
        return ended.answer.message if isinstance(ended.answer, Fail) else self._left(order, ended)

    def _left(self, order: Order, ended: Ended) -> str:
        """How to go on with what nobody watches any more; where it has deployed nothing yet, how to begin anew."""
        words = ["rollback", "--to", order.rollback_of] if order.rollback_of else ["deploy"]
        words += ["--stack", order.target.stack.stack, "--application", order.target.application]
        if order.asked:
            words += ["--revision", order.asked]
        if order.reason:
            words += ["--reason" if order.rollback_of else "--break-glass", order.reason]
        said = f"{ended.step.does.partition(':')[0]} is not watched any more"
        if ended.deployments or order.resumed or self._is_known(order):
            words += ["--resume", order.execution]
            said = f"{said}. Go on with:"
        else:
            stays = ", though what was started for it stays" if ended.step.undo else ""
            said = f"{said}. Nothing was deployed yet{stays}. Begin anew with:"
        return f"{said}\n{shlex.join(['python', '-m', 'operations', *words])}"

    def _is_known(self, order: Order) -> bool:
        """Whether something has begun by which others find it; where nobody can tell, it may have."""
        try:
            mover_of(order.target).begun(order.execution, now=self.clock())
        except UnusableError:
            return False
        except (ClientError, BotoCoreError, RefusedError, KeyboardInterrupt):
            return True
        return True

    def _record(self, order: Order, ended: Ended, outcome: Outcome, message: str, *, begun: str) -> Release | None:
        target, finished = order.target, observed_at(self.clock)
        this = (order.execution, outcome)
        # Whoever stopped watching after the traffic had moved left a record of it.
        if order.resumed and (known := newest_of(target, lambda one: (one.execution, one.outcome) == this)):
            return known
        made = made_by(target.stack)
        release = Release(
            release=release_id(target.application, finished),
            application=target.application,
            stack=target.stack.stack,
            outcome=outcome,
            kind=order.kind,
            begun=begun,
            finished=written(finished),
            artifact=artifact_of(order.found, target),
            source=order.found.source,
            infrastructure=made.infrastructure,
            configuration=made.configuration,
            approvals=order.approvals,
            pipeline="",
            execution=order.execution,
            deployments=ended.deployments,
            reason="\n".join(filter(None, (order.reason, message))),
            by=target.stack.caller,
            rollback_of=order.rollback_of,
        )
        return write_down(release, target.stack, tell=self.watcher.tell)


def _serving(target: Target, *, clock: Clock) -> S3Object | None:
    """What serves between two fleets now, None before the first success."""
    told = json.dumps({**target.parameters, "execution": "before"})
    group = observe_group(Swap.parse(told), clients=target.clients, now=clock())
    if not group.last_success_id:
        return None
    return observe_deployment(group.last_success_id, clients=target.clients).revision


def _how(work: Work, ended: Ended) -> Outcome:
    """How a deployment that failed ended: by a person, or with what ran before brought back, or neither."""
    if ended.stopped:
        return Outcome.STOPPED
    # What comes back among workers isn't what serves.
    main = () if ended.step.workers else ended.deployments[:1]
    back = any(mover_of(work.target).has_brought_back(one) for one in main)
    return Outcome.ROLLED_BACK if back else Outcome.FAILED
