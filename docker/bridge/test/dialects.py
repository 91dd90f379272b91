"""What the tests of the dialects share: a session with the bridge as runtime, its calls and their results."""

import os
import struct
import sys
import time
from dataclasses import dataclass

from harness import CHECKED, PYTHON, BridgeTest
from invoker import CREDIT, DATA, END, INIT, INIT_RESULT, RESULT, RUN, pack_str, unpack_str

WINDOW = 262144
FIRST_BYTES = 60000
PART_BYTES = 65000


@dataclass
class Result:
    status: int
    http: int
    content_type: str
    headers: list
    body: bytes
    complete: bool = True
    total: int = -1
    type: str = ""
    message: str = ""
    stack: str = ""

    def header(self, name):
        return [value for known, value in self.headers if known == name]


def unpack_failure(payload):
    texts = []
    for _ in range(3):
        text, payload = unpack_str(payload)
        texts.append(text)
    assert payload == b"", payload
    return texts


def unpack_result(payload):
    """The result so far, and whether more follows."""
    status = payload[0]
    if status not in (0, 4):
        kind, message, stack = unpack_failure(payload[2:])
        return Result(status, 0, "", [], b"", type=kind, message=message, stack=stack), False
    rest, http, headers = payload[1:], 0, b""
    if status == 4:
        (http,) = struct.unpack_from(">H", rest)
        rest = rest[2:]
    content_type, rest = unpack_str(rest)
    if status == 4:
        (length,) = struct.unpack_from(">I", rest)
        headers, rest = rest[4 : 4 + length], rest[4 + length :]
    total, more = struct.unpack_from(">qB", rest)
    lines = [tuple(line.split(": ", 1)) for line in headers.decode(errors="surrogateescape").split("\n")[:-1]]
    return Result(status, http, content_type, lines, rest[9:], total=total), more == 1


class Session:
    """The second connection of a bridge, as the invoker sees it."""

    def __init__(self, connection):
        self.connection = connection
        self.call = 0
        self.credit = 0

    def welcome(self):
        self.connection.welcome()

    def init(self, variables=(), handler="", code_directory="", entry="", function="fn", concurrency=None):
        payload = b"\0" + b"".join(map(pack_str, (function, "rev-1", "default", "3")))
        payload += struct.pack(">I", 128) + b"".join(map(pack_str, (code_directory, handler, entry)))
        payload += struct.pack(">H", len(variables)) + b"".join(pack_str(text) for pair in variables for text in pair)
        if concurrency is not None:
            payload += struct.pack(">HI", concurrency, 0)
        self.connection.send(INIT, 0, payload)

    def init_result(self, seconds=15):
        frame = self.connection.receive(seconds)
        assert frame is not None and frame.type == INIT_RESULT, frame
        return frame.payload[0], *unpack_failure(frame.payload[1:])

    def run(self, body=b"", content_type="", headers=(), more=False, number=None, deadline_ms=None):
        """Sends no more than the frame."""
        self.call = self.call + 1 if number is None else number
        blob = "".join(f"{name}: {value}\n" for name, value in headers).encode()
        deadline = int((time.time() + 60) * 1000) if deadline_ms is None else deadline_ms
        payload = struct.pack(">q", deadline) + pack_str(f"inv-{self.call}") + pack_str(content_type)
        payload += struct.pack(">I", len(blob)) + blob + struct.pack(">B", more) + body
        self.credit = WINDOW - len(body)
        self.connection.send(RUN, self.call, payload)

    def data(self, body):
        self.connection.send(DATA, self.call, body)

    def end(self, status=0):
        self.connection.send(END, self.call, bytes([status]))

    def receive(self, seconds=15):
        """The next frame but credit, which is counted."""
        deadline = time.monotonic() + seconds
        while True:
            frame = self.connection.receive(max(0.0, deadline - time.monotonic()))
            assert frame is not None, "EOF"
            if frame.type != CREDIT:
                return frame
            if frame.id == self.call:
                self.credit += struct.unpack(">I", frame.payload)[0]

    def wait_for_credit(self, wanted):
        while self.credit < wanted:
            frame = self.connection.receive()
            assert frame is not None and frame.type == CREDIT, frame
            self.credit += struct.unpack(">I", frame.payload)[0]

    def send_body(self, body):
        """In parts, as credit allows; nothing else may come meanwhile."""
        for at in range(0, len(body), PART_BYTES):
            part = body[at : at + PART_BYTES]
            self.wait_for_credit(len(part))
            self.credit -= len(part)
            self.data(part)
        self.end()

    def result(self, seconds=15, grant=True):
        frame = self.receive(seconds)
        assert (frame.type, frame.id) == (RESULT, self.call), frame
        result, more = unpack_result(frame.payload)
        parts = [result.body]
        while more:
            if grant and parts[-1]:
                self.connection.send(CREDIT, self.call, struct.pack(">I", len(parts[-1])))
            frame = self.receive(seconds)
            assert frame.id == self.call and frame.type in (DATA, END), frame
            parts.append(frame.payload if frame.type == DATA else b"")
            if frame.type == END:
                result.complete = frame.payload == b"\0"
                more = False
        result.body = b"".join(parts)
        return result

    def exchange(self, body=b"", content_type="", headers=(), number=None):
        if len(body) <= FIRST_BYTES:
            self.run(body, content_type, headers, number=number)
        else:
            self.run(body[:FIRST_BYTES], content_type, headers, more=True, number=number)
            self.send_body(body[FIRST_BYTES:])
        return self.result()


class DialectTest(BridgeTest):
    contract = "http"

    def begin(self, code=None, command=None, binary=CHECKED, env=None, **init):
        """To the point where init is under way. Leaves the bridge's own connection in self.bridge."""
        command = command or [PYTHON, "-I", "-S", "-u", "-c", code]
        self.start(command=command, binary=binary, env=env, contract=self.contract)
        self.bridge = self.invoker.accept()
        self.bridge.welcome()
        session = Session(self.invoker.accept())
        session.welcome()
        session.init(**init)
        return session

    def ready(self, code=None, **options):
        session = self.begin(code, **options)
        self.assertEqual(session.init_result(), (0, "", "", ""))
        return session

    def wait_for_text(self, text, **where):
        self.bridge.wait_for_text(text, **where)
