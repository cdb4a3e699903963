"""What instances are launched with: credentials, disks, addresses and what they run first."""

import base64
import binascii
import re
import zlib
from collections.abc import Iterator

from rulebook.kit.facts import INSTANCE, LAUNCH_CONFIGURATION, LAUNCH_TEMPLATE
from rulebook.kit.remedy import Remedy, at_most, constant
from rulebook.kit.rule import Level, Levels, Outcome, Parameter, Resource, ResourceRule, Severity, Violation, each
from rulebook.kit.values import MalformedError, Node, UndecidableError
from rulebook.rules.frameworks import owasp, security_hub

LAUNCHERS = (LAUNCH_TEMPLATE, INSTANCE, LAUNCH_CONFIGURATION)
_MOST_USER_DATA = 1024 * 1024
_CREDENTIAL = re.compile(
    r"\b(AKIA|ASIA)[A-Z0-9]{16}\b|-----BEGIN [A-Z ]*PRIVATE KEY-----|\bgh[pousr]_[A-Za-z0-9]{36}|\bgithub_pat_\w{22}"
    r"|\bglpat-[\w-]{20}|\bxox[abprs]-[\w-]{10}"
)
# `DB_PASSWORD=hush`, `password: hush`. What the shell or a file gives (`$(…)`, `${…}`, `/run/…`, `<…`) is no value.
_NAME = r"(?:[a-z0-9_]+_)?(?:password|passwd|secret|token|api_?key|private_?key|secret_access_key)"
_VALUE = r"(?![\"']?(?:[$`/<{(]|(?:true|false|yes|none|null)\b))[\"']?[^\s\"'|;&]{4,}"
_ASSIGNED = re.compile(rf"(?im)(?:(?:^|[\s;\"']){_NAME}[ \t]*=[ \t]*|^[ \t{{\"'-]*{_NAME}[\"']?[ \t]*:[ \t]*){_VALUE}")


def imdsv2(resource: Resource) -> Iterator[Outcome]:
    """The metadata service wants a token, and its answers don't travel further than the instance."""
    options = resource.properties["metadataOptions"]
    if not options.present and _is_left_to_a_template(resource):
        return
    if options["httpEndpoint"].text("enabled") == "disabled":
        return

    def tokens(_: str) -> Iterator[Outcome]:
        if options["httpTokens"].text("optional") != "required":
            path = "metadataOptions.httpTokens"
            yield Violation(message=f"{resource} gives its credentials without a token: `{path}`.", finding=path)

    def hops(_: str) -> Iterator[Outcome]:
        if options["httpPutResponseHopLimit"].number(1) > resource.parameters["maxHops"]:
            path = "metadataOptions.httpPutResponseHopLimit"
            yield Violation(message=f"{resource} lets its credentials travel too far: `{path}`.", finding=path)

    yield from each((tokens, hops), lambda judge: judge(""))


def encrypted_disks(resource: Resource) -> Iterator[Outcome]:
    """Every disk that an instance starts with is encrypted."""
    properties = resource.properties

    def judge(disk: Node) -> Iterator[Outcome]:
        if not disk["encrypted"].flag(default=False):
            yield Violation(message=f"{resource} has a disk in the clear at `{disk.path}`.", finding=disk.path)

    if resource.kind is LAUNCH_TEMPLATE:
        disks = [mapping["ebs"] for mapping in properties["blockDeviceMappings"].items()]
        disks = [disk for disk in disks if disk.present]
        if not disks:
            yield Violation(message=f"{resource} leaves its disks in the clear.", finding="blockDeviceMappings")
        yield from each(disks, judge)
        return
    root = properties["rootBlockDevice"]
    if root.present or not _is_left_to_a_template(resource):
        yield from each((root,), judge)
    yield from each((properties["ebsBlockDevices"],), lambda more: each(more.items(), judge))


def no_public_address(resource: Resource) -> Iterator[Outcome]:
    """No instance asks for an address that the world can reach."""

    def judge(holder: Node) -> Iterator[Outcome]:
        wanted = holder["associatePublicIpAddress"]
        if wanted.flag(default=False):
            yield Violation(message=f"{resource} has a public address by `{wanted.path}`.", finding=wanted.path)

    if resource.kind is LAUNCH_TEMPLATE:
        yield from each(resource.properties["networkInterfaces"].items(), judge)
    else:
        yield from judge(resource.properties)


