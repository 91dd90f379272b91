"""A fake invoker and bridge: starts a runtime, speaks the contract's frames with it and records what came."""

import mmap
import os
import select
import shutil
import socket
import struct
import subprocess
import tempfile
import time

from compiling import compile_object

HELLO, WELCOME, REFUSE, INIT, INIT_RESULT, RUN, RESULT, DATA, END, CREDIT, LOG = range(1, 12)
WINDOW = 262144
PART = 65536 - 9
WAIT_SECONDS = 20
PAGE_BYTES = 4096
NUMBER, QUIET = 0, 1
COMMANDS = {
    "python3": ["python3", "-s", "-B", "/opt/hearth/runtime.py"],
    "nodejs": ["/opt/hearth/start"],
    "java": ["/opt/hearth/start"],
    "native": ["/opt/hearth/runtime"],
}


class Gone(Exception):
    """The runtime closed the connection."""


def string(text):
    data = text.encode()
    return struct.pack(">H", len(data)) + data


class Fields:
    """Reads a payload field by field."""

    def __init__(self, data):
        self.data = data

    def take(self, layout):
        values = struct.unpack_from(">" + layout, self.data)
        self.data = self.data[struct.calcsize(">" + layout) :]
        return values[0] if len(values) == 1 else values

    def string(self):
        size = self.take("H")
        text, self.data = self.data[:size].decode(), self.data[size:]
        return text


