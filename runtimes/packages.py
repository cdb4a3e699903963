"""The ecosystems of packages, and which of them is a runtime's.

https://docs.aws.amazon.com/codeartifact/latest/ug/welcome.html
"""

from collections.abc import Mapping
from enum import StrEnum

from runtimes.images import Runtime


class PackageFormat(StrEnum):
    """The ecosystem of a package, each with its own client; `generic` is any file."""

    MAVEN = "maven"
    NPM = "npm"
    PYPI = "pypi"
    NUGET = "nuget"
    RUBYGEMS = "rubygems"
    GENERIC = "generic"

    @property
    def of_aws(self) -> str:
        """What CodeArtifact calls it."""
        return "ruby" if self is PackageFormat.RUBYGEMS else self.value


FORMATS: Mapping[Runtime, PackageFormat] = {
    Runtime.JAVA: PackageFormat.MAVEN,
    Runtime.DOTNET: PackageFormat.NUGET,
    Runtime.PYTHON: PackageFormat.PYPI,
    Runtime.RUBY: PackageFormat.RUBYGEMS,
    Runtime.NODE: PackageFormat.NPM,
}
"""What a runtime's packages come as. Those of Go aren't in CodeArtifact."""
