"""The findings as JUnit XML, in the form that Jenkins, GitLab, Azure DevOps and the actions for GitHub take.

A pack is a suite, each rule that was asked a test: failed where a mandatory finding stands, skipped where it is
undecided, passed otherwise. What doesn't stop, advisory findings and exemptions, is the test's output. The preview
itself is one more test, an error where it isn't whole, so that a report is never green and empty.
"""

from collections.abc import Iterable
from xml.etree import ElementTree

from rulebook.reports.findings import Finding, Preview, State

PREVIEW = "pulumi preview"


def junit(preview: Preview) -> str:
    """The preview as JUnit XML."""
    root = ElementTree.Element("testsuites", name=f"policies of {preview.stack}")
    suite = ElementTree.SubElement(root, "testsuite", name=PREVIEW)
    case = ElementTree.SubElement(suite, "testcase", classname=PREVIEW, name=preview.stack)
    if preview.problems:
        _told(case, "error", kind="preview", message="the preview is not complete", lines=preview.problems)
    for pack, asked in preview.asked.items():
        suite = ElementTree.SubElement(root, "testsuite", name=pack)
        findings = [finding for finding in preview.findings if finding.pack == pack]
        for rule in sorted({*asked, *(finding.rule for finding in findings)}):
            case = ElementTree.SubElement(suite, "testcase", classname=f"{pack}.{preview.stack}", name=rule)
            _judge(case, [finding for finding in findings if finding.rule == rule])
    for suite in root:
        _count(suite, suite.iter("testcase"))
    _count(root, root.iter("testcase"))
    ElementTree.indent(root)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{ElementTree.tostring(root, encoding="unicode")}\n'


def _judge(case: ElementTree.Element, findings: list[Finding]) -> None:
    lines = {state: [_line(one) for one in findings if one.state is state] for state in State}
    mandatory, undecided = lines[State.MANDATORY], lines[State.UNDECIDED]
    output = [*lines[State.ADVISORY], *lines[State.EXEMPTED]]
    if mandatory:
        _told(case, "failure", kind="mandatory", message=f"{len(mandatory)} mandatory", lines=mandatory)
        output += undecided
    elif undecided:
        _told(case, "skipped", kind="undecided", message=f"{len(undecided)} undecided", lines=undecided)
    if output:
        ElementTree.SubElement(case, "system-out").text = "\n".join(output)


def _told(case: ElementTree.Element, tag: str, *, kind: str, message: str, lines: Iterable[str]) -> None:
    ElementTree.SubElement(case, tag, type=kind, message=message).text = "\n".join(lines)


def _line(finding: Finding) -> str:
    return f"[{finding.state.value}] {finding.text}{f' ({finding.urn})' if finding.urn else ''}"


def _count(holder: ElementTree.Element, cases: Iterable[ElementTree.Element]) -> None:
    counted = list(cases)
    holder.set("tests", str(len(counted)))
    for attribute, tag in (("failures", "failure"), ("errors", "error"), ("skipped", "skipped")):
        holder.set(attribute, str(sum(case.find(tag) is not None for case in counted)))
