"""Loading a function: environment, working directory, module and handler, as `init` names them."""

import os
import sys
import time

from hearth import Context
from hearth_runtime.errors import HandlerNotFound

IMAGE_CODE_DIRECTORY = "/function"
DEFAULT_FUNCTION = "handle"
DEFAULT_MODULE = "main"


def code_directory(init):
    return init["code"].rstrip("/") or IMAGE_CODE_DIRECTORY


def load(init):
    """The handler. What the code raises while it is imported comes out as it is."""
    directory = code_directory(init)
    value = _prepare(init, directory)
    if init["entry"]:
        module, name, method = _in_file(directory, init["entry"], init["handler"])
    else:
        module, name, method = _in_modules(init["handler"])
    found = _find(module, name)
    if not isinstance(found, type):
        if method:
            raise HandlerNotFound(f"{name!r} is no class, so it has no {method!r}")
        return found
    return _method(_construct(found, init["init"], value), method or DEFAULT_FUNCTION)


def _construct(kind, text, value):
    """Once per container; an object is its keyword arguments, an array its arguments, anything else its only one."""
    if not text:
        return kind()
    if isinstance(value, dict):
        return kind(**value)
    return kind(*value) if isinstance(value, list) else kind(value)


def _method(instance, name):
    method = getattr(instance, name, None)
    if not callable(method):
        raise HandlerNotFound(f"class {type(instance).__name__!r} has no method {name!r}")
    return method


def _prepare(init, directory):
    """Also the value of `init`."""
    environment = init["environment"]
    os.environ.update(environment)
    if "TZ" in environment:
        time.tzset()
    Context.function = init["function"]
    Context.revision = init["revision"]
    Context.namespace = init["namespace"]
    Context.memory_mib = init["memory_mib"]
    os.chdir(directory)
    # The first entry is the runtime's own directory, which functions must not see.
    sys.path[0] = directory
    if init["init"]:
        import json

        Context.init = json.loads(init["init"])
    return Context.init


def _in_file(directory, entry, handler):
    """(module, name, method): `function`, `Class`, `Class.method`, each with the file's name before it or not."""
    stem = _stem(entry)
    before, _, last = handler.removeprefix(f"{stem}.").rpartition(".")
    strange = before and f"the handler names module {handler.rpartition('.')[0]!r}, but the code is the single file {entry}"
    if "." in before:
        raise HandlerNotFound(strange)
    module = _load_file(directory, entry, stem)
    if before and not callable(getattr(module, before, None)):
        raise HandlerNotFound(strange)
    return module, before or last or DEFAULT_FUNCTION, before and last


def _in_modules(handler):
    """(module, name, method): `function` or `Class` of the default module, or `module.` before `Class.method` too."""
    before, _, name = handler.rpartition(".")
    try:
        return _load_module(before or DEFAULT_MODULE), name or DEFAULT_FUNCTION, ""
    except HandlerNotFound:
        outer, _, kind = before.rpartition(".")
        if not kind or not _is_module(outer or DEFAULT_MODULE):
            raise
    return _load_module(outer or DEFAULT_MODULE), kind, name


def _is_module(name):
    try:
        _load_module(name)
        return True
    except HandlerNotFound:
        return False


def _stem(entry):
    return os.path.basename(entry).removesuffix(".py")


def _load_file(directory, entry, module_name):
    path = os.path.join(directory, entry)
    if not os.path.isfile(path):
        raise HandlerNotFound(f"there is no file {entry} in {directory}")
    # A file may be called like a module of the standard library, and that one must stay importable.
    if module_name in sys.modules or module_name in sys.stdlib_module_names or "." in module_name:
        return _load_aside(f"function_{module_name}", path)
    return _load_module(module_name)


def _load_aside(name, path):
    from importlib import util

    spec = util.spec_from_file_location(name, path)
    if spec is None:
        raise HandlerNotFound(f"{os.path.basename(path)} is not Python source: its name does not end in .py")
    module = sys.modules[name] = util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def _load_module(name):
    try:
        __import__(name)
        return sys.modules[name]
    except ModuleNotFoundError as e:
        # Only the module itself or a package on the way to it: what it imports in turn is its own affair.
        if e.name is not None and f"{name}.".startswith(f"{e.name}."):
            raise HandlerNotFound(f"there is no module {name!r} in {sys.path[0]}") from None
        raise


def _find(module, name):
    found = getattr(module, name, None)
    if callable(found):
        return found
    file = os.path.basename(module.__file__ or module.__name__)
    if found is not None:
        raise HandlerNotFound(f"{name!r} in {file} is not a function but {type(found).__name__}")
    functions = [key for key, value in vars(module).items() if callable(value) and not key.startswith("_")]
    others = f"; it has {', '.join(functions[:20])}" if functions else ""
    raise HandlerNotFound(f"there is no function {name!r} in {file}{others}")
