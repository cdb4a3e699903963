"""The first revision of a task definition: what every later one takes its settings from, and a placeholder to run."""

import json
from typing import Any

from components.deployment.services.placement import CONTAINER, ServicePlacement

PLACEHOLDER = (
    "public.ecr.aws/docker/library/python:3.13-alpine"
    "@sha256:79e7a9b9ff1cbceff819f856fb374477792a5967759d94df266de7b7b4120e6f"
)
"""Python's official image for both processors, as the public registry of ECR has it."""

_ANSWER = """
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class Waiting(BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b"Nothing is deployed yet.\\n")

    def log_message(self, *_):
        pass


ThreadingHTTPServer(("", {port}), Waiting).serve_forever()
"""


def first_containers(placement: ServicePlacement) -> str:
    """The container definitions of a task that answers every request until the first deployment."""
    container: dict[str, Any] = {
        "name": CONTAINER,
        "image": PLACEHOLDER,
        "command": ["python", "-c", _ANSWER.format(port=placement.port)],
        "essential": True,
        "readonlyRootFilesystem": True,
        "portMappings": [{"containerPort": placement.port, "hostPort": placement.port, "protocol": "tcp"}],
        "environment": [{"name": name, "value": value} for name, value in sorted(placement.environment.items())],
        "secrets": [
            {"name": name, "valueFrom": placement.secret_arn(reference)}
            for name, reference in sorted(placement.secrets.items())
        ],
        "logConfiguration": {
            "logDriver": "awslogs",
            "options": {
                "awslogs-group": placement.log_group,
                "awslogs-region": placement.place.region,
                "awslogs-stream-prefix": CONTAINER,
            },
        },
    }
    return json.dumps([container])
