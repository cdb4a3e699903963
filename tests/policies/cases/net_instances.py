"""Launch templates, launch configurations and instances."""

import base64
import gzip
from typing import Any

from rulebook.rules import net_instances
from tests.policies.cases.judging import Kind, exempted, judging, making
from tests.policies.harness import UNKNOWN

IMDS, DISKS, PUBLIC, USER_DATA = net_instances.RULES
template = making("aws:ec2/launchTemplate:LaunchTemplate")
instance = making("aws:ec2/instance:Instance")
configuration = making("aws:ec2/launchConfiguration:LaunchConfiguration")
FROM_TEMPLATE = {"id": "lt-1", "version": "1"}

_imds = judging(IMDS)
_OLD = _imds(
    Kind.VIOLATING,
    "no token is needed",
    template(metadataOptions={"httpTokens": "optional"}),
    finds=("The launch template 'thing' gives its credentials without a token: `metadataOptions.httpTokens`",),
)
IMDS_CASES = (
    _imds(Kind.COMPLIANT, "a token is needed", template(metadataOptions={"httpTokens": "required"})),
    _imds(Kind.COMPLIANT, "there is no service", instance(metadataOptions={"httpEndpoint": "disabled"})),
    _imds(Kind.COMPLIANT, "its template says it", instance(launchTemplate=FROM_TEMPLATE)),
    _imds(
        Kind.COMPLIANT,
        "containers may ask",
        template(metadataOptions={"httpTokens": "required", "httpPutResponseHopLimit": 2}),
        parameters={"maxHops": 2},
    ),
    _OLD,
    *exempted(_OLD),
    _imds(
        Kind.VIOLATING,
        "answers travel too far",
        instance(
            launchTemplate=FROM_TEMPLATE, metadataOptions={"httpTokens": "required", "httpPutResponseHopLimit": 2}
        ),
        finds=("`metadataOptions.httpPutResponseHopLimit`",),
    ),
    _imds(Kind.MISSING, "nothing is said", configuration(imageId="ami-1"), finds=("The launch configuration 'thing'",)),
    _imds(
        Kind.UNKNOWN,
        "how far answers travel isn't known",
        template(metadataOptions={"httpPutResponseHopLimit": UNKNOWN}),
        finds=("`metadataOptions.httpTokens`",),
        undecided="metadataOptions.httpPutResponseHopLimit",
    ),
)


def mapping(**ebs: Any) -> dict[str, Any]:
    """A disk of a launch template."""
    return {"deviceName": "/dev/xvda", "ebs": ebs}


_disks = judging(DISKS)
_CLEAR = _disks(
    Kind.VIOLATING,
    "one disk isn't encrypted",
    template(blockDeviceMappings=[mapping(encrypted="true"), mapping(encrypted="false")]),
    finds=("The launch template 'thing' has a disk in the clear at `blockDeviceMappings[1].ebs`",),
)
DISKS_CASES = (
    _disks(
        Kind.COMPLIANT,
        "every disk is encrypted, and one is left out",
        template(blockDeviceMappings=[mapping(encrypted="true"), {"deviceName": "/dev/sdb", "noDevice": "true"}]),
    ),
    _disks(
        Kind.COMPLIANT,
        "an instance's disks are encrypted",
        instance(rootBlockDevice={"encrypted": True}, ebsBlockDevices=[{"encrypted": True}]),
    ),
    _disks(Kind.COMPLIANT, "its template says it", instance(launchTemplate=FROM_TEMPLATE)),
    _CLEAR,
    *exempted(_CLEAR),
    _disks(
        Kind.VIOLATING,
        "an instance adds a disk in the clear to those of its template",
        instance(launchTemplate=FROM_TEMPLATE, ebsBlockDevices=[{"deviceName": "/dev/sdb"}]),
        finds=("`ebsBlockDevices[0]`",),
    ),
    _disks(
        Kind.MISSING, "a template maps no disk", template(imageId="ami-1"), finds=("leaves its disks in the clear",)
    ),
    _disks(
        Kind.MISSING, "a mapping doesn't say", template(blockDeviceMappings=[mapping(volumeSize=8)]), finds=("[0].ebs",)
    ),
    _disks(Kind.MISSING, "an instance says nothing", instance(ami="ami-1"), finds=("`rootBlockDevice`",)),
    _disks(
        Kind.UNKNOWN,
        "one disk isn't known, another isn't encrypted",
        configuration(rootBlockDevice={"encrypted": UNKNOWN}, ebsBlockDevices=[{"encrypted": False}]),
        finds=("`ebsBlockDevices[0]`",),
        undecided="rootBlockDevice.encrypted",
    ),
)

