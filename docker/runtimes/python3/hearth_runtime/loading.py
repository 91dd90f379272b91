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
    _prepare(init, directory)
    module_name, function_name = _split(init["handler"], init["entry"])
    if init["entry"]:
        module = _load_file(directory, init["entry"], module_name)
    else:
        module = _load_module(module_name)
    return _find(module, function_name)


def _prepare(init, directory):
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


def _split(handler, entry):
    """(module, function); a bare function lies in the single file or, in an archive, in the default module."""
    module, _, function = (handler or DEFAULT_FUNCTION).rpartition(".")
    return module or (_stem(entry) if entry else DEFAULT_MODULE), function


def _stem(entry):
    return os.path.basename(entry).removesuffix(".py")


def _load_file(directory, entry, module_name):
    if module_name != _stem(entry):
        raise HandlerNotFound(f"the handler names module {module_name!r}, but the code is the single file {entry}")
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
