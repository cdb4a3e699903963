"""Fails a suite that ran too little of the code: CodeBuild shows coverage, and judges none.

This file's text is part of the suite's buildspec. It runs on the build machine, by `python3 -c`, with the standard
library of any Python from 3.9: format, file and least percent are its arguments.
"""

import json
import sys
from pathlib import Path
from xml.etree import ElementTree


def lines(kind: str, report: str) -> tuple[float, float]:
    """How many lines were run, and how many there are."""
    if kind == "simplecov":
        files = [one for run in json.loads(report).values() for one in run["coverage"].values()]
        each = [one["lines"] if isinstance(one, dict) else one for one in files]
        hits = [count for counts in each for count in counts if isinstance(count, int)]
        return sum(count > 0 for count in hits), len(hits)
    root = ElementTree.fromstring(report)  # noqa: S314 - the suite itself wrote it a moment ago
    if kind == "jacoco":
        # Of the whole report: classes, packages and groups have counters of their own, further down.
        totals = [counter.attrib for counter in root.findall("counter[@type='LINE']")]
        run = sum(float(total["covered"]) for total in totals)
        return run, run + sum(float(total["missed"]) for total in totals)
    if kind == "clover":
        totals = [metrics.attrib for metrics in root.findall("project/metrics")]
        run, of = (sum(float(total[key]) for total in totals) for key in ("coveredstatements", "statements"))
        return run, of
    if "lines-valid" in root.attrib:
        return float(root.attrib["lines-covered"]), float(root.attrib["lines-valid"])
    return float(root.attrib["line-rate"]), 1


def judgement(kind: str, file: str, threshold: float) -> str:
    """Why the coverage isn't enough; an empty text where it is."""
    if not Path(file).is_file():
        return f"there is no coverage report {file}"
    run, of = lines(kind, Path(file).read_text(encoding="utf-8"))
    if not of:
        return f"the coverage report {file} knows no lines"
    print(f"{file}: {run / of:.2%} of the lines are covered")
    return f"at least {threshold:g} % are needed" if run * 100 < threshold * of else ""


if __name__ == "__main__":
    _, given_kind, given_file, least = sys.argv
    sys.exit(judgement(given_kind, given_file, float(least)) or 0)
