"""Run the unit tests once and write both of their reports: JUnit (results) and Cobertura (coverage).

The lines are counted with the interpreter's own hook, so that building the sample needs pytest and nothing else.
CodeBuild reads both formats: https://docs.aws.amazon.com/codebuild/latest/userguide/test-reporting.html
"""

from __future__ import annotations

import argparse
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import CodeType, FrameType
from typing import Any
from xml.etree import ElementTree

import pytest

PACKAGE = "storefront"
# The process's entry is run by the e2e tests, in a process of its own.
NOT_MEASURED = ("__main__.py",)


class LineCounter:
    """Counts each line that runs in the files under `folder`, in every thread started while it is on."""

    def __init__(self, folder: Path) -> None:
        self.counts: Counter[tuple[str, int]] = Counter()
        self._prefix = f"{folder}/"

    def __enter__(self) -> LineCounter:
        threading.settrace(self._call)
        sys.settrace(self._call)
        return self

    def __exit__(self, *_: object) -> None:
        sys.settrace(None)
        threading.settrace(None)

    def _call(self, frame: FrameType, event: str, argument: Any) -> Any:
        return self._line if frame.f_code.co_filename.startswith(self._prefix) else None

    def _line(self, frame: FrameType, event: str, argument: Any) -> Any:
        if event == "line":
            self.counts[frame.f_code.co_filename, frame.f_lineno] += 1
        return self._line


def main() -> int:
    """Exit status: pytest's own when a test fails, 3 when too few lines were run, else 0."""
    arguments = _arguments()
    arguments.reports.mkdir(parents=True, exist_ok=True)
    root = Path.cwd()
    with LineCounter(folder=root / PACKAGE) as counter:
        status = int(pytest.main(["tests/unit", f"--junitxml={arguments.reports / 'unit.xml'}"]))
    coverage = measure(root=root, counts=counter.counts)
    rate = write_cobertura(coverage=coverage, path=arguments.reports / "coverage.xml")
    print(f"coverage: {rate:.0%} of the lines of {PACKAGE}/ (at least {arguments.fail_under}% wanted)")
    if status:
        return status
    return 3 if rate * 100 < arguments.fail_under else 0


def measure(root: Path, counts: Mapping[tuple[str, int], int]) -> dict[str, dict[int, int]]:
    """How often each line that can run did run, by file (relative to `root`) and line number."""
    coverage = {}
    for path in sorted((root / PACKAGE).rglob("*.py")):
        if path.name not in NOT_MEASURED:
            code = compile(path.read_text(encoding="utf-8"), str(path), "exec")
            lines = sorted(set(_lines(code)))
            coverage[path.relative_to(root).as_posix()] = {line: counts.get((str(path), line), 0) for line in lines}
    return coverage


def write_cobertura(coverage: Mapping[str, Mapping[int, int]], path: Path) -> float:
    """Write the Cobertura document and return the share of lines that ran, 0 to 1."""
    every_line = [hits for lines in coverage.values() for hits in lines.values()]
    rate = _rate(every_line)
    report = ElementTree.Element(
        "coverage",
        {
            "line-rate": f"{rate:.4f}",
            "branch-rate": "0",
            "lines-covered": str(sum(hits > 0 for hits in every_line)),
            "lines-valid": str(len(every_line)),
            "branches-covered": "0",
            "branches-valid": "0",
            "complexity": "0",
            "version": "1",
            "timestamp": str(int(time.time())),
        },
    )
    ElementTree.SubElement(ElementTree.SubElement(report, "sources"), "source").text = "."
    packages = ElementTree.SubElement(report, "packages")
    rates = {"line-rate": f"{rate:.4f}", "branch-rate": "0", "complexity": "0"}
    classes = ElementTree.SubElement(ElementTree.SubElement(packages, "package", {"name": PACKAGE, **rates}), "classes")
    for filename, lines in coverage.items():
        rates = {"line-rate": f"{_rate(list(lines.values())):.4f}", "branch-rate": "0", "complexity": "0"}
        entry = ElementTree.SubElement(classes, "class", {"name": Path(filename).stem, "filename": filename, **rates})
        ElementTree.SubElement(entry, "methods")
        listed = ElementTree.SubElement(entry, "lines")
        for number, hits in lines.items():
            ElementTree.SubElement(listed, "line", {"number": str(number), "hits": str(hits), "branch": "false"})
    ElementTree.ElementTree(report).write(path, encoding="utf-8", xml_declaration=True)
    return rate


def _lines(code: CodeType) -> Iterator[int]:
    # Line 0 and None stand for code without a place in the file.
    lines = {line for _, _, line in code.co_lines() if line}
    # A function's or class's own first line runs where it is defined, in the code around it.
    yield from lines if code.co_name == "<module>" else lines - {code.co_firstlineno}
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield from _lines(constant)


def _rate(hits: list[int]) -> float:
    return sum(count > 0 for count in hits) / len(hits) if hits else 1.0


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Run the unit tests and write their reports.")
    parser.add_argument("--reports", type=Path, default=Path("reports"), help="folder of both reports")
    parser.add_argument("--fail-under", type=int, default=90, help="smallest coverage that passes, in percent")
    return parser.parse_args()


if __name__ == "__main__":
    # The tests import the package from here, the root of the repository.
    sys.path.insert(0, str(Path.cwd()))
    sys.exit(main())
