"""The runtime under test: which one, how it is started, and short ways to start and call it."""

import json
import os

from invoker import COMMANDS, ready

RUNTIME = os.environ["RUNTIME"]
COMMAND = json.loads(os.environ.get("RUNTIME_COMMAND") or "null") or COMMANDS[RUNTIME]
PYTHON = RUNTIME == "python3"
JAVA = RUNTIME == "java"


def by_language(python, node, java):
    return {"python3": python, "nodejs": node, "java": java}[RUNTIME]


def of(table):
    return table[RUNTIME]


def start(files, handler="", **options):
    return ready(COMMAND, files, handler, **options)


def act(invoker, name, value=None):
    return invoker.call(json.dumps({"act": name, "value": value}).encode())
