"""The runtime under test: which one, how it is started, and short ways to start and call it."""

import json
import os
import unittest

from invoker import COMMANDS, ready

RUNTIME = os.environ["RUNTIME"]
COMMAND = json.loads(os.environ.get("RUNTIME_COMMAND") or "null") or COMMANDS[RUNTIME]
PYTHON = RUNTIME == "python3"
NODE = RUNTIME == "nodejs"
JAVA = RUNTIME == "java"
NATIVE = RUNTIME == "native"


def by_language(python, node, java, native=None):
    return {"python3": python, "nodejs": node, "java": java, "native": native}[RUNTIME]


def of(table):
    """The function in the language under test; a test whose function cannot be written in it is skipped."""
    if RUNTIME not in table:
        raise unittest.SkipTest(f"means nothing in {RUNTIME}")
    return table[RUNTIME]


def start(files, handler="", **options):
    return ready(COMMAND, files, handler, **options)


def act(invoker, name, value=None):
    return invoker.call(json.dumps({"act": name, "value": value}).encode())
