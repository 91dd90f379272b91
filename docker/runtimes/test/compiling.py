"""Functions of the native runtime, compiled where the cases run; each source once."""

import hashlib
import os
import shutil
import subprocess
import tempfile

HEADER_FOLDERS = ("/opt/hearth", os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "native"))
OBJECT = ("-shared", "-fPIC")

_built = {}
# Removed when the cases end.
_folder = tempfile.TemporaryDirectory(prefix="hearth-built")


def compile_object(source, path, *options):
    shutil.copy(_compiled(source, (*OBJECT, *options)), path)


def compiled(source, *options, compiler="gcc"):
    """The bytes of what the source becomes."""
    with open(_compiled(source, options, compiler), "rb") as f:
        return f.read()


def _compiled(source, options, compiler="gcc"):
    key = hashlib.sha256(repr((source, options, compiler)).encode()).hexdigest()
    if key not in _built:
        path = os.path.join(_folder.name, key[:16])
        command = [compiler, "-x", "c++" if compiler == "g++" else "c", "-O1", "-w", "-o", path, "-", "-x", "none"]
        command += [f"-I{folder}" for folder in HEADER_FOLDERS] + list(options)
        subprocess.run(command, input=source.encode(), check=True)
        _built[key] = path
    return _built[key]
