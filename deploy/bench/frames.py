"""The container protocol of docs/contracts.md as far as one call needs it, from the invoker's side."""

import struct
import time

HELLO, WELCOME, INIT, INIT_RESULT, RUN, RESULT, LOG = 1, 2, 4, 5, 6, 7, 11
BRIDGE, RUNTIME = 0, 1
WINDOW = 262144
CALL_SECONDS = 30


def _str(text):
    data = text.encode()
    return struct.pack(">H", len(data)) + data


class Connection:
    """One connection of a bridge or a runtime."""

    def __init__(self, sock):
        self._socket = sock
        self._socket.settimeout(CALL_SECONDS)
        self._buffer = b""

    def close(self):
        self._socket.close()

    def _send(self, frame_type, frame_id, payload):
        self._socket.sendall(struct.pack(">IBQ", 9 + len(payload), frame_type, frame_id) + payload)

    def _take(self, count):
        while len(self._buffer) < count:
            data = self._socket.recv(65536)
            if not data:
                raise RuntimeError("the container closed its connection")
            self._buffer += data
        taken, self._buffer = self._buffer[:count], self._buffer[count:]
        return taken

    def _receive(self, wanted):
        """Payload of the next frame that is not a line of a log."""
        while True:
            (length,) = struct.unpack(">I", self._take(4))
            frame = self._take(length)
            if frame[0] == wanted:
                return frame[9:]
            if frame[0] != LOG:
                raise RuntimeError(f"a frame of type {frame[0]} instead of {wanted}: {frame[9:200]!r}")

    def greet(self):
        """Reads `hello`, sends `welcome`; the role of who dialled."""
        role = self._receive(HELLO)[2]
        self._send(WELCOME, 0, struct.pack(">BI", 0, WINDOW))
        return role

    def init(self, code_folder, code, memory_mib):
        names = _str("floor") + _str("r1") + _str("default") + _str("1")
        place = _str(code_folder) + _str(code.handler) + _str(code.entry)
        self._send(INIT, 0, b"\0" + names + struct.pack(">I", memory_mib) + place + struct.pack(">H", 0))
        answer = self._receive(INIT_RESULT)
        if answer[0] != 0:
            raise RuntimeError(f"init failed: {answer!r}")

    def run(self, event):
        deadline = int((time.time() + CALL_SECONDS) * 1000)
        head = struct.pack(">q", deadline) + _str("floor-call") + _str("application/octet-stream") + struct.pack(">I", 0) + b"\0"
        self._send(RUN, 1, head + event)
        answer = self._receive(RESULT)
        if answer[0] != 0:
            raise RuntimeError(f"the call failed: {answer!r}")
        (type_length,) = struct.unpack_from(">H", answer, 1)
        return answer[3 + type_length + 9 :]
