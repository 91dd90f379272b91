"""A stand-in for the invoker: listens on a socket, speaks frames with one bridge at a time."""

import os
import select
import socket
import struct
import time
from dataclasses import dataclass

HELLO, WELCOME, REFUSE = 1, 2, 3
INIT, INIT_RESULT, RUN, RESULT, DATA, END, CREDIT = 4, 5, 6, 7, 8, 9, 10
LOG, RETIRE, KILL, EXIT, STAT, STATUS = 11, 12, 13, 14, 15, 16
WAIT_SECONDS = 15


@dataclass
class Frame:
    type: int
    id: int
    payload: bytes


@dataclass
class Figures:
    oom_kills: int
    peak_bytes: int
    current_bytes: int
    scratch_used: int
    scratch_free: int
    processes: int


@dataclass
class Exit:
    call: int
    how: int
    value: int
    figures: Figures


@dataclass
class Log:
    call: int
    stream: int
    micros: int
    data: bytes


def pack(frame_type, frame_id=0, payload=b""):
    return struct.pack(">IBQ", 9 + len(payload), frame_type, frame_id) + payload


def pack_str(text):
    data = text.encode()
    return struct.pack(">H", len(data)) + data


@dataclass
class Hello:
    major: int
    minor: int
    role: int
    runtime: str
    revision: str
    completed: int
    in_flight: list


def unpack_str(data):
    (length,) = struct.unpack_from(">H", data)
    return data[2 : 2 + length].decode(errors="surrogateescape"), data[2 + length :]


def unpack_hello(payload):
    runtime, rest = unpack_str(payload[3:])
    revision, rest = unpack_str(rest)
    completed, count = struct.unpack_from(">QH", rest)
    assert len(rest) == 10 + 8 * count, f"hello ends with {rest!r}"
    return Hello(*payload[:3], runtime, revision, completed, list(struct.unpack_from(f">{count}Q", rest, 10)))


def unpack_figures(payload):
    return Figures(*struct.unpack(">IQQQQI", payload))


def unpack_exit(frame):
    how, value = struct.unpack_from(">Bi", frame.payload)
    return Exit(frame.id, how, value, unpack_figures(frame.payload[5:]))


def unpack_log(frame):
    stream, micros = struct.unpack_from(">Bq", frame.payload)
    return Log(frame.id, stream, micros, frame.payload[9:])


class Connection:
    """One connection of a bridge. Keeps every log frame it saw."""

    def __init__(self, sock):
        self.socket = sock
        self.buffer = b""
        self.logs = []
        self.hello = None
        self.completed = None

    def send(self, frame_type, frame_id=0, payload=b""):
        self.socket.sendall(pack(frame_type, frame_id, payload))

    def send_bytes(self, data):
        self.socket.sendall(data)

    def welcome(self):
        self.send(WELCOME, 0, struct.pack(">BI", 0, 262144))

    def close(self):
        self.socket.close()

    def _take(self):
        if len(self.buffer) < 4:
            return None
        (length,) = struct.unpack_from(">I", self.buffer)
        assert 9 <= length <= 65536, f"the bridge sent a frame of length {length}"
        if len(self.buffer) < 4 + length:
            return None
        frame_type, frame_id = struct.unpack_from(">BQ", self.buffer, 4)
        frame = Frame(frame_type, frame_id, self.buffer[13 : 4 + length])
        self.buffer = self.buffer[4 + length :]
        return frame

    def receive(self, seconds=WAIT_SECONDS):
        """The next frame, None at EOF."""
        deadline = time.monotonic() + seconds
        while True:
            frame = self._take()
            if frame is not None:
                if frame.type == LOG:
                    self.logs.append(unpack_log(frame))
                return frame
            left = deadline - time.monotonic()
            if left <= 0 or not select.select([self.socket], [], [], left)[0]:
                raise TimeoutError(f"no frame from the bridge; log so far {self.text()!r}")
            try:
                data = self.socket.recv(1 << 18)
            except ConnectionResetError:
                data = b""
            if not data:
                return None
            self.buffer += data

    def receive_until(self, frame_type, seconds=WAIT_SECONDS):
        """The next frame of the type; log frames before it are kept, anything else is a failure."""
        deadline = time.monotonic() + seconds
        while True:
            frame = self.receive(max(0.0, deadline - time.monotonic()))
            assert frame is not None, f"EOF instead of a frame of type {frame_type}"
            if frame.type == frame_type:
                return frame
            assert frame.type == LOG, f"a frame of type {frame.type} instead of {frame_type}"

    def receive_exit(self, seconds=WAIT_SECONDS):
        return unpack_exit(self.receive_until(EXIT, seconds))

    def status(self, nonce=1):
        self.send(STAT, nonce)
        frame = self.receive_until(STATUS)
        assert frame.id == nonce
        return unpack_figures(frame.payload)

    def wait_for_text(self, text, call=None, stream=None, seconds=WAIT_SECONDS):
        deadline = time.monotonic() + seconds
        while text not in self.text(call, stream):
            frame = self.receive(max(0.0, deadline - time.monotonic()))
            assert frame is not None, f"EOF before {text!r}; so far {self.text()!r}"
            assert frame.type == LOG, f"a frame of type {frame.type} before {text!r}; so far {self.text()!r}"

    def text(self, call=None, stream=None):
        return b"".join(
            log.data
            for log in self.logs
            if (call is None or log.call == call) and (stream is None or log.stream == stream)
        )


class Invoker:
    """Listens where the bridge dials."""

    def __init__(self, directory):
        self.path = os.path.join(directory, "s")
        self.listener = None
        self.open_connections = []

    def listen(self):
        self.listener = socket.socket(socket.AF_UNIX)
        self.listener.bind(self.path)
        os.chmod(self.path, 0o666)
        self.listener.listen(8)

    def accept(self, seconds=WAIT_SECONDS, receive_buffer=None):
        """A connection whose hello was read and checked."""
        if receive_buffer:
            self.listener.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)
        self.listener.settimeout(seconds)
        connection = Connection(self.listener.accept()[0])
        self.open_connections.append(connection)
        hello = connection.receive()
        assert hello is not None and hello.type == HELLO, "the first frame is not hello"
        connection.hello = unpack_hello(hello.payload)
        connection.completed = connection.hello.completed
        assert connection.hello.major == 2, f"hello says {connection.hello}"
        return connection

    def vanish(self):
        """As when the invoker is killed: no listener, no connections."""
        for connection in self.open_connections:
            connection.close()
        self.open_connections = []
        if self.listener is not None:
            self.listener.close()
            self.listener = None
            os.unlink(self.path)