_public = judging(PUBLIC)
_ADDRESS = _public(
    Kind.VIOLATING,
    "a template asks for an address",
    template(networkInterfaces=[{"deviceIndex": 0, "associatePublicIpAddress": "true"}]),
    finds=("The launch template 'thing' has a public address by `networkInterfaces[0].associatePublicIpAddress`",),
)
PUBLIC_CASES = (
    _public(
        Kind.COMPLIANT, "a template asks for none", template(networkInterfaces=[{"associatePublicIpAddress": "false"}])
    ),
    _ADDRESS,
    *exempted(_ADDRESS),
    _public(
        Kind.VIOLATING, "an instance asks for one", instance(associatePublicIpAddress=True), finds=("The instance",)
    ),
    _public(Kind.MISSING, "the subnet decides", instance(subnetId="subnet-1")),
    _public(Kind.MISSING, "a template has no interfaces", template(imageId="ami-1")),
    _public(
        Kind.UNKNOWN,
        "one interface isn't known",
        template(networkInterfaces=[{"associatePublicIpAddress": UNKNOWN}, {"associatePublicIpAddress": "true"}]),
        finds=("[1]",),
        undecided="networkInterfaces[0].associatePublicIpAddress",
    ),
)


def encoded(script: str, *, compressed: bool = False) -> str:
    """A script as a launch template has it."""
    content = script.encode()
    return base64.b64encode(gzip.compress(content, mtime=0) if compressed else content).decode()


_data = judging(USER_DATA)
_PASSWORD = _data(
    Kind.VIOLATING,
    "a script has a password, in dev",
    template(userData=encoded("#!/bin/sh\nexport DB_PASSWORD='correct-horse'\n")),
    finds=("The launch template 'thing' has a credential in `userData`",),
    stack="dev",
)
USER_DATA_CASES = (
    _data(
        Kind.COMPLIANT,
        "a script reads its credentials",
        template(
            userData=encoded(
                "#!/bin/sh\nDB_PASSWORD=$(aws ssm get-parameter --name /db)\nTOKEN_FILE=/run/token\nPASSWORD=${1}\n"
                'API_KEY="$(cat /run/key)"\n# The token: taken from the metadata service.\nUSE_TOKEN=true\n'
            )
        ),
    ),
    _data(Kind.COMPLIANT, "an instance's script is plain text", instance(userData="#!/bin/sh\nyum -y update\n")),
    _PASSWORD,
    *exempted(_PASSWORD),
    _data(
        Kind.VIOLATING,
        "a compressed script has a key of AWS",
        instance(userDataBase64=encoded("echo " + "AKIA" + "IOSFODNN7EXAMPLE", compressed=True)),
        finds=("`userDataBase64`",),
    ),
    _data(
        Kind.VIOLATING,
        "a cloud-init file has a password",
        instance(userData="#cloud-config\nusers:\n  - name: ops\n    password: correct-horse\n"),
        finds=("`userData`",),
    ),
    _data(
        Kind.VIOLATING,
        "a plain script has a private key",
        configuration(userData="cat > k <<E\n-----BEGIN RSA " + "PRIVATE KEY-----\n"),
        finds=("`userData`",),
    ),
    _data(
        Kind.VIOLATING,
        "it isn't a script that can be read",
        template(userData="#!/bin/sh"),
        finds=("a script in base64",),
    ),
    _data(Kind.MISSING, "there is no script", template(imageId="ami-1")),
    _data(Kind.UNKNOWN, "the script isn't known", template(userData=UNKNOWN), undecided="userData"),
)

CASES = (*IMDS_CASES, *DISKS_CASES, *PUBLIC_CASES, *USER_DATA_CASES)
