"""What the pipeline calls and waits for: a function, a state machine."""

from components.actions.position import Position
from components.function import invoke_function
from components.iam import Statement
from components.stages import Action, Artifact, Category


def lambda_function(
    position: Position,
    *,
    function: str,
    parameters: str | None,
    inputs: tuple[Artifact, ...] = (),
    outputs: tuple[Artifact, ...] = (),
) -> Action:
    """Invokes a function, which has to answer the job
    (https://docs.aws.amazon.com/codepipeline/latest/userguide/action-reference-Lambda.html).

    Args:
        position: where the action stands.
        function: its name.
        parameters: a text that it is handed, at most 1000 characters.
        inputs, outputs: at most 5 artifacts each.
    """
    return position.action(
        category=Category.INVOKE,
        provider="Lambda",
        configuration={"FunctionName": function, "UserParameters": parameters},
        inputs=inputs,
        outputs=outputs,
        permissions=(invoke_function(position.place, function),),
    )


def step_functions(
    position: Position,
    *,
    state_machine: str,
    prefix: str | None,
    literal: str | None = None,
    file: str | None = None,
    artifact: Artifact | None = None,
    output: Artifact | None = None,
) -> Action:
    """Runs a state machine
    (https://docs.aws.amazon.com/codepipeline/latest/userguide/action-reference-StepFunctions.html).

    Args:
        position: where the action stands.
        state_machine: its name.
        prefix: what the names of its executions begin with.
        literal: the input itself.
        file: a file of `artifact` that holds the input.
        artifact: with `file`.
        output: what its result becomes; a standard machine only.
    """
    arn = position.place.arn("states", f"stateMachine:{state_machine}")
    return position.action(
        category=Category.INVOKE,
        provider="StepFunctions",
        configuration={
            "StateMachineArn": arn,
            "ExecutionNamePrefix": prefix,
            "InputType": "FilePath" if file else "Literal",
            "Input": file or literal,
        },
        inputs=(artifact,) if file and artifact else (),
        outputs=(output,) if output else (),
        permissions=(
            Statement(actions=("states:DescribeStateMachine", "states:StartExecution"), resources=(arn,)),
            Statement(
                actions=("states:DescribeExecution",),
                resources=(position.place.arn("states", f"execution:{state_machine}:*"),),
            ),
        ),
    )
