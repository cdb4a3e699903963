"""The look for drift as data: what its project runs, and what its role may do."""

from dataclasses import dataclass

import pulumi
import yaml

from components.build_machine import Machine, Variable
from components.iam import Statement
from components.log_group import write_logs
from components.place import Place

MINUTES = 30
"""How long a look may take: as long as `operations drift` waits."""

DRIFT = "DRIFT"
"""The variable in which a build says what has drifted; `tell_people` reads it."""


def drift_project(place: Place) -> str:
    """The name of the project of a stack."""
    return f"{place.name}-drift"


@dataclass(frozen=True, kw_only=True)
class DriftPlan:
    """What is looked at, when, and with what.

    Args:
        place: the environment.
        program: the name of the program in Pulumi.yaml.
        differences: the text of a Python module that reads the state from its standard input, by the word
            `stack-file`, or what a refresh has found, by `summary`.
        expression, time_zone: when, as EventBridge Scheduler takes it.
        state: the address of the state.
        state_key_arn: the key that encrypts it.
        image: with `bash`, `pulumi` and `python3`.
    """

    place: Place
    program: str
    differences: str
    expression: str
    time_zone: str
    state: str
    state_key_arn: str
    image: str

    @property
    def project(self) -> str:
        """The name of the project."""
        return drift_project(self.place)

    @property
    def log_group(self) -> str:
        """Where it logs."""
        return f"/aws/codebuild/{self.project}"

    @property
    def machine(self) -> Machine:
        """What it runs on."""
        variables = {"PROGRAM": self.program, "STACK": self.place.environment, "STATE": self.state}
        return Machine(
            image=self.image,
            compute_type="BUILD_GENERAL1_SMALL",
            timeout_minutes=MINUTES,
            concurrency=1,
            variables=[
                *(Variable(name=name, value=value) for name, value in variables.items()),
                Variable(name="PULUMI_SKIP_UPDATE_CHECK", value="true"),
            ],
        )

    @property
    def commands(self) -> list[str]:
        """What the project runs, one after the other in one shell.

        The program isn't there, and isn't needed: the state knows every resource, with what the program lets others
        move. A stack file is made of what the state says about its own secrets.
        """
        return [
            "set -o pipefail",
            f"cat > differences.py <<'END_OF_MODULE'\n{self.differences}END_OF_MODULE",
            'printf "name: %s\\nruntime: python\\n" "$PROGRAM" > Pulumi.yaml',
            'pulumi login "$STATE"',
            'pulumi stack export --stack "$STACK" | python3 differences.py stack-file > "Pulumi.$STACK.yaml"',
            'pulumi refresh --preview-only --json --non-interactive --stack "$STACK" > found.json',
            f'export {DRIFT}; {DRIFT}="$(python3 differences.py summary < found.json)"',
            f'echo "drift: ${{{DRIFT}:-none}}"',
        ]

    @property
    def buildspec(self) -> str:
        """The same for CodeBuild."""
        document = {
            "version": 0.2,
            "env": {"shell": "bash", "exported-variables": [DRIFT]},
            "phases": {"build": {"commands": self.commands}},
        }
        return yaml.safe_dump(document, sort_keys=False, width=4096)

    @property
    def may_read(self) -> str:
        """AWS's own policy of everything that reads: it grows with the resources that a stack may have
        (https://docs.aws.amazon.com/aws-managed-policy/latest/reference/ReadOnlyAccess.html)."""
        return f"arn:{self.place.partition}:iam::aws:policy/ReadOnlyAccess"

    def permissions(self, key_arn: pulumi.Input[str]) -> list[Statement]:
        """What the role needs besides reading.

        Args:
            key_arn: the stack's key, with which functions encrypt their environment, and schedules themselves: who
                doesn't decrypt it sees nothing there, and takes it for drift.
        """
        services = [f"{one}.{self.place.region}.amazonaws.com" for one in ("lambda", "scheduler")]
        return [
            write_logs(self.place, self.log_group),
            Statement(actions=("kms:Decrypt",), resources=(self.state_key_arn,)),
            Statement(
                actions=("kms:Decrypt",),
                resources=(key_arn,),
                conditions={"StringEquals": {"kms:ViaService": services}},
            ),
            *self.machine.permissions(self.place, self.project, None),
        ]
