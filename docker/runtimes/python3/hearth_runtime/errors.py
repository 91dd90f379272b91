"""Exceptions of a function as the contract reports them: type, message, and a stack without the runtime's own frames."""

import errno
import os

_RUNTIME_DIRECTORY = os.path.dirname(os.path.abspath(__file__)) + os.sep
_MAX_CHAIN = 100

NO_SPACE = 1


class HandlerNotFound(Exception):
    """The code has no such file, module or function."""


def describe(error):
    """(type, message, stack) of an exception a function raised."""
    return type_name(error), message_of(error), _stack(error)


def type_name(error):
    kind = type(error)
    if kind.__module__ in ("builtins", HandlerNotFound.__module__):
        return kind.__qualname__
    return f"{kind.__module__}.{kind.__qualname__}"


def message_of(error):
    try:
        return str(error)
    except BaseException as e:
        return f"<str() of it raised {type_name(e)}>"


def detail(error):
    """The detail bits: whether "no space left on device" is the error or behind it."""
    waiting, seen = [error], set()
    while waiting and len(seen) < _MAX_CHAIN:
        each = waiting.pop()
        if each is None or id(each) in seen:
            continue
        seen.add(id(each))
        if isinstance(each, OSError) and each.errno == errno.ENOSPC:
            return NO_SPACE
        waiting += (each.__cause__, each.__context__)
        waiting += getattr(each, "exceptions", ())
    return 0


def describe_load(error, directory):
    """As `describe`, for an exception while the code was loaded; the message names the file and line."""
    return type_name(error), _located(error, directory), _stack(error)


def _located(error, directory):
    if isinstance(error, SyntaxError) and error.filename:
        return f"{error.msg} ({os.path.relpath(error.filename, directory)}:{error.lineno})"
    place = None
    step = error.__traceback__
    while step is not None:
        path = step.tb_frame.f_code.co_filename
        if path.startswith(directory + os.sep):
            place = f"{os.path.relpath(path, directory)}:{step.tb_lineno}"
        step = step.tb_next
    return f"{message_of(error)} ({place})" if place else message_of(error)


def _stack(error):
    try:
        import traceback

        return "".join(traceback.format_exception(type(error), error, _user_part(error.__traceback__)))
    except BaseException:
        return ""


def _user_part(step):
    while step is not None and _is_runtime(step.tb_frame.f_code.co_filename):
        step = step.tb_next
    return step


def _is_runtime(path):
    """The runtime's own files, and the machinery of importing and of asyncio between it and the function."""
    return (
        path.startswith((_RUNTIME_DIRECTORY, "<frozen importlib"))
        or path.endswith("/importlib/__init__.py")
        or "/asyncio/" in path
    )
