"""The AWS CLI and Docker, as far as the scripts use them, with what they keep in a folder.

Run as `python aws_clients.py <folder> <client> <arguments>`.
"""

import hashlib
import json
import sys
from pathlib import Path
from typing import Any

TOKEN = "a-token-of-codeartifact"
DOCKER_PASSWORD = "a-password-of-ecr"


def run(state: Path, client: str, arguments: list[str]) -> int:
    """One call; it is written down first."""
    with (state / "calls.jsonl").open("a") as calls:
        calls.write(json.dumps([client, *arguments]) + "\n")
    kept = state / "aws.json"
    world = json.loads(kept.read_text()) if kept.exists() else {"objects": {}, "assets": {}, "images": {}}
    before = json.dumps(world)
    try:
        return docker(world, arguments) if client == "docker" else aws(world, state, arguments)
    finally:
        # Two clients of one pipe run beside each other, and the one that changes nothing must not read half a file.
        if (after := json.dumps(world)) != before:
            (state / "aws.next").write_text(after)
            (state / "aws.next").replace(kept)


def options(arguments: list[str]) -> dict[str, str]:
    """`--key value` and `--key` as a mapping."""
    found: dict[str, str] = {}
    for index, one in enumerate(arguments):
        if one.startswith("--"):
            following = arguments[index + 1] if index + 1 < len(arguments) else "--"
            found[one] = "" if following.startswith("--") else following
    return found


def fail(code: str, operation: str) -> int:
    """As the CLI says it."""
    print(f"\nAn error occurred ({code}) when calling the {operation} operation: no", file=sys.stderr)
    return 254


def aws(world: dict[str, Any], state: Path, arguments: list[str]) -> int:
    said = options(arguments)
    if (state / "denied").exists() and (state / "denied").read_text() in arguments:
        return fail("AccessDeniedException", arguments[1])
    match arguments[:2]:
        case ["codeartifact", operation]:
            return packages(world, state, operation, said)
        case ["s3api", operation]:
            return objects(world, operation, said)
        case ["ecr", "get-login-password"]:
            print(DOCKER_PASSWORD)
            return 0
        case ["ecr", operation]:
            return images(world, operation, said)
    return 2


def packages(world: dict[str, Any], state: Path, operation: str, said: dict[str, str]) -> int:
    match operation:
        case "get-authorization-token":
            print(TOKEN)
        case "get-repository-endpoint":
            print((state / "endpoint").read_text() + "/")
        case "list-package-version-assets":
            version = world["assets"].get(said["--package-version"])
            if version is None:
                return fail("ResourceNotFoundException", "ListPackageVersionAssets")
            print("\n".join(f"{digest}\t{name}" for name, digest in version["assets"].items()))
        case "login":
            print(f"Successfully configured {said['--tool']}")
        case "publish-package-version":
            return publish_asset(world, said)
    return 0


def publish_asset(world: dict[str, Any], said: dict[str, str]) -> int:
    version = world["assets"].setdefault(said["--package-version"], {"assets": {}, "open": True})
    content = Path(said["--asset-content"]).read_bytes()
    assert hashlib.sha256(content).hexdigest() == said["--asset-sha256"]
    if not version["open"] or said["--asset-name"] in version["assets"]:
        return fail("ConflictException", "PublishPackageVersion")
    version["assets"][said["--asset-name"]] = said["--asset-sha256"]
    version["open"] = "--unfinished" in said
    print("revision")
    return 0


def objects(world: dict[str, Any], operation: str, said: dict[str, str]) -> int:
    path = f"{said['--bucket']}/{said['--key']}"
    if operation == "head-object":
        print(world["objects"][path]["metadata"].get("sha256", "None"))
        return 0
    if said.get("--if-none-match") == "*" and path in world["objects"]:
        return fail("PreconditionFailed", "PutObject")
    metadata = dict(one.split("=", 1) for one in said["--metadata"].split(","))
    world["objects"][path] = {"metadata": metadata, "text": Path(said["--body"]).read_text()}
    print("version-id")
    return 0


def images(world: dict[str, Any], operation: str, said: dict[str, str]) -> int:
    tag = said.get("--image-ids", "").removeprefix("imageTag=")
    if operation == "put-image":
        text = Path(said["--image-manifest"].removeprefix("file://")).read_text()
        digest = f"sha256:{hashlib.sha256(text.encode()).hexdigest()}"
        if said["--image-tag"] in world["images"]:
            return fail("ImageTagAlreadyExistsException", "PutImage")
        world["images"][said["--image-tag"]] = text
        print(digest)
        return 0
    if tag not in world["images"]:
        return fail("ImageNotFoundException", operation)
    text = world["images"][tag]
    if operation == "batch-get-image":
        print(json.dumps({"text": text, "type": "application/vnd.oci.image.manifest.v1+json"}))
        return 0
    tags = [one for one, manifest in world["images"].items() if manifest == text]
    print(json.dumps({"tags": tags, "digest": f"sha256:{hashlib.sha256(text.encode()).hexdigest()}"}))
    return 0


def docker(world: dict[str, Any], arguments: list[str]) -> int:
    said = options(arguments)
    match arguments[0]:
        case "login":
            assert sys.stdin.read().strip() == DOCKER_PASSWORD
            assert "--password-stdin" in said
        case "build":
            # No two builds make the same bytes.
            world["built"] = world.get("built", 0) + 1
            world["local"] = f'{{"build": {world["built"]}}}'
        case "push":
            tag = arguments[1].rpartition(":")[2]
            if tag in world["images"]:
                return 1
            world["images"][tag] = world["local"]
    return 0


if __name__ == "__main__":
    sys.exit(run(Path(sys.argv[1]), sys.argv[2], sys.argv[3:]))
