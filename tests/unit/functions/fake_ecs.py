"""What the delivery of a service of ECS sees of AWS, in memory."""

import io
import json
import zipfile
from typing import Any

from botocore.response import StreamingBody

from pipeline_job.clients import Clients
from tests.unit.functions.fake_aws import START
from tests.unit.functions.fake_shift import FakeShift
from tests.unit.functions.fake_wire import CallError
from tests.unit.functions.pipeline_action import EXECUTION

SERVICE = "shop-prod"
REPOSITORY = "111122223333.dkr.ecr.eu-west-1.amazonaws.com/shop-prod/image"
DIGEST = f"sha256:{'ab' * 32}"
IMAGE = f"{REPOSITORY}@{DIGEST}"
SIDECAR = f"public.ecr.aws/docker/library/busybox@sha256:{'cd' * 32}"

TOLD = json.dumps(
    {
        "execution": EXECUTION,
        "pipeline": SERVICE,
        "application": SERVICE,
        "deploymentGroup": SERVICE,
        "cluster": SERVICE,
        "service": SERVICE,
        "container": "app",
        "repository": REPOSITORY,
        "settings": f"arn:aws:ecs:eu-west-1:111122223333:task-definition/{SERVICE}:1",
    }
)
"""What the pipeline tells the function."""

SETTINGS: dict[str, Any] = {
    "family": SERVICE,
    "executionRoleArn": "arn:aws:iam::111122223333:role/shop-prod-execution",
    "taskRoleArn": "arn:aws:iam::111122223333:role/shop-prod-task",
    "networkMode": "awsvpc",
    "requiresCompatibilities": ["FARGATE"],
    "cpu": "256",
    "memory": "512",
    "runtimePlatform": {"cpuArchitecture": "X86_64", "operatingSystemFamily": "LINUX"},
    "containerDefinitions": [
        {
            "name": "app",
            "image": "placeholder",
            "command": ["wait"],
            "portMappings": [{"containerPort": 8080, "hostPort": 8080, "protocol": "tcp"}],
            "environment": [{"name": "GREETING", "value": "Hello"}],
            "secrets": [{"name": "TOKEN", "valueFrom": "arn:aws:secretsmanager:eu-west-1:111122223333:secret:token"}],
            "logConfiguration": {
                "logDriver": "awslogs",
                "options": {
                    "awslogs-group": "/aws/ecs/shop-prod",
                    "awslogs-region": "eu-west-1",
                    "awslogs-stream-prefix": "app",
                },
            },
        }
    ],
}
TEMPLATE: dict[str, Any] = {
    "containerDefinitions": [
        {"name": "app", "image": "<IMAGE1_NAME>", "portMappings": [{"containerPort": 8080}], "user": "1000"}
    ]
}
SPECIFICATION = """version: 0.0
Resources:
  - service:
      Type: AWS::ECS::Service
      Properties:
        TaskDefinition: <TASK_DEFINITION>
        LoadBalancerInfo: {ContainerName: app, ContainerPort: 8080}
"""


def zipped(files: dict[str, bytes]) -> bytes:
    """An artifact."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return content.getvalue()


class FakeEcs(FakeShift):
    """One service with its task definitions, and the repository of its images, beside CodeDeploy."""

    def __init__(self) -> None:
        super().__init__()
        self.clients = Clients(make=self._client, artifacts=lambda _: self._client("s3"))
        self.pipeline = SERVICE
        self.template: dict[str, Any] = json.loads(json.dumps(TEMPLATE))
        self.specification = SPECIFICATION
        self.files: dict[str, bytes] = {"Dockerfile": b"FROM scratch\n"}
        self.definitions: list[dict[str, Any]] = [SETTINGS]
        self.serving = 1
        self.exists = True
        self.images: dict[str, str] | None = None
        self.deleted: set[str] = set()
        self.tasks: list[dict[str, Any]] = []
        self.events: list[str] = []

    @property
    def bundle(self) -> bytes:
        """The artifact as the pipeline keeps it."""
        own = {"taskdef.json": json.dumps(self.template).encode(), "appspec.yaml": self.specification.encode()}
        return zipped({**own, **self.files})

    def shifted(self, deployment: str) -> None:
        """CodeDeploy ends a deployment well."""
        self.deployments[deployment].update(status="Succeeded", completeTime=self.now)
        self.serving = len(self.definitions)

    def arn(self, revision: int) -> str:
        """Of a task definition."""
        return f"arn:aws:ecs:eu-west-1:111122223333:task-definition/{SERVICE}:{revision}"

    def _s3_GetObject(self, params: dict[str, Any]) -> dict[str, Any]:  # noqa: N802
        assert (params["Bucket"], params["Key"]) == ("artifacts", "storefront/App/abc.zip")
        return {"Body": StreamingBody(io.BytesIO(self.bundle), len(self.bundle))}

    def _ecr_DescribeImages(self, params: dict[str, Any]) -> dict[str, Any]:  # noqa: N802
        assert (params["registryId"], params["repositoryName"]) == ("111122223333", "shop-prod/image")
        (wanted,) = params["imageIds"]
        if (digest := wanted.get("imageDigest")) is not None:
            if digest in self.deleted:
                raise CallError("ImageNotFoundException")
            return {"imageDetails": [{"imageDigest": digest}]}
        if self.images is not None and wanted["imageTag"] not in self.images:
            raise CallError("ImageNotFoundException")
        return {"imageDetails": [{"imageDigest": (self.images or {}).get(wanted["imageTag"], DIGEST)}]}

    def _ecs_DescribeTaskDefinition(self, params: dict[str, Any]) -> dict[str, Any]:  # noqa: N802
        revision = int(params["taskDefinition"].rpartition(":")[2])
        return {"taskDefinition": {**self.definitions[revision - 1], "taskDefinitionArn": self.arn(revision)}}

    def _ecs_RegisterTaskDefinition(self, params: dict[str, Any]) -> dict[str, Any]:  # noqa: N802
        self.definitions.append(params)
        return {"taskDefinition": {**params, "taskDefinitionArn": self.arn(len(self.definitions))}}

    def _ecs_DescribeServices(self, params: dict[str, Any]) -> dict[str, Any]:  # noqa: N802
        assert params == {"cluster": SERVICE, "services": [SERVICE]}
        sets = [
            {"status": "ACTIVE", "taskDefinition": self.arn(len(self.definitions))},
            {"status": "PRIMARY", "taskDefinition": self.arn(self.serving)},
        ]
        events = [{"id": str(at), "createdAt": START, "message": said} for at, said in enumerate(self.events)]
        service = {"serviceName": SERVICE, "status": "ACTIVE", "taskSets": sets, "events": events}
        return {"services": [service] if self.exists else [], "failures": []}

    def _ecs_ListTasks(self, params: dict[str, Any]) -> dict[str, Any]:  # noqa: N802
        assert params == {"cluster": SERVICE, "family": SERVICE, "desiredStatus": "STOPPED"}
        return {"taskArns": [task["taskArn"] for task in self.tasks]}

    def _ecs_DescribeTasks(self, params: dict[str, Any]) -> dict[str, Any]:  # noqa: N802
        return {"tasks": [task for task in self.tasks if task["taskArn"] in params["tasks"]], "failures": []}

    def _codedeploy_BatchGetDeploymentTargets(self, params: dict[str, Any]) -> dict[str, Any]:  # noqa: N802
        found = [item for item in self.failed_targets if item["targetId"] in params["targetIds"]]
        return {"deploymentTargets": [{"deploymentTargetType": "ECSTarget", "ecsTarget": item} for item in found]}
