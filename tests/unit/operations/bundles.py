"""Good bundles, written to a folder, and what the checker says of one."""

import json
from collections.abc import Mapping
from pathlib import Path

from operations.bundle.check import check_bundle
from operations.bundle.contents import open_bundle

SCRIPT = "#!/bin/sh\nexit 0\n"
SERVER = """\
version: 0.0
os: linux
files:
  - source: app
    destination: /opt/app
permissions:
  - object: /opt/app
    mode: 755
    type: [file]
hooks:
  AfterInstall:
    - location: scripts/start.sh
      timeout: 60
      runas: root
"""
LAMBDA = """\
version: 0.0
Resources:
  - storefront:
      Type: AWS::Lambda::Function
      Properties:
        Name: storefront
        Alias: live
        CurrentVersion: 1
        TargetVersion: 2
Hooks:
  - BeforeAllowTraffic: CodeDeployHook_before
"""
ECS = """\
version: 0.0
Resources:
  - TargetService:
      Type: AWS::ECS::Service
      Properties:
        TaskDefinition: <TASK_DEFINITION>
        LoadBalancerInfo:
          ContainerName: app
          ContainerPort: 8080
Hooks:
  - AfterAllowTestTraffic: CodeDeployHook_test
"""
APP = {"name": "app", "image": "<IMAGE1_NAME>", "portMappings": [{"containerPort": 8080}]}
TASK = json.dumps({"containerDefinitions": [APP]})
FILES = {"app/main.py": "print()\n", "scripts/start.sh": SCRIPT}


def folder(tmp_path: Path, specification: str, files: Mapping[str, str] | None = None) -> Path:
    """A bundle with this specification; its scripts may be run."""
    first = "appspec.yaml" if "AWS::ECS" in specification else "appspec.yml"
    for name, content in {first: specification, **(FILES if files is None else files)}.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode())
        path.chmod(0o755 if name.endswith(".sh") else 0o644)
    return tmp_path


def said(bundle: Path) -> list[str]:
    return [str(finding) for finding in check_bundle(open_bundle(bundle))]


def changed(text: str, old: str, new: str) -> str:
    """A text with one of its parts changed, which it has to have."""
    assert old in text
    return text.replace(old, new, 1)
