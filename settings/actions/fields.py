"""The kinds of single values in the actions of free stages.

A name may hold `{region}` and `{account}`, which stand for where the action runs; it is judged with them filled in.
"""

from typing import Annotated, Any, get_args

from pydantic import AfterValidator

from settings.fields import BucketName, ImageRepositoryName, KeyArn, Listed, PathPattern, at_most, distinct, matching

_SAMPLE = {"{region}": "eu-west-1", "{account}": "111122223333"}


def filled(text: str, *, region: str, account: str) -> str:
    """A text of an action with the place that it speaks of; what is the shell's, `${region}`, stays."""
    for mark, value in (("{region}", region), ("{account}", account)):
        parts = text.split(mark)
        joined = parts[0]
        for part in parts[1:]:
            joined += (mark if joined.endswith(("$", "#")) else value) + part
        text = joined
    return text


def _anywhere(kind: Any) -> AfterValidator:
    """Judges a value as one of this kind, with its place filled in."""
    _, *checks = get_args(kind)

    def check(value: str) -> str:
        sample = filled(value, region=_SAMPLE["{region}"], account=_SAMPLE["{account}"])
        for one in checks:
            one.func(sample)
        return value

    return AfterValidator(check)


def _name(pattern: str, allowed: str) -> AfterValidator:
    return _anywhere(Annotated[str, matching(pattern, allowed)])


StageName = Annotated[str, matching(r"[A-Za-z0-9\-_]{1,60}", "1 to 60 of A-Z a-z 0-9 - _")]
ActionName = Annotated[str, matching(r"[A-Za-z0-9\-_]{1,50}", "1 to 50 of A-Z a-z 0-9 - _")]
ArtifactName = Annotated[str, matching(r"[A-Za-z0-9\-_]{1,80}", "an artifact's name, 1 to 80 of A-Z a-z 0-9 - _")]
OutputName = Annotated[
    str,
    matching(
        r"(?!(Source|Bundle|Prepared)$)[A-Za-z0-9\-_]{1,50}",
        "a name of 1 to 50 of A-Z a-z 0-9 - _ that isn't one of the road's: Source, Bundle, Prepared",
    ),
]
Namespace = Annotated[
    str,
    matching(
        r"(?!(variables|codepipeline|Source|Build)$)[A-Za-z0-9\-_]{1,50}",
        "1 to 50 of A-Z a-z 0-9 - _, and none of the road's: variables, codepipeline, Source, Build",
    ),
]
Artifacts = Annotated[Listed[ArtifactName], distinct("artifacts")]
Outputs = Annotated[Listed[OutputName], distinct("artifacts"), at_most(5, "artifacts")]
FileGlobs = Annotated[
    Listed[Annotated[PathPattern, matching(r".{1,128}", "at most 128 characters")]], at_most(10, "patterns")
]
RoleArn = Annotated[
    str,
    matching(
        r"arn:aws[a-z\-]*:iam::\d{12}:role/[\w+=,.@/\-]{1,128}", "the ARN of a role, arn:aws:iam::<account>:role/<name>"
    ),
]
RoleHere = Annotated[str, _anywhere(RoleArn)]
Bucket = Annotated[str, _anywhere(BucketName)]
Key = Annotated[str, _anywhere(KeyArn)]
Image = Annotated[str, _anywhere(ImageRepositoryName)]
ProjectName = Annotated[str, _name(r"[A-Za-z0-9][A-Za-z0-9\-_]{1,149}", "a project of CodeBuild, 2 to 150 characters")]
FunctionName = Annotated[str, _name(r"[A-Za-z0-9\-_]{1,64}", "a function's name, 1 to 64 of A-Z a-z 0-9 - _")]
StateMachineName = Annotated[str, _name(r"[A-Za-z0-9\-_]{1,80}", "a state machine's name, 1 to 80 of A-Z a-z 0-9 - _")]
StackNameHere = Annotated[str, _name(r"[A-Za-z][A-Za-z0-9\-]{0,127}", "a stack's name, 1 to 128 of A-Z a-z 0-9 -")]
ChangeSetName = Annotated[str, _name(r"[A-Za-z][A-Za-z0-9\-]{0,127}", "a change set's name of A-Z a-z 0-9 -")]
DeploymentName = Annotated[
    str, _name(r"[\w+=,.@\-]{1,100}", "a name of CodeDeploy, 1 to 100 of A-Z a-z 0-9 + = , . @ -")
]
EcsName = Annotated[str, _name(r"[A-Za-z0-9\-_]{1,255}", "a name of ECS, 1 to 255 of A-Z a-z 0-9 - _")]
TargetGroupName = Annotated[str, matching(r"[A-Za-z0-9\-]{1,32}", "a target group's name, 1 to 32 of A-Z a-z 0-9 -")]
InstanceTag = Annotated[str, matching(r"(?!aws:)[\w .:/=+\-@]{1,128}", "a tag's key of 1 to 128 characters, not aws:…")]
InstanceTagValue = Annotated[str, matching(r"[\w .:/=+\-@]{1,256}", "a tag's value of 1 to 256 characters")]
Share = Annotated[str, matching(r"[1-9]\d{0,3}|([1-9]\d?|100)%", 'a number or a percentage, as text: "2" or "50%"')]
ActionText = Annotated[str, matching(r"(?s).{1,1000}", "text of 1 to 1000 characters")]
CommandLine = Annotated[
    str, matching(r"(?=.*\S)[^\r\n]{1,1000}", "a command on one line, 1 to 1000 characters; >- in YAML for a long one")
]
OutputVariable = Annotated[str, matching(r"[A-Za-z_][A-Za-z0-9_]{0,127}", "a variable of the shell, A-Z a-z 0-9 _")]
DeployedKey = Annotated[
    str,
    matching(
        r"(?!/)([A-Za-z0-9!_.*'()/{}\-]|#\{[\w@\-]+\.[\w@\-]+\}){1,500}(?<!/)",
        "the key of an object or folder, at most 500 of A-Z a-z 0-9 ! _ . * ' ( ) / - and #{…}; no / at an end",
    ),
]
TargetFolder = Annotated[str, matching(r"/[\w.\-/]{1,500}(?<!/)", "an absolute path such as /srv/app")]