class Invoker:
    """One runtime process, its connection and the other end of its control socket."""

    def __init__(
        self,
        command,
        grace=5,
        control=True,
        control_type=socket.SOCK_SEQPACKET,
        window=WINDOW,
        page=False,
        page_bytes=PAGE_BYTES,
    ):
        self.directory = tempfile.mkdtemp()
        self.code = os.path.join(self.directory, "code")
        os.mkdir(self.code)
        self.window = window
        self.calls = 0
        path = os.path.join(self.directory, "s")
        self.server = socket.socket(socket.AF_UNIX)
        self.server.bind(path)
        self.server.listen()
        self.server.settimeout(WAIT_SECONDS)
        environment = {**os.environ, "HEARTH_SOCKET": path, "HEARTH_ADOPT_GRACE": str(grace), "TMPDIR": "/tmp"}
        theirs = None
        self.control = None
        if control:
            self.control, theirs = socket.socketpair(socket.AF_UNIX, control_type)
            self.control.settimeout(WAIT_SECONDS)
            environment["HEARTH_CONTROL_FD"] = str(theirs.fileno())
        self.output = open(os.path.join(self.directory, "stdout"), "w+b")
        self.pipe, write_end = os.pipe()
        self.page = None
        calls = ()
        errors = self.errors = open(os.path.join(self.directory, "stderr"), "w+b")
        self.error_pipe = None
        if page:
            calls = (self._make_page(page_bytes),)
            environment["HEARTH_CALLS_FD"] = str(calls[0])
            self.error_pipe, errors = os.pipe()
        self.process = subprocess.Popen(
            command,
            env=environment,
            pass_fds=((theirs.fileno(),) if theirs else ()) + calls,
            stdin=subprocess.DEVNULL,
            stdout=write_end,
            stderr=errors,
        )
        for fd in (write_end, *calls, *((errors,) if page else ())):
            os.close(fd)
        if theirs:
            theirs.close()
        self.connection = None
        self.buffer = b""

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.kill()
        self.process.wait()
        for each in (self.connection, self.server, self.control, self.output, self.errors):
            if each:
                each.close()
        for fd in (self.pipe, self.error_pipe):
            if fd is not None:
                os.close(fd)
        shutil.rmtree(self.directory, ignore_errors=True)

    # connection

    def accept(self):
        """The hello's fields, after accepting the connection."""
        if self.connection:
            self.connection.close()
        self.connection, _ = self.server.accept()
        self.connection.settimeout(WAIT_SECONDS)
        self.buffer = b""
        kind, number, payload = self.receive()
        assert (kind, number) == (HELLO, 0), (kind, number)
        fields = Fields(payload)
        hello = dict(zip(("major", "minor", "role"), fields.take("BBB")))
        hello["runtime"], hello["revision"] = fields.string(), fields.string()
        hello["completed"] = fields.take("Q")
        hello["in_flight"] = [fields.take("Q") for _ in range(fields.take("H"))]
        return hello

    def welcome(self):
        self.send(WELCOME, 0, struct.pack(">BI", 0, self.window))

    def send(self, kind, number, payload=b"", byte_by_byte=False):
        data = struct.pack(">IBQ", 9 + len(payload), kind, number) + payload
        if not byte_by_byte:
            self.connection.sendall(data)
            return
        for i in range(len(data)):
            self.connection.sendall(data[i : i + 1])
            time.sleep(0.0005)

    def receive(self):
        while True:
            if len(self.buffer) >= 4:
                size = 4 + int.from_bytes(self.buffer[:4], "big")
                assert 13 <= size <= 4 + 65536, f"a frame of length {size - 4}"
                if len(self.buffer) >= size:
                    frame, self.buffer = self.buffer[:size], self.buffer[size:]
                    return frame[4], int.from_bytes(frame[5:13], "big"), frame[13:]
            data = self.connection.recv(1 << 18)
            if not data:
                raise Gone
            self.buffer += data

    def silent(self, seconds=0.2):
        """Whether nothing arrives for a while."""
        if self.buffer:
            return False
        self.connection.settimeout(seconds)
        try:
            data = self.connection.recv(1, socket.MSG_PEEK)
            return data is None
        except TimeoutError:
            return True
        finally:
            self.connection.settimeout(WAIT_SECONDS)

    # control socket

    def record(self):
        data = self.control.recv(9)
        while 0 < len(data) < 9:
            data += self.control.recv(9 - len(data))
        return (data[:1].decode(), int.from_bytes(data[1:], "big")) if data else None

    def no_record(self, seconds=0.2):
        self.control.settimeout(seconds)
        try:
            return self.control.recv(9) is None
        except TimeoutError:
            return True
        finally:
            self.control.settimeout(WAIT_SECONDS)

    def clean(self, number):
        self.control.sendall(b"C" + number.to_bytes(8, "big"))

    def end_of_call(self):
        """Waits for `E` of the last call and answers it as a bridge does."""
        self.calls += 1
        if self.control:
            record = self.record()
            assert record == ("E", self.calls), record
            self.clean(self.calls)

    # the page of calls

    def _make_page(self, size):
        fd = os.memfd_create("calls")
        os.ftruncate(fd, size)
        if size:
            self.page = memoryview(mmap.mmap(fd, size)).cast("Q")
        return fd

    def forbid_quiet(self):
        self.page[QUIET] = 0

    def ending(self):
        """"quiet", or "told" after `E`, which is answered as a bridge does that drained the pipes."""
        self.calls += 1
        deadline = time.monotonic() + WAIT_SECONDS
        while not select.select([self.control], [], [], 0.001)[0]:
            if self.page[NUMBER] == self.calls + 1:
                return "quiet"
            assert time.monotonic() < deadline, "neither a record nor a new number"
        record = self.record()
        assert record == ("E", self.calls), record
        self.output_now()
        self.page[NUMBER], self.page[QUIET] = self.calls + 1, 1
        self.clean(self.calls)
        return "told"

    # the function

    def write_code(self, files):
        for name, text in files.items():
            path = os.path.join(self.code, name)
            os.makedirs(os.path.dirname(path), exist_ok=True)
            if name.endswith(".c"):
                compile_object(text, path.removesuffix(".c") + ".so")
                continue
            with open(path, "wb" if isinstance(text, bytes) else "w") as f:
                f.write(text)

    def init(self, files, handler="", entry=None, environment=None, code=None, concurrency=None, value=""):
        """(status, type, message, stack); a single file is an entry unless said otherwise. Without `concurrency` the frame
        is one of minor version 0; `value` is JSON."""
        self.write_code(files)
        if entry is None:
            entry = next(iter(files)).replace(".c", ".so") if len(files) == 1 else ""
        environment = environment or {}
        payload = b"\0" + string("greet") + string("rev-7") + string("team") + string("v7") + struct.pack(">I", 128)
        payload += string(self.code if code is None else code) + string(handler) + string(entry)
        payload += struct.pack(">H", len(environment))
        payload += b"".join(string(k) + string(v) for k, v in environment.items())
        if concurrency is not None or value:
            payload += struct.pack(">HI", concurrency or 0, len(value.encode())) + value.encode()
        self.send(INIT, 0, payload)
        kind, _, payload = self.receive()
        assert kind == INIT_RESULT, kind
        fields = Fields(payload)
        result = (fields.take("B"), fields.string(), fields.string(), fields.string())
        if self.control:
            record = self.record()
            assert record[0] == "I" and max(record[1], 1) == (concurrency or 1), record
            if self.page:
                self.page[NUMBER], self.page[QUIET] = 1, 1
            self.clean(0)
        return result

    def run_head(self, number, content_type, more, part, deadline_ms=None, headers=b""):
        deadline_ms = deadline_ms or int(time.time() * 1000) + 60_000
        head = struct.pack(">q", deadline_ms) + string(f"id-{number}") + string(content_type)
        return head + struct.pack(">I", len(headers)) + headers + bytes((more,)) + part

    def start(self, body=b"", content_type="application/json", number=None, byte_by_byte=False, headers=b""):
        """Sends the event, in data frames within the window where it is large."""
        number = number or self.calls + 1
        room = 60_000 - len(headers)
        if len(body) <= room:
            self.send(RUN, number, self.run_head(number, content_type, 0, body, headers=headers), byte_by_byte)
            return number
        self.send(RUN, number, self.run_head(number, content_type, 1, body[:room], headers=headers))
        rest, allowed = memoryview(body)[room:], self.window - room
        while rest:
            while not allowed:
                kind, of, payload = self.receive()
                assert (kind, of) == (CREDIT, number), (kind, of)
                allowed += int.from_bytes(payload, "big")
            size = min(PART, allowed, len(rest))
            self.send(DATA, number, bytes(rest[:size]))
            rest, allowed = rest[size:], allowed - size
        self.send(END, number, b"\0")
        return number

    def result(self, number):
        """A dict of the result's fields; asserts that a large body never exceeds the window without credit."""
        kind = CREDIT
        while kind == CREDIT:
            kind, of, payload = self.receive()
            assert of == number, (kind, of)
        assert kind == RESULT, kind
        fields = Fields(payload)
        status = fields.take("B")
        if status:
            detail = fields.take("B")
            names = ("type", "message", "stack")
            return {"body": None, "status": status, "detail": detail, **{name: fields.string() for name in names}}
        result = {"status": 0, "content_type": fields.string()}
        result["total"], more = fields.take("qB")
        result["body"] = self._body(number, fields.data, result["total"]) if more else fields.data
        if not more:
            assert result["total"] in (-1, len(result["body"]))
        return result

    def _body(self, number, first, total):
        parts, outstanding, received = [first], len(first), len(first)
        while True:
            assert outstanding <= self.window, f"{outstanding} bytes under way"
            # Only once the window is full, so that a runtime that does not wait for credit is found out.
            if outstanding == self.window and received < total:
                assert self.silent(0.02), "sent more than the window"
                self.send(CREDIT, number, struct.pack(">I", outstanding))
                outstanding = 0
            kind, of, payload = self.receive()
            assert of == number, (kind, of)
            if kind == END:
                return b"".join(parts) if payload == b"\0" else None
            assert kind == DATA, kind
            parts.append(payload)
            outstanding += len(payload)
            received += len(payload)

    def call(self, body=b"", content_type="application/json", **options):
        number = self.start(body, content_type, **options)
        result = self.result(number)
        self.end_of_call()
        return result

    # the process

    def stdout_now(self):
        """What is in the pipe at this moment."""
        return self._in_pipe(self.pipe).decode()

    def output_now(self):
        """What is in both pipes at this moment."""
        return self._in_pipe(self.pipe) + self._in_pipe(self.error_pipe)

    @staticmethod
    def _in_pipe(fd):
        os.set_blocking(fd, False)
        data = b""
        try:
            while part := os.read(fd, 1 << 16):
                data += part
        except BlockingIOError:
            pass
        return data

    def stderr_now(self):
        self.errors.seek(0)
        return self.errors.read().decode()

    def exit_code(self):
        return self.process.wait(WAIT_SECONDS)


def ready(command, files, handler="", **options):
    """A runtime with its function loaded."""
    init_options = {k: options.pop(k) for k in ("entry", "environment", "concurrency", "value") if k in options}
    invoker = Invoker(command, **options)
    try:
        invoker.accept()
        invoker.welcome()
        result = invoker.init(files, handler, **init_options)
        assert result == (0, "", "", ""), result
        return invoker
    except BaseException:
        print(invoker.stderr_now())
        invoker.__exit__()
        raise
