"""Git's own server for smart HTTP (`git http-backend`) on a loopback port, with one bare repository."""

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

PATH = "/v1/repos/storefront"


class GitRepository:
    """A bare repository on disk; `requests` are the request lines that the server got, with the login each had."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / PATH.strip("/")
        self.folder = folder
        self.requests: list[tuple[str, str]] = []
        self.status: int | None = None
        self.environment = {
            "PATH": os.environ["PATH"],
            "HOME": str(folder),
            "GIT_CONFIG_NOSYSTEM": "1",
            **{f"GIT_{who}_{what}": "nobody" for who in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")},
        }
        self.path.mkdir(parents=True)
        self.git("init", "--quiet", "--bare", "--initial-branch=main", ".")

    def git(self, *arguments: str) -> str:
        """What git says; a failure of it fails the test."""
        finished = subprocess.run(
            ["git", *arguments],
            cwd=self.path,
            env=self.environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )
        assert finished.returncode == 0, finished.stderr
        return finished.stdout.strip()

    def commit(self, message: str) -> str:
        """A commit without files, on main."""
        tree = self.git("mktree", "--missing") if not self.git("branch") else "main^{tree}"
        parents = ["-p", "main"] if self.git("branch") else []
        identity = self.git("commit-tree", tree, *parents, "-m", message)
        self.git("update-ref", "refs/heads/main", identity)
        return identity

    def tags(self) -> dict[str, str]:
        """The commit of each tag."""
        lines = self.git("for-each-ref", "--format=%(refname:short) %(objectname) %(*objectname)", "refs/tags")
        found = [line.split() for line in lines.splitlines()]
        return {name: (peeled or [identity])[0] for name, identity, *peeled in found}


@contextmanager
def served(repository: GitRepository) -> Iterator[str]:
    """The repository's address while it is served."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.answer()

        def do_POST(self) -> None:
            self.answer()

        def answer(self) -> None:
            repository.requests.append((f"{self.command} {self.path}", self.headers.get("Authorization", "")))
            if repository.status:
                self.send_response(repository.status)
                self.send_header("Location", "/elsewhere")
                self.end_headers()
                return
            path, _, query = self.path.partition("?")
            body = self.rfile.read(int(self.headers.get("Content-Length", "0")))
            finished = subprocess.run(
                ["git", "http-backend"],
                input=body,
                env={
                    **repository.environment,
                    "GIT_PROJECT_ROOT": str(repository.folder),
                    "GIT_HTTP_EXPORT_ALL": "1",
                    "REMOTE_USER": "somebody",
                    "REQUEST_METHOD": self.command,
                    "PATH_INFO": path,
                    "QUERY_STRING": query,
                    "CONTENT_TYPE": self.headers.get("Content-Type", ""),
                    "CONTENT_LENGTH": str(len(body)),
                },
                capture_output=True,
                check=False,
            )
            head, _, content = finished.stdout.partition(b"\r\n\r\n")
            headers = dict(line.split(": ", 1) for line in head.decode().split("\r\n"))
            self.send_response(int(headers.pop("Status", "200").split()[0]))
            for name, value in headers.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_: Any) -> None:
            """Nothing on the terminal of the tests."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}{PATH}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
