"""What a function may import from Hearth: the type of the context its handler is given."""

import time

__all__ = ["Context"]


class Context:
    """One call as its function sees it; what is the same for every call stands on the class."""

    __slots__ = ("invocation_id", "content_type", "_deadline_ms")

    function = ""
    revision = ""
    namespace = ""
    memory_mib = 0
    _logger = None

    def __init__(self, invocation_id, content_type, deadline_ms):
        self.invocation_id = invocation_id
        self.content_type = content_type
        self._deadline_ms = deadline_ms

    @property
    def deadline(self):
        """When the call is cut off, in seconds since the Unix epoch."""
        return self._deadline_ms / 1000

    def remaining_ms(self):
        """Milliseconds until the deadline, never below 0."""
        return max(0, self._deadline_ms - time.time_ns() // 1_000_000)

    @property
    def logger(self):
        """A `logging.Logger` whose lines, INFO and above, go to the call's log."""
        return Context._logger or _make_logger()

    def __repr__(self):
        return f"<Context of {self.function} {self.invocation_id}>"


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
