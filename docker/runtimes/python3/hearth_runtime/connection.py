"""The runtime's connection to the invoker: dialling, whole frames in, bytes out, dialling again after EOF."""

# _socket and not socket: the latter's imports are a quarter of the start-up time.
import _socket
import os
import sys
import time

from hearth_runtime import frames

DEFAULT_SOCKET = "/hearth/run/s"
DEFAULT_GRACE_SECONDS = 30
DIAL_PAUSE_SECONDS = 0.1
READ_BYTES = 65536
# Of any length: with a timeout Python polls before it reads. Who waits in a blocking read of a Unix socket is woken as well when
# the peer takes what was written, for nothing, once a call.
PATIENCE_SECONDS = 86400.0

EXIT_REFUSED = 70
EXIT_ALONE = 71
EXIT_PROTOCOL = 76


class Disconnected(Exception):
    """The connection broke; what was being read or written is lost."""


class Connection:
    """One stream of frames; `greet` gives the hello of the moment, as it differs from dial to dial."""

    def __init__(self, path, grace_seconds, greet):
        self._path = path
        self._grace_seconds = grace_seconds
        self._greet = greet
        self._socket = None
        self._buffer = b""
        self._start = 0
        self.window = 0

    def dial(self):
        """Connects, tries again for the grace period, and says hello; `await_welcome` must follow."""
        self.close()
        give_up = time.monotonic() + self._grace_seconds
        while True:
            fresh = _socket.socket(_socket.AF_UNIX, _socket.SOCK_STREAM)
            try:
                fresh.connect(self._path)
                fresh.sendall(self._greet())
                break
            except OSError as e:
                fresh.close()
                if time.monotonic() >= give_up:
                    leave(EXIT_ALONE, f"no invoker on {self._path} for {self._grace_seconds} s: {e}")
            time.sleep(DIAL_PAUSE_SECONDS)
        fresh.settimeout(PATIENCE_SECONDS)
        self._socket = fresh
        self._buffer = b""
        self._start = 0

    def await_welcome(self):
        data = self.read()
        kind, _ = frames.header(data)
        if kind == frames.REFUSE:
            leave(EXIT_REFUSED, frames.read_string(data, frames.HEADER_BYTES)[0])
        if kind != frames.WELCOME:
            raise frames.ProtocolError(f"expected welcome, got frame type {kind}")
        self.window = frames.read_u32(data, frames.HEADER_BYTES + 1)

    def read(self):
        """One whole frame, its length field included."""
        while True:
            buffer = self._buffer
            start = self._start
            have = len(buffer) - start
            if have >= frames.HEADER_BYTES:
                size = 4 + int.from_bytes(buffer[start : start + 4], "big")
                if not frames.HEADER_BYTES <= size <= 4 + frames.MAX_LENGTH:
                    raise frames.ProtocolError(f"a frame of length {size - 4}")
                if have == size:
                    self._buffer = b""
                    self._start = 0
                    return buffer[start:] if start else buffer
                if have > size:
                    self._start = start + size
                    return buffer[start : start + size]
            elif have >= 4 and int.from_bytes(buffer[start : start + 4], "big") < frames.MIN_LENGTH:
                raise frames.ProtocolError("a frame shorter than its header")
            try:
                more = self._socket.recv(READ_BYTES)
            except TimeoutError:
                continue
            except OSError as e:
                raise Disconnected from e
            if not more:
                raise Disconnected
            self._buffer = buffer[start:] + more if have else more
            self._start = 0

    def write(self, data):
        try:
            self._socket.sendall(data)
        except OSError as e:
            raise Disconnected from e

    def quiet(self, seconds):
        """Whether nothing has arrived that waits to be read, and nothing does for that long."""
        if self._start < len(self._buffer):
            return False
        self._socket.settimeout(seconds)
        try:
            self._socket.recv(1, _socket.MSG_PEEK)
            return False
        except (TimeoutError, BlockingIOError):
            return True
        except OSError:
            return False
        finally:
            self._socket.settimeout(PATIENCE_SECONDS)

    def close(self):
        if self._socket is not None:
            self._socket.close()
            self._socket = None


def leave(code, sentence):
    """Ends the process at once: threads and exit handlers of the function have no say in it."""
    print(f"hearth python3 runtime: {sentence}", file=sys.__stderr__, flush=True)
    os._exit(code)
