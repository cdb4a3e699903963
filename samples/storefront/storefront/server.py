"""The application behind an HTTP socket."""

from __future__ import annotations

from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from storefront.application import Application

SECONDS_A_CLIENT_MAY_BE_SILENT = 10


def create_server(application: Application, host: str, port: int) -> ThreadingHTTPServer:
    """Bind the application to `host`:`port` (0 takes any free port); the caller runs `serve_forever`.

    Raises OSError when the port is taken.
    """

    class Handler(BaseHTTPRequestHandler):
        server_version = "storefront"
        sys_version = ""
        timeout = SECONDS_A_CLIENT_MAY_BE_SILENT

        def _answer(self) -> None:
            response = application.respond(method=self.command, target=self.path)
            self.send_response(response.status)
            self.send_header("Content-Type", response.content_type)
            self.send_header("Content-Length", str(len(response.body)))
            self.send_header("Cache-Control", "no-store")
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(response.body)

        do_GET = do_HEAD = do_POST = do_PUT = do_PATCH = do_DELETE = _answer

    return ThreadingHTTPServer((host, port), Handler)
