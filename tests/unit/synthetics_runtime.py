"""A stand-in for the runtime of CloudWatch Synthetics: its two modules, with a browser that asks by HTTP."""

import html
import re
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from importlib.util import module_from_spec, spec_from_file_location
from types import ModuleType, SimpleNamespace
from typing import Any

from components.watching.canary import SCRIPT


@dataclass
class Runtime:
    """What the script asked of it."""

    opened: list[str] = field(default_factory=list)
    pictures: list[str] = field(default_factory=list)
    said: list[str] = field(default_factory=list)


class _Browser:
    """Shows what a reader sees: the text of the page, without its signs."""

    def __init__(self, runtime: Runtime) -> None:
        self._runtime = runtime
        self._page = ""

    def get(self, address: str) -> None:
        self._runtime.opened.append(address)
        with urllib.request.urlopen(address, timeout=20) as answer:  # noqa: S310 - the tests' own server
            self._page = answer.read().decode("utf-8")

    def save_screenshot(self, name: str) -> None:
        self._runtime.pictures.append(name)

    def find_element(self, by: str, value: str) -> SimpleNamespace:
        assert (by, value) == ("tag name", "body")
        body = re.sub(r"(?s).*<body>|</body>.*", "", self._page)
        return SimpleNamespace(text=html.unescape(re.sub(r"<[^>]+>", "\n", body)))


def _response(address: str) -> int | str:
    """The status, or a word where nobody answers, as the runtime has it."""
    try:
        with urllib.request.urlopen(address, timeout=20) as answer:  # noqa: S310 - the tests' own server
            return int(answer.status)
    except urllib.error.HTTPError as error:
        return error.code
    except OSError:
        return "error"


@contextmanager
def synthetics() -> Iterator[tuple[Any, Runtime]]:
    """The canary's script, imported as the runtime imports it, and what it then asks for."""
    runtime = Runtime()
    common: Any = ModuleType("aws_synthetics.common")
    common.synthetics_logger = SimpleNamespace(info=runtime.said.append)
    selenium: Any = ModuleType("aws_synthetics.selenium")
    selenium.synthetics_webdriver = SimpleNamespace(Chrome=lambda: _Browser(runtime), get_http_response=_response)
    names = {"aws_synthetics": ModuleType("aws_synthetics"), common.__name__: common, selenium.__name__: selenium}
    before = {name: sys.modules.get(name) for name in names}
    sys.modules.update(names)
    try:
        spec = spec_from_file_location("canary", SCRIPT)
        assert spec
        assert spec.loader
        script = module_from_spec(spec)
        spec.loader.exec_module(script)
        yield script, runtime
    finally:
        for name, module in before.items():
            if module is None:
                sys.modules.pop(name)
            else:
                sys.modules[name] = module
