"""What a build is made of and what it is told."""

import re
from collections.abc import Iterator

from rulebook.kit.facts import BUILD_PROJECT
from rulebook.kit.rule import (
    Level,
    Levels,
    Outcome,
    Parameter,
    Resource,
    ResourceRule,
    Severity,
    Violation,
    each,
)
from rulebook.kit.values import Node
from rulebook.rules.frameworks import owasp, security_hub, slsa
from rulebook.rules.names import NAMES, is_named

# Credentials that announce themselves: AWS access keys, private keys, tokens of GitHub, GitLab and Slack.
_CREDENTIAL = re.compile(
    r"\b(AKIA|ASIA)[A-Z0-9]{16}\b|-----BEGIN [A-Z ]*PRIVATE KEY-----|\bgh[pousr]_[A-Za-z0-9]{36}|\bgithub_pat_\w{22}"
    r"|\bglpat-[\w-]{20}|\bxox[abprs]-[\w-]{10}"
)


def plaintext_build_secrets(resource: Resource) -> Iterator[Outcome]:
    """No credential is a plain environment variable of a build: its value is in every log, console and state file."""
    patterns = [re.compile(pattern) for pattern in resource.parameters["namePatterns"]]
    allowed = resource.parameters["allowNames"]

    def judge(variable: Node) -> Iterator[Outcome]:
        if variable["type"].known and variable["type"].text("PLAINTEXT") != "PLAINTEXT":
            return
        # A value not known yet is another resource's output; the update asks again when it is known.
        value = variable["value"]
        named = variable["name"].known and _is_secret(variable["name"].text(), patterns, allowed)
        holds = value.known and _CREDENTIAL.search(value.text()) is not None
        if not named and not holds:
            variable["name"].text()
            return
        variable["type"].text()
        yield Violation(
            message=f"{resource} has a credential in plain text at `{variable.path}`.", finding=variable.path
        )

    yield from each(resource.properties["environment"]["environmentVariables"].items(), judge)


def _is_secret(name: str, patterns: list[re.Pattern[str]], allowed: list[str]) -> bool:
    return any(pattern.search(name) for pattern in patterns) and not is_named(name, allowed)


RULES = (
    ResourceRule(
        id="supply-no-plaintext-build-secrets",
        title="A build project has no credential in a plain environment variable.",
        why="A plain variable is readable by everyone who may look at the project, and lies in every state file.",
        fix="keep the credential in Secrets Manager or Parameter Store and give the variable that type and its name.",
        severity=Severity.CRITICAL,
        levels=Levels(Level.MANDATORY, Level.MANDATORY, Level.MANDATORY),
        kinds=(BUILD_PROJECT,),
        reference="https://docs.aws.amazon.com/securityhub/latest/userguide/codebuild-controls.html#codebuild-2",
        parameters=(
            Parameter(
                name="namePatterns",
                schema=NAMES,
                default=[
                    r"(?i)(^|_)(password|passwd|passphrase|pwd|secret|token|credentials?|api_?key|private_?key)(_|$)",
                    r"(?i)^aws_(access_key_id|secret_access_key|session_token)$",
                ],
                description="Names that credentials have, as regular expressions.",
            ),
            Parameter(
                name="allowNames",
                schema=NAMES,
                default=["*_ARN", "*_NAME", "*_ID_PREFIX", "*_PATH", "*_PARAMETER", "*_FILE", "*_URL", "*_LENGTH"],
                description="Names that only look so, `*` for any text: they tell where a credential is.",
            ),
        ),
        frameworks=(owasp(6), slsa("Build L3: isolated"), security_hub("CodeBuild.2")),
        check=plaintext_build_secrets,
    ),
)
