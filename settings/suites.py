"""Test suites: what runs, when, and what is kept of its results."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Annotated, ClassVar

from pydantic import Field, model_validator

from settings.base import Derived, Model
from settings.builds import Batch, ComputeType, Machine
from settings.fields import (
    BuildCommand,
    Listed,
    PathPattern,
    RelativePath,
    at_least,
    at_most,
    distinct,
    refused,
    within,
)

_IMAGE = "a suite has the image of the build: build.runtime with build.version, or build.image"
_ORDER = "order: suites of the same number run beside each other, lower ones first"
_THRESHOLD = "coverage.threshold is the threshold"

TARGET_URL = "TARGET_URL"
"""The variable with which a suite is told the address of what was deployed."""


class ReportFormat(StrEnum):
    """The formats of test results that CodeBuild reads.

    https://docs.aws.amazon.com/codebuild/latest/userguide/test-reporting.html
    """

    JUNIT = "junit"
    CUCUMBER = "cucumber"
    TESTNG = "testng"
    NUNIT = "nunit"
    NUNIT3 = "nunit3"
    TRX = "trx"


class CoverageFormat(StrEnum):
    """The formats of code coverage that CodeBuild reads.

    https://docs.aws.amazon.com/codebuild/latest/userguide/code-coverage-report.html
    """

    JACOCO = "jacoco"
    COBERTURA = "cobertura"
    CLOVER = "clover"
    SIMPLECOV = "simplecov"


class Report(Model):
    """The results of a suite, where its commands leave them."""

    format: Annotated[ReportFormat, Field(strict=False)] = Field(
        default=ReportFormat.JUNIT, description="junit, cucumber, testng, nunit, nunit3 or trx."
    )
    files: Annotated[Listed[PathPattern], at_least(1, "pattern"), at_most(20, "patterns"), distinct("patterns")] = (
        Field(description="Globs of the report's files.")
    )


class Coverage(Model):
    """What of the code a suite ran, where its commands leave that."""

    format: Annotated[CoverageFormat, Field(strict=False)] = Field(
        description="jacoco, cobertura, clover (statements) or simplecov (its .resultset.json)."
    )
    file: RelativePath = Field(description="The report's file.")
    threshold: Annotated[int, within(1, 100, "percent")] | None = Field(
        default=None, description="Percent of the lines under which the suite fails, 1 to 100; none only reports."
    )


class After(StrEnum):
    """When a suite runs."""

    BUILD = "build"
    DEPLOY = "deploy"


class Suite(Machine):
    """A test suite, on the artifact that is deployed."""

    WAYS: ClassVar[Mapping[str, str]] = {
        **Machine.WAYS,
        "architecture": _IMAGE,
        "coveragethreshold": _THRESHOLD,
        "dependson": _ORDER,
        "image": _IMAGE,
        "parallel": _ORDER,
        "runorder": _ORDER,
        "runtime": _IMAGE,
        "threshold": _THRESHOLD,
        "version": _IMAGE,
    }

    compute_type: Annotated[
        ComputeType,
        Field(strict=False),
        Derived("that of `build`; where the build runs on Lambda, `BUILD_GENERAL1_SMALL`"),
    ] = Field(default=ComputeType.SMALL, description="Size of the machine; BUILD_LAMBDA_… runs on Lambda.")
    buildspec: RelativePath | None = Field(
        default=None, description="Path of the suite's buildspec in the repository; or commands say what runs."
    )
    commands: Annotated[Listed[BuildCommand], at_most(50, "commands")] = Field(
        default=(),
        description="What runs in bash, where the repository has no buildspec for it: at most 50 commands of one line, "
        "up to the first that fails.",
    )
    report: Report | None = Field(default=None, description="With commands: where the results are.")
    coverage: Coverage | None = Field(default=None, description="With commands: where the code coverage is.")
    batch: Batch | None = Field(default=None, description="With buildspec: whether it describes a batch.")
    after: Annotated[After, Field(strict=False)] = Field(
        default=After.BUILD,
        description="build: before anything is deployed; deploy: against what was deployed, whose address is in "
        f"{TARGET_URL}.",
    )
    order: Annotated[int, within(1, 20, "")] = Field(
        default=1,
        description="Suites with the same after and number run beside each other, lower ones first; 1 to 20.",
    )

    @model_validator(mode="after")
    def _does_something(self) -> "Suite":
        if bool(self.buildspec) == bool(self.commands):
            key = "commands" if self.buildspec else ""
            raise refused("either buildspec or commands: a suite runs one of them", key=key)
        for key, given in (("report", self.report), ("coverage", self.coverage)):
            if given and not self.commands:
                raise refused(f"{key} only with commands: a buildspec has reports of its own", key=key)
        if self.batch and not self.buildspec:
            raise refused("a batch only with buildspec, whose batch says what it starts", key="batch")
        return self

    @model_validator(mode="after")
    def _knows_its_target(self) -> "Suite":
        if self.after is After.DEPLOY:
            self.leave_free(TARGET_URL, setter="pipeline")
        return self