def user_data_secrets(resource: Resource) -> Iterator[Outcome]:
    """What instances run first holds no credential: everyone on the instance can read it."""

    def judge(given: tuple[str, bool]) -> Iterator[Outcome]:
        key, encoded = given
        node = resource.properties[key]
        text = _decoded(node) if encoded else node.text()
        if _CREDENTIAL.search(text) or _ASSIGNED.search(text):
            yield Violation(message=f"{resource} has a credential in `{key}`.", finding=key)

    yield from each((("userData", resource.kind is LAUNCH_TEMPLATE), ("userDataBase64", True)), judge)


def _is_left_to_a_template(resource: Resource) -> bool:
    return resource.kind is INSTANCE and resource.properties["launchTemplate"].present


def _decoded(node: Node) -> str:
    """The script that cloud-init finds: base64, and compressed if the program wanted it."""
    try:
        content = base64.b64decode("".join(node.text().split()), validate=True)
        if content.startswith(b"\x1f\x8b"):
            content = zlib.decompressobj(wbits=zlib.MAX_WBITS | 16).decompress(content, _MOST_USER_DATA)
    except UndecidableError:
        raise
    except (binascii.Error, ValueError, zlib.error):
        raise MalformedError(node.path, "a script in base64") from None
    return content.decode("utf-8", errors="replace")


RULES = (
    ResourceRule(
        id="net-imdsv2",
        title="Instances give their credentials only for a token, and only to themselves.",
        why="Without a token one forged request through the application is enough to take the role of the instance.",
        fix="set metadataOptions.httpTokens to required and leave httpPutResponseHopLimit at 1 (2 for containers).",
        severity=Severity.HIGH,
        levels=Levels(Level.ADVISORY, Level.MANDATORY, Level.MANDATORY),
        kinds=LAUNCHERS,
        reference="https://docs.aws.amazon.com/securityhub/latest/userguide/ec2-controls.html#ec2-8",
        parameters=(
            Parameter(
                name="maxHops",
                schema={"type": "integer", "minimum": 1},
                default=1,
                description="How many hops an answer may travel; containers on the instance need 2.",
            ),
        ),
        frameworks=(owasp(7), security_hub("EC2.8"), security_hub("AutoScaling.3")),
        check=imdsv2,
        remedies=(
            Remedy("metadataOptions.httpTokens", constant("required")),
            Remedy("metadataOptions.httpPutResponseHopLimit", at_most("maxHops", absent=1)),
        ),
    ),
    ResourceRule(
        id="net-ebs-encrypted",
        title="The disks that instances start with are encrypted.",
        why="A copy of a disk in the clear can be read by everyone it is shared with. An account can also encrypt "
        "every new disk; that isn't seen here. A template that maps only further disks says nothing of its root disk.",
        fix="set encrypted on every ebs mapping, on the rootBlockDevice and on each of the ebsBlockDevices.",
        severity=Severity.MEDIUM,
        levels=Levels(Level.ADVISORY, Level.MANDATORY, Level.MANDATORY),
        kinds=LAUNCHERS,
        reference="https://docs.aws.amazon.com/ebs/latest/userguide/ebs-encryption.html",
        frameworks=(owasp(7),),
        check=encrypted_disks,
        remedies=(Remedy("blockDeviceMappings[].ebs.encrypted", constant("true"), makes=False),),
    ),
    ResourceRule(
        id="net-no-public-instance",
        title="No instance has a public address.",
        why="Servers are reached through their load balancer. Where the property is absent the subnet decides, which a "
        "rule about one resource doesn't see.",
        fix="remove associatePublicIpAddress and put the instances into private subnets.",
        severity=Severity.HIGH,
        levels=Levels(Level.ADVISORY, Level.MANDATORY, Level.MANDATORY),
        kinds=LAUNCHERS,
        reference="https://docs.aws.amazon.com/securityhub/latest/userguide/ec2-controls.html#ec2-9",
        frameworks=(owasp(7), security_hub("EC2.9"), security_hub("EC2.25")),
        check=no_public_address,
        remedies=(
            Remedy(
                "networkInterfaces[].associatePublicIpAddress", constant("false", keeps=(None, "false")), makes=False
            ),
        ),
    ),
    ResourceRule(
        id="net-no-secrets-in-user-data",
        title="User data holds no credential.",
        why="Everyone on the instance, and everyone who may describe it, can read its user data.",
        fix="keep the credential in Secrets Manager or Parameter Store, and let the script read it by its role.",
        severity=Severity.CRITICAL,
        levels=Levels(Level.MANDATORY, Level.MANDATORY, Level.MANDATORY),
        kinds=LAUNCHERS,
        reference="https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/user-data.html",
        frameworks=(owasp(6),),
        check=user_data_secrets,
    ),
)
