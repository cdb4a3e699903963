"""A package of each ecosystem, as small as its scripts can read it."""

import gzip
import io
import json
import tarfile
import zipfile

from runtimes import PackageFormat

FORMATS = tuple(PackageFormat)


def file_of(package_format: PackageFormat, content: str = "", version: str = "1.2.0") -> tuple[str, bytes]:
    """Path in the bundle and bytes of a package; `content` makes another one of the same version."""
    match package_format:
        case PackageFormat.MAVEN:
            return f"target/shop-{version}.jar", jar(content, version=version)
        case PackageFormat.NPM:
            return f"dist/acme-shop-{version}.tgz", tarball(content, version)
        case PackageFormat.PYPI:
            return f"dist/acme_shop-{version}-py3-none-any.whl", b"a wheel " + content.encode()
        case PackageFormat.NUGET:
            nuspec = (
                f"<package><metadata>\n <id>Acme.Shop</id>\n <version>{version}+abc</version>\n</metadata></package>"
            )
            return f"out/Acme.Shop.{version}.nupkg", zipped({"Acme.Shop.nuspec": nuspec, "content": content})
        case PackageFormat.RUBYGEMS:
            return f"pkg/shop-{version}.gem", b"a gem " + content.encode()
        case PackageFormat.GENERIC:
            return "dist/a tool.bin", b"a tool " + content.encode()


def jar(content: str = "", *, artifact: str = "shop", version: str = "1.2.0", others: tuple[str, ...] = ()) -> bytes:
    """A JAR of Maven, with the POMs of `others` in it where it is a shaded one."""
    files = {"content": content}
    for one in (*others, artifact):
        folder = f"META-INF/maven/com.acme/{one}"
        files[f"{folder}/pom.properties"] = f"#Made\r\nartifactId={one}\r\ngroupId=com.acme\r\nversion={version}\r\n"
        files[f"{folder}/pom.xml"] = (
            f"<project>\n<groupId>com.acme</groupId>\n<artifactId>{one}</artifactId>\n"
            f"<version>{version}</version>\n</project>\n"
        )
    return zipped(files)


def zipped(files: dict[str, str]) -> bytes:
    """An archive of these files."""
    kept = io.BytesIO()
    with zipfile.ZipFile(kept, "w") as archive:
        for name, text in files.items():
            archive.writestr(zipfile.ZipInfo(name), text)
    return kept.getvalue()


def tarball(content: str, version: str) -> bytes:
    """A package as `npm pack` makes it."""
    kept = io.BytesIO()
    with tarfile.open(fileobj=kept, mode="w") as archive:
        described = json.dumps({"name": "@acme/shop", "version": version})
        for name, text in {"package/package.json": described, "package/index.js": content}.items():
            member = tarfile.TarInfo(name)
            member.size = len(text)
            archive.addfile(member, io.BytesIO(text.encode()))
    return gzip.compress(kept.getvalue(), mtime=0)
