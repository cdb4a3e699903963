"""`operations validate-bundle`."""

from argparse import ArgumentParser, Namespace
from dataclasses import asdict
from pathlib import Path

from operations.bundle.check import check_bundle
from operations.bundle.contents import open_bundle
from operations.bundle.finding import Weight
from operations.command import Example, Exit
from operations.terminal import Terminal


class ValidateBundle:
    """Reads a bundle before CodeDeploy does."""

    name = "validate-bundle"
    purpose = "say what CodeDeploy would stumble over in a bundle"
    about = (
        "Reads the appspec of a bundle for a server, for Lambda or for ECS, and the\n"
        "scripts that it names. Each finding has its file and line.\n\n"
        "A bundle is what the build hands over: check the artifact, for the repository\n"
        "may lack what the build writes."
    )
    examples = (
        Example(line="validate-bundle build/bundle.zip", purpose="an artifact"),
        Example(line="validate-bundle . --strict", purpose="a folder, and warnings count too"),
    )

    def arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("bundle", type=Path, help="a folder, .zip, .tar or .tar.gz")
        parser.add_argument("--strict", action="store_true", help="refuse a bundle with warnings, too")

    def run(self, given: Namespace, terminal: Terminal) -> Exit:
        bundle = open_bundle(given.bundle)
        findings = check_bundle(bundle)
        errors = [one for one in findings if one.weight is Weight.ERROR]
        refused = bool(findings if given.strict else errors)
        terminal.hand_over({"bundle": bundle.name, "good": not refused, "findings": [asdict(one) for one in findings]})
        for finding in findings:
            terminal.say(str(finding))
        count = ", ".join(
            f"{number} {kind}" if number == 1 else f"{number} {kind}s"
            for kind, number in (("error", len(errors)), ("warning", len(findings) - len(errors)))
        )
        terminal.say(f"{bundle.name}: {count if findings else 'good'}")
        return Exit.REFUSED if refused else Exit.DONE
