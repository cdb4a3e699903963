"""Whether a bundle needs a new revision of the task definition: the same whoever moves the traffic."""

from pipeline_job.answer import Continue, Succeed
from pipeline_job.memory import Memory
from services.commands import Decision, Register
from services.definition import Definition
from services.parameters import Service
from services.sight import Ready


def registered(definition: Definition, *, ready: Ready, service: Service, memory: Memory) -> Decision:
    """Make it, unless what serves was made of the same."""
    if definition.digest == ready.serving:
        summary = f"{service.service} runs {ready.image} with the same settings already."
        return Decision(answer=Succeed(summary=summary, variables={"image": ready.image}))
    summary = f"{ready.image} becomes a task definition of {service.service}."
    return Decision(
        commands=(Register(definition=definition.request),), answer=Continue(memory=memory, summary=summary)
    )
