"""The frames of docs/contracts.md as bytes: what the runtime reads and what it writes."""

from struct import Struct

MAJOR = 2
MINOR = 1
ROLE_RUNTIME = 1

HELLO = 1
WELCOME = 2
REFUSE = 3
INIT = 4
INIT_RESULT = 5
RUN = 6
RESULT = 7
DATA = 8
END = 9
CREDIT = 10

MIN_LENGTH = 9
MAX_LENGTH = 65536
HEADER_BYTES = 4 + MIN_LENGTH
DATA_BYTES = MAX_LENGTH - MIN_LENGTH
# What a result's first frame can carry beside its longest content type and its figures.
INLINE_BYTES = DATA_BYTES - 256

TYPE_BYTES = 256
MESSAGE_BYTES = 8 * 1024
STACK_BYTES = 32 * 1024

OK = 0
COMPLETE = 0
BROKEN_OFF = 1

_HEADER = Struct(">IBQ")
_U16 = Struct(">H")
_U32 = Struct(">I")
_U64 = Struct(">Q")
_RUN_HEAD = Struct(">qH")


class ProtocolError(Exception):
    """The other side broke the contract; the connection cannot go on."""


def frame(kind, number, payload=b""):
    return _HEADER.pack(MIN_LENGTH + len(payload), kind, number) + payload


def hello(runtime, revision, in_flight, completed):
    ids = b"".join(map(_U64.pack, in_flight))
    return frame(
        HELLO,
        0,
        bytes((MAJOR, MINOR, ROLE_RUNTIME))
        + _string(runtime.encode())
        + _string(revision.encode())
        + _U64.pack(completed)
        + _U16.pack(len(in_flight))
        + ids,
    )


def credit(number, taken):
    return frame(CREDIT, number, _U32.pack(taken))


def end(number, status):
    return frame(END, number, bytes((status,)))


def init_result(failure=None):
    """`failure` is (type, message, stack)."""
    return frame(INIT_RESULT, 0, bytes((0 if failure is None else 1,)) + _failure(failure or ("", "", "")))


def failed_result(number, status, detail, failure):
    return frame(RESULT, number, bytes((status, detail)) + _failure(failure))


def result_packer(content_type):
    """A function (number, total, more, first part) -> frame of an ok result of this content type."""
    name = content_type.encode()
    pack = Struct(f">IBQBH{len(name)}sqB").pack
    extra = MIN_LENGTH + 1 + 2 + len(name) + 8 + 1

    def result(number, total, more, part):
        return pack(extra + len(part), RESULT, number, OK, len(name), name, total, more) + part

    return result


def header(data):
    """(kind, number) of a whole frame."""
    _, kind, number = _HEADER.unpack_from(data)
    return kind, number


def read_u32(data, offset=HEADER_BYTES):
    return _U32.unpack_from(data, offset)[0]


def read_string(data, offset):
    """(text, offset behind it)"""
    start = offset + 2
    stop = start + _U16.unpack_from(data, offset)[0]
    return data[start:stop].decode(), stop


def read_run(data):
    """(deadline in ms, invocation id, content type as bytes, headers as bytes, more, offset of the body)"""
    deadline_ms, size = _RUN_HEAD.unpack_from(data, HEADER_BYTES)
    stop = HEADER_BYTES + 10 + size
    invocation_id = data[HEADER_BYTES + 10 : stop].decode()
    start = stop + 2
    stop = start + _U16.unpack_from(data, stop)[0]
    content_type = data[start:stop]
    start = stop + 4
    stop = start + _U32.unpack_from(data, stop)[0]
    return deadline_ms, invocation_id, content_type, data[start:stop], data[stop], stop + 1


def read_init(data):
    """The fields of `init` as a dict of their names in the contract."""
    fields = {"init": ""}
    offset = HEADER_BYTES + 1
    for name in ("function", "revision", "namespace", "version"):
        fields[name], offset = read_string(data, offset)
    fields["memory_mib"] = read_u32(data, offset)
    offset += 4
    for name in ("code", "handler", "entry"):
        fields[name], offset = read_string(data, offset)
    count = _U16.unpack_from(data, offset)[0]
    offset += 2
    environment = fields["environment"] = {}
    for _ in range(count):
        name, offset = read_string(data, offset)
        environment[name], offset = read_string(data, offset)
    # An invoker of minor version 0 stops here. This runtime runs one call at a time: of concurrency there is nothing to read.
    if offset < len(data):
        offset += 2
        fields["init"] = data[offset + 4 : offset + 4 + read_u32(data, offset)].decode()
    return fields


def _failure(failure):
    kind, message, stack = failure
    return (
        _string(_cut(kind, TYPE_BYTES))
        + _string(_cut(message, MESSAGE_BYTES))
        + _string(_cut(stack, STACK_BYTES, keep_end=True))
    )


def _string(data):
    return _U16.pack(len(data)) + data


def _cut(text, limit, keep_end=False):
    """UTF-8 of at most `limit` bytes, cut between characters."""
    data = text.encode("utf-8", "backslashreplace")
    if len(data) <= limit:
        return data
    part = data[-limit:] if keep_end else data[:limit]
    return part.decode("utf-8", "ignore").encode()
