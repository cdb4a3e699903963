"""One stack file with every kind of suite, for tests that want them all beside each other."""

from tests.unit.planning import Config


def every_suite(config: Config) -> None:
    """Gives the storefront suites before and after the deployment, in order, skipped, as a batch, and from commands."""
    storefront = config["delivery:applications"]["storefront"]
    storefront["source"] = {"provider": "codecommit", "repository": "storefront", "flow": "git-flow"}
    storefront["hotfix"] = {"skip": ["load"]}
    storefront["suites"] = {
        "unit": {"commands": ["make unit"], "report": {"files": ["unit.xml"]}},
        "component": {
            "commands": ["make component"],
            "report": {"format": "trx", "files": ["results/**/*.trx"]},
            "coverage": {"format": "cobertura", "file": "results/coverage.xml", "threshold": 80},
            "order": 2,
        },
        "contract": {"buildspec": "buildspecs/contract.yml", "order": 2, "vpc": True, "timeoutMinutes": 90},
        "browsers": {
            "buildspec": "buildspecs/browsers.yml",
            "batch": {"mostBuilds": 4},
            "order": 3,
            "computeType": "BUILD_GENERAL1_MEDIUM",
        },
        "load": {"commands": ["make load"], "order": 4, "environment": {"USERS": "50"}},
        "smoke": {"commands": ['curl --fail --silent "$TARGET_URL/health"'], "after": "deploy"},
        "e2e": {"buildspec": "buildspecs/e2e.yml", "after": "deploy", "order": 2},
    }
