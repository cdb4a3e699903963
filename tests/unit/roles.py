"""The roles of a plan, each with everything that says what it may do."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from tests.unit.planning import Planned

Document = dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class Role:
    """A planned role.

    Args:
        name: its physical name.
        trust: the statements of who may assume it.
        statements: of its inline policies.
        inline_size: characters of those policies together, as IAM counts them: without white space.
        managed: ARNs of its managed policies.
    """

    name: str
    trust: tuple[Document, ...]
    statements: tuple[Document, ...]
    inline_size: int
    managed: tuple[str, ...]

    @property
    def service(self) -> str:
        """The service that assumes it."""
        (statement,) = self.trust
        service = statement["Principal"]["Service"]
        assert isinstance(service, str)
        return service

    @property
    def actions(self) -> set[str]:
        """Every action it may do on anything."""
        return {action for statement in self.statements for action in statement["Action"]}

    def resources_of(self, action: str) -> set[str]:
        """What it may do one action on."""
        return {
            resource
            for statement in self.statements
            if action in statement["Action"]
            for resource in statement["Resource"]
        }


def roles_of(plan: Planned) -> dict[str, Role]:
    """Every role of a plan by its physical name."""
    return {role.name: role for role in _roles(plan)}


def _roles(plan: Planned) -> Iterator[Role]:
    for role in plan.of("aws:iam/role:Role"):
        name = role.inputs["name"]
        documents = [one.inputs["policy"] for one in plan.of("aws:iam/rolePolicy:RolePolicy", role=name)]
        yield Role(
            name=name,
            trust=tuple(role.json("assumeRolePolicy")["Statement"]),
            statements=tuple(statement for text in documents for statement in json.loads(text)["Statement"]),
            inline_size=sum(len(json.dumps(json.loads(text), separators=(",", ":"))) for text in documents),
            managed=tuple(
                one.inputs["policyArn"]
                for one in plan.of("aws:iam/rolePolicyAttachment:RolePolicyAttachment", role=name)
            ),
        )
