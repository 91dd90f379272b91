"""What a function may import from Hearth: the context its handler is given, and a response with a content type."""

import os
import time
from types import MappingProxyType

__all__ = ["Context", "Response"]

_TYPE_CHARACTERS = 200


class Response:
    """A result whose content type is not the one that its kind of value has."""

    __slots__ = ("body", "content_type")

    def __init__(self, body, content_type):
        if not isinstance(content_type, str) or "/" not in content_type:
            raise ValueError(f"content_type is {content_type!r}, must be such as 'image/png'")
        if len(content_type) > _TYPE_CHARACTERS or not (content_type.isascii() and content_type.isprintable()):
            raise ValueError(f"content_type must be up to {_TYPE_CHARACTERS} printable ASCII characters")
        if isinstance(body, Response):
            raise TypeError("the body of a Response is a Response")
        self.body = body
        self.content_type = content_type


class Context:
    """One call as its function sees it; what is the same for every call stands on the class."""

    __slots__ = ("invocation_id", "content_type", "body", "_deadline_ms", "_lines", "_headers")

    function = ""
    revision = ""
    namespace = ""
    memory_mib = 0
    init = None
    _logger = None

    def __init__(self, invocation_id, content_type, deadline_ms, lines=b"", body=b""):
        self.invocation_id = invocation_id
        self.content_type = content_type
        self.body = body
        self._deadline_ms = deadline_ms
        self._lines = lines

    @property
    def headers(self):
        """The request's headers by lower-case name, read-only; values of a repeated one are joined by ", "."""
        try:
            return self._headers
        except AttributeError:
            self._headers = MappingProxyType(_headers(self._lines))
            return self._headers

    @property
    def deadline(self):
        """When the call is cut off, in seconds since the Unix epoch."""
        return self._deadline_ms / 1000

    @property
    def scratch(self):
        """A directory for the call: /tmp, which is wiped after it."""
        return os.environ.get("TMPDIR", "/tmp")

    def remaining_ms(self):
        """Milliseconds until the deadline, never below 0."""
        return max(0, self._deadline_ms - time.time_ns() // 1_000_000)

    @property
    def logger(self):
        """A `logging.Logger` whose lines, INFO and above, go to the call's log."""
        return Context._logger or _make_logger()

    def __repr__(self):
        return f"<Context of {self.function} {self.invocation_id}>"


def _headers(lines):
    headers = {}
    for line in lines.split(b"\n"):
        name, colon, value = line.partition(b": ")
        if colon:
            headers.setdefault(name.decode("latin-1"), []).append(_text(value))
    return {name: ", ".join(values) for name, values in headers.items()}


def _text(value):
    """As UTF-8, which most senders mean; what is none is ISO-8859-1, as HTTP says."""
    try:
        return value.decode()
    except UnicodeDecodeError:
        return value.decode("latin-1")


def _make_logger():
    import logging
    import sys

    class CurrentStderr(logging.StreamHandler):
        """Writes to what sys.stderr is at the time: a function may have replaced or closed it."""

        def emit(self, record):
            self.stream = sys.stderr
            super().emit(record)

    handler = CurrentStderr()
    handler.setFormatter(logging.Formatter("%(levelname)s %(message)s"))
    logger = logging.getLogger(f"hearth.{Context.function}")
    logger.setLevel(logging.INFO)
    logger.propagate = False
    logger.addHandler(handler)
    Context._logger = logger
    return logger
