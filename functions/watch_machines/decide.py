"""The decisions of `watch_machines`: plain values in, plain values out."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from pipeline_job.failures import RefusedError
from pipeline_job.values import fixed_values, text_of

ONLINE = "Online"
"""What Systems Manager says of a machine whose agent has answered in the last minutes."""


@dataclass(frozen=True, kw_only=True)
class Parameters:
    """What is fixed for the function; the package says what each is."""

    application: str
    role: str
    sessions: str
    tag: str
    tags: Mapping[str, str]
    namespace: str

    @classmethod
    def parse(cls, text: str) -> "Parameters":
        """Read the variable `PARAMETERS`.

        Raises:
            RefusedError: not JSON, a key missing or unknown, or a value that makes no sense.
        """
        values = fixed_values(text, needed=cls.__dataclass_fields__)
        tags = values["tags"]
        if not isinstance(tags, dict) or not all(isinstance(one, str) for one in tags.values()):
            raise RefusedError("Parameter `tags` must give texts their texts.")
        return cls(
            application=text_of(values, "application"),
            role=text_of(values, "role"),
            sessions=text_of(values, "sessions"),
            tag=text_of(values, "tag"),
            tags=tags,
            namespace=text_of(values, "namespace"),
        )

    def session(self, machine: str) -> str:
        """The session of the role with which a machine works: Systems Manager calls it by the machine's id."""
        return f"{self.sessions}/{machine}"

    @property
    def every_tag(self) -> list[dict[str, str]]:
        """The tags of a machine, as CodeDeploy takes them."""
        return [{"Key": key, "Value": value} for key, value in {self.tag: self.application, **self.tags}.items()]


@dataclass(frozen=True, kw_only=True)
class Changes:
    """What has to be done to CodeDeploy's list.

    Args:
        new: machines to register.
        gone: machines to deregister.
        missing: machines that stay, and don't answer.
    """

    new: tuple[str, ...]
    gone: tuple[str, ...]
    missing: tuple[str, ...]


def changes(*, known: Mapping[str, str], registered: Collection[str]) -> Changes:
    """Compare the two lists.

    Args:
        known: what Systems Manager knows, machine to its ping status.
        registered: what CodeDeploy has for the application.
    """
    return Changes(
        new=tuple(sorted(set(known) - set(registered))),
        gone=tuple(sorted(set(registered) - set(known))),
        missing=tuple(sorted(machine for machine, status in known.items() if status != ONLINE)),
    )
