"""The functions that are measured: each returns its event."""

import dataclasses
import functools
import io
import os
import subprocess
import tempfile
import zipfile

HERE = os.path.dirname(os.path.abspath(__file__))
NATIVE_OBJECT = os.path.join(HERE, "..", "target", "bench", "echo.so")


@dataclasses.dataclass(frozen=True)
class Echo:
    """The code of one function.

    upload, content_type: as it is registered; files: as it lies in the container; entry: the file's name when it is a
    single one, else empty.
    """

    upload: bytes
    content_type: str
    files: dict
    entry: str = ""
    handler: str = "handle"


def _single(name, content_type):
    path = os.path.join(HERE, "echo", name)
    with open(path, "rb") as file:
        code = file.read()
    return Echo(code, content_type, {name: code}, name)


def _java():
    """Compiled here: what a cold start of a class costs is measured, not the compiler."""
    javac = os.path.join(os.environ["JAVA_HOME"], "bin", "javac")
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run([javac, "-d", folder, os.path.join(HERE, "echo", "Echo.java")], check=True)
        with open(os.path.join(folder, "Echo.class"), "rb") as file:
            code = file.read()
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as jar:
        jar.writestr("Echo.class", code)
    return Echo(archive.getvalue(), "application/zip", {"Echo.class": code}, handler="Echo.handle")


def _native():
    """Compiled by run.sh."""
    with open(NATIVE_OBJECT, "rb") as file:
        code = file.read()
    return Echo(code, "application/octet-stream", {"echo.so": code}, "echo.so")


@functools.cache
def echo(runtime):
    """The function of a runtime."""
    if runtime == "java":
        return _java()
    if runtime == "native":
        return _native()
    return _single({"python3": "echo.py", "nodejs": "echo.js"}[runtime], "text/plain")
