"""The control socket to the bridge: tells of calls that left something behind, waits until it is cleaned up."""

import os
from struct import Struct

EXIT_BRIDGE_GONE = 72

_RECORD = Struct(">cQ")


class Control:
    """Without a bridge (`fd` is None: tests) nothing is said and nothing is waited for."""

    def __init__(self, fd, calls_fd=None):
        self._fd = fd
        self._calls_fd = calls_fd
        self._calls = None
        self._awaited = None
        if fd is not None:
            os.set_inheritable(fd, False)

    def share_page(self):
        """Apart from the start, as it takes an import. Without the page each end of a call is told."""
        if self._calls_fd is not None:
            try:
                from hearth_runtime.calls import Calls

                self._calls = Calls(self._calls_fd)
            except (ImportError, OSError, ValueError):
                pass

    def init_done(self):
        if self._calls is not None:
            self._calls.init_over()
        self._tell(b"I", 0)

    def call_over(self, number):
        if self._calls is None or not self._calls.end_quietly(number):
            self._tell(b"E", number)

    def await_clean(self):
        """Returns once the bridge has answered what it was told last."""
        awaited = self._awaited
        if awaited is None:
            return
        expected = _RECORD.pack(b"C", awaited)
        while (answer := self._read()) != expected:
            if not answer:
                os._exit(EXIT_BRIDGE_GONE)
        self._awaited = None

    def close(self):
        if self._fd is not None:
            os.close(self._fd)
            self._fd = None
        if self._calls is not None:
            self._calls.close()
            self._calls = None

    def _tell(self, letter, number):
        if self._fd is not None:
            try:
                os.write(self._fd, _RECORD.pack(letter, number))
            except OSError:
                os._exit(EXIT_BRIDGE_GONE)
            self._awaited = number

    def _read(self):
        """One record, or b"" when the bridge is gone; also right on a stream, where a record may come in pieces."""
        record = os.read(self._fd, _RECORD.size)
        while record and len(record) < _RECORD.size:
            more = os.read(self._fd, _RECORD.size - len(record))
            if not more:
                return b""
            record += more
        return record
