"""CodeArtifact as data: the repository that an application's builds resolve from and publish to.

https://docs.aws.amazon.com/codeartifact/latest/ug/welcome.html
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from components.build_machine import Variable
from components.iam import Statement
from components.place import Place
from runtimes import PackageFormat

CONNECTIONS: Mapping[PackageFormat, str] = {
    PackageFormat.MAVEN: "public:maven-central",
    PackageFormat.NPM: "public:npmjs",
    PackageFormat.PYPI: "public:pypi",
    PackageFormat.NUGET: "public:nuget-org",
    PackageFormat.RUBYGEMS: "public:ruby-gems-org",
}
"""Where the world's packages of a format come from; generic ones come from nowhere
(https://docs.aws.amazon.com/codeartifact/latest/ug/external-connection.html#supported-public-repositories)."""

_WITH_METADATA = frozenset({PackageFormat.MAVEN, PackageFormat.NPM})
"""The formats whose clients write more than a version: `maven-metadata.xml`, and the tags of a distribution."""


@dataclass(frozen=True, kw_only=True)
class PackageRepository:
    """A repository of CodeArtifact, in the region of the stack.

    Args:
        place: the stack that uses it.
        domain: 2 to 50 of a-z 0-9 -.
        owner: the account of the domain, 12 digits.
        repository: 2 to 100 of A-Z a-z 0-9 . _ -.
        formats: what can be resolved from it.
    """

    place: Place
    domain: str
    owner: str
    repository: str
    formats: Sequence[PackageFormat] = ()

    @property
    def settings(self) -> Mapping[str, str]:
        """The variables by which commands find it. A token is none of them: each build asks for its own."""
        return {
            "CODEARTIFACT_DOMAIN": self.domain,
            "CODEARTIFACT_DOMAIN_OWNER": self.owner,
            "CODEARTIFACT_REPOSITORY": self.repository,
        }

    @property
    def variables(self) -> list[Variable]:
        """The same for the environment of a build."""
        return [Variable(name=name, value=value) for name, value in self.settings.items()]

    @property
    def domain_arn(self) -> str:
        """The ARN of its domain."""
        return self._arn(f"domain/{self.domain}")

    @property
    def arn(self) -> str:
        """Its own ARN."""
        return self._arn(f"repository/{self.domain}/{self.repository}")

    def reading(self) -> list[Statement]:
        """What a role needs that resolves packages; the stores behind the repository need no permission of their own
        (https://docs.aws.amazon.com/codeartifact/latest/ug/repos-upstream.html)."""
        return [
            *self._token(),
            Statement(
                actions=("codeartifact:GetRepositoryEndpoint", "codeartifact:ReadFromRepository"),
                resources=(self.arn,),
            ),
        ]

    def publishing(self, package_format: PackageFormat) -> list[Statement]:
        """What a role needs that publishes packages of one format, and looks first whether they are there
        (https://docs.aws.amazon.com/codeartifact/latest/ug/repo-policies.html)."""
        # Without a namespace, as of Python, there is nothing between the last two slashes.
        packages = self._arn(f"package/{self.domain}/{self.repository}/{package_format.of_aws}/*/*")
        if package_format is PackageFormat.GENERIC:
            return [
                Statement(
                    actions=("codeartifact:ListPackageVersionAssets", "codeartifact:PublishPackageVersion"),
                    resources=(packages,),
                )
            ]
        metadata = ("codeartifact:PutPackageMetadata",) if package_format in _WITH_METADATA else ()
        return [
            *self.reading(),
            Statement(actions=("codeartifact:PublishPackageVersion", *metadata), resources=(packages,)),
        ]

    def _token(self) -> list[Statement]:
        return [
            Statement(actions=("codeartifact:GetAuthorizationToken",), resources=(self.domain_arn,)),
            # A token of AWS's own has no ARN; the condition says whose it is.
            Statement(
                actions=("sts:GetServiceBearerToken",),
                resources=("*",),
                conditions={"StringEquals": {"sts:AWSServiceName": "codeartifact.amazonaws.com"}},
            ),
        ]

    def _arn(self, resource: str) -> str:
        return f"arn:{self.place.partition}:codeartifact:{self.place.region}:{self.owner}:{resource}"


def package_repository(application: str, place: Place, formats: Sequence[PackageFormat]) -> PackageRepository:
    """The repository of an application in the stack's own domain."""
    return PackageRepository(
        place=place,
        domain=place.package_domain,
        owner=place.account,
        repository=f"{application}-packages",
        formats=formats,
    )


def resolving(package_format: PackageFormat) -> tuple[str, ...]:
    """Commands of a buildspec after which the format's client resolves from the repository in the environment.

    They find it by the variables of `PackageRepository.settings`. Clients that can read a variable get the token in
    one; `aws codeartifact login` writes it into the configuration of pip, npm and dotnet, in the build's container.
    The token ends with the build's role session, after 12 hours at most.
    """
    repository = (
        '--domain "$CODEARTIFACT_DOMAIN" --domain-owner "$CODEARTIFACT_DOMAIN_OWNER"'
        ' --repository "$CODEARTIFACT_REPOSITORY"'
    )
    tool = {PackageFormat.PYPI: "pip", PackageFormat.NPM: "npm", PackageFormat.NUGET: "dotnet"}.get(package_format)
    if tool:
        return (f"aws codeartifact login --tool {tool} {repository}",)
    if package_format is PackageFormat.GENERIC:
        return ()
    domain = repository.partition(" --repository")[0]
    token = (
        f'CODEARTIFACT_AUTH_TOKEN="$(aws codeartifact get-authorization-token {domain}'
        ' --query authorizationToken --output text)" && export CODEARTIFACT_AUTH_TOKEN'
    )
    endpoint = (
        f'CODEARTIFACT_ENDPOINT="$(aws codeartifact get-repository-endpoint {repository}'
        f' --format {package_format.of_aws} --query repositoryEndpoint --output text)" && export CODEARTIFACT_ENDPOINT'
    )
    return (token, endpoint, _MAVEN if package_format is PackageFormat.MAVEN else _BUNDLER)


_MAVEN = """\
mkdir -p ~/.m2
cat > ~/.m2/settings.xml <<'XML'
<settings>
  <servers>
    <server>
      <id>codeartifact</id>
      <username>aws</username>
      <password>${env.CODEARTIFACT_AUTH_TOKEN}</password>
    </server>
  </servers>
  <mirrors>
    <mirror>
      <id>codeartifact</id>
      <url>${env.CODEARTIFACT_ENDPOINT}</url>
      <mirrorOf>*</mirrorOf>
    </mirror>
  </mirrors>
</settings>
XML
"""

_BUNDLER = """\
host="$(echo "$CODEARTIFACT_ENDPOINT" | cut -d / -f 3)"
name="$(echo "$host" | tr '[:lower:]' '[:upper:]' | sed 's/-/___/g; s/[.]/__/g')"
export "BUNDLE_$name=aws:$CODEARTIFACT_AUTH_TOKEN"
bundle config set --global mirror.all "$CODEARTIFACT_ENDPOINT"
"""
