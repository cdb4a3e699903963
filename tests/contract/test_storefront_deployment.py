"""Built bundles of the sample are deployed for real, one after the other, until /health answers with their version."""

from __future__ import annotations

import shutil
import signal
import stat
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.contract.codebuild import build_bundle, results, run_build
from tests.contract.codedeploy import EVENTS, HookError, Server
from tests.contract.test_storefront_build import clone

FIRST = "1111111111111111111111111111111111111111"
SECOND = "2222222222222222222222222222222222222222"
PLACEHOLDER = """
import http.server, sys
class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200); self.end_headers(); self.wfile.write(b'{"status": "ok", "version": "placeholder"}')
http.server.ThreadingHTTPServer(("127.0.0.1", int(sys.argv[1])), Handler).serve_forever()
"""


@pytest.fixture(scope="module")
def bundles(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Two built versions. The first has a module that the second has no more."""
    workspace = tmp_path_factory.mktemp("bundles")
    first = clone(workspace / "first")
    (first / "storefront" / "retired.py").write_text('"""Gone."""\n\nfrom __future__ import annotations\n')
    second = clone(workspace / "second")
    return {
        FIRST: build_bundle(folder=first, commit=FIRST),
        SECOND: build_bundle(folder=second, commit=SECOND),
    }


@pytest.fixture
def placeholder(server: Server) -> Iterator[subprocess.Popen[bytes]]:
    """What answers on the port before the first deployment."""
    process = subprocess.Popen([sys.executable, "-c", PLACEHOLDER, str(server.port)], cwd=server.root)
    pid_file = server.inside("/run/delivery-placeholder.pid")
    pid_file.parent.mkdir()
    pid_file.write_text(f"{process.pid}\n", encoding="utf-8")
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        try:
            assert server.health()["version"] == "placeholder"
            break
        except urllib.error.URLError:
            time.sleep(0.05)
    yield process
    process.kill()
    process.wait()


def broken(bundle: Path, destination: Path, version: str) -> Path:
    """A copy of a bundle whose service ends as soon as it is started."""
    copy = Path(shutil.copytree(src=bundle, dst=destination))
    (copy / "VERSION").write_text(f"{version}\n", encoding="utf-8")
    (copy / "storefront" / "__main__.py").write_text('raise SystemExit("no table is laid")\n', encoding="utf-8")
    return copy


def test_the_first_deployment_replaces_the_placeholder_and_answers_with_its_version(
    server: Server, bundles: dict[str, Path], placeholder: subprocess.Popen[bytes]
) -> None:
    printed = server.deploy(bundles[FIRST])
    assert server.health() == {"status": "ok", "version": FIRST}
    assert placeholder.wait(timeout=30) == -signal.SIGTERM
    assert f"version {FIRST} answers" in printed["ValidateService"]


def test_a_second_version_takes_over_and_leaves_nothing_of_the_first(server: Server, bundles: dict[str, Path]) -> None:
    server.deploy(bundles[FIRST])
    assert server.inside("/opt/storefront/storefront/retired.py").exists()
    printed = server.deploy(bundles[SECOND])
    assert server.health() == {"status": "ok", "version": SECOND}
    assert "stopped" in printed["ApplicationStop"]
    assert not server.inside("/opt/storefront/storefront/retired.py").exists()
    assert len(server.processes()) == 1


def test_a_module_of_the_old_version_goes_even_when_the_agent_has_lost_its_records(
    server: Server, bundles: dict[str, Path]
) -> None:
    server.deploy(bundles[FIRST])
    server.installed.clear()
    server.deploy(bundles[SECOND])
    assert server.health()["version"] == SECOND
    assert not server.inside("/opt/storefront/storefront/retired.py").exists()


def test_the_end_to_end_suite_accepts_the_deployed_service_and_no_other_version(
    server: Server, bundles: dict[str, Path], tmp_path: Path
) -> None:
    server.deploy(bundles[FIRST])
    there = {"BASE_URL": f"http://127.0.0.1:{server.port}/"}
    for tested, status in ((FIRST, 0), (SECOND, 1)):
        folder = Path(shutil.copytree(src=bundles[tested], dst=tmp_path / tested))
        run = run_build(folder, buildspec="buildspecs/e2e.yml", **there)
        assert run.status == status, run.output
        assert results(run.report("e2e"))["not passed"] == status


def test_a_version_that_does_not_start_fails_validation_with_its_log(
    server: Server, bundles: dict[str, Path], tmp_path: Path
) -> None:
    server.deploy(bundles[FIRST])
    server.variables["STOREFRONT_START_SECONDS"] = "1"
    with pytest.raises(HookError) as failure:
        server.deploy(broken(bundles[SECOND], destination=tmp_path / "broken", version="broken"))
    assert failure.value.event == "ValidateService"
    assert "wanted version broken, heard no answer" in failure.value.output
    assert "no table is laid" in failure.value.output
    assert "version broken didn't become healthy" in failure.value.output


def test_the_version_before_can_be_deployed_again_after_a_broken_one(
    server: Server, bundles: dict[str, Path], tmp_path: Path
) -> None:
    server.deploy(bundles[FIRST])
    server.variables["STOREFRONT_START_SECONDS"] = "1"
    with pytest.raises(HookError):
        server.deploy(broken(bundles[SECOND], destination=tmp_path / "broken", version="broken"))
    server.variables["STOREFRONT_START_SECONDS"] = "20"
    server.deploy(bundles[FIRST])
    assert server.health()["version"] == FIRST


def test_a_version_that_runs_but_cannot_serve_fails_validation_with_its_answer(
    server: Server, bundles: dict[str, Path], tmp_path: Path
) -> None:
    unhealthy = Path(shutil.copytree(src=bundles[SECOND], dst=tmp_path / "unhealthy"))
    (unhealthy / "storefront" / "products.json").write_text("{}", encoding="utf-8")
    server.variables["STOREFRONT_START_SECONDS"] = "1"
    with pytest.raises(HookError) as failure:
        server.deploy(unhealthy)
    assert failure.value.event == "ValidateService"
    assert "heard status 503" in failure.value.output


def test_an_old_version_that_still_answers_does_not_pass_for_the_new_one(
    server: Server, bundles: dict[str, Path]
) -> None:
    server.deploy(bundles[FIRST])
    server.variables["STOREFRONT_START_SECONDS"] = "1"
    with pytest.raises(HookError, match=f"wanted version {SECOND}.*{FIRST}"):
        server.run_hook(event="ValidateService", bundle=bundles[SECOND])


def test_every_hook_can_run_twice(server: Server, bundles: dict[str, Path]) -> None:
    for event in ("ApplicationStop", *EVENTS):
        for _ in range(2):
            if event == "Install":
                server.install(bundles[FIRST])
            else:
                server.run_hook(event=event, bundle=bundles[FIRST])
    assert server.health()["version"] == FIRST
    assert len(server.processes()) == 1


def test_application_stop_ends_the_service_and_leaves_no_process(server: Server, bundles: dict[str, Path]) -> None:
    server.deploy(bundles[FIRST])
    assert len(server.processes()) == 1
    server.run_hook(event="ApplicationStop", bundle=bundles[FIRST])
    assert server.processes() == []


def test_the_files_are_readable_by_all_and_writable_by_their_owner_alone(
    server: Server, bundles: dict[str, Path]
) -> None:
    server.deploy(bundles[FIRST])
    paths = list(server.inside("/opt/storefront").rglob("*"))
    assert paths
    for path in paths:
        assert stat.S_IMODE(path.stat().st_mode) == (0o755 if path.is_dir() else 0o644), path


def test_files_that_were_not_copied_fail_the_deployment_before_the_start(
    server: Server, bundles: dict[str, Path]
) -> None:
    server.run_hook(event="BeforeInstall", bundle=bundles[FIRST])
    with pytest.raises(HookError, match="the files were not copied"):
        server.run_hook(event="AfterInstall", bundle=bundles[FIRST])
