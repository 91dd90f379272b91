"""Bodies: the event as its content type says, the result as the contract's table says."""

from json import JSONDecodeError, JSONDecoder, JSONEncoder

from hearth import Response
from hearth_runtime import frames

CONTENT_TYPES_KEPT = 64

INVALID_EVENT = 2
INVALID_RESULT = 3


class Unacceptable(Exception):
    """A body that cannot be read or sent: the status of the result and why."""

    def __init__(self, status, kind, message):
        super().__init__(message)
        self.status = status
        self.kind = kind


def _refuse_constant(name):
    raise ValueError(f"{name} is not JSON")


_decode_json = JSONDecoder(parse_constant=_refuse_constant).decode
_encode_json = JSONEncoder(ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode

_as_text = frames.result_packer("text/plain; charset=utf-8")
_as_bytes = frames.result_packer("application/octet-stream")
_as_json = frames.result_packer("application/json")

_readers = {}
_packers = {}


def event(content_type, body):
    """The event of a body whose content type is given as bytes."""
    if not body:
        return None
    reader = _readers.get(content_type)
    if reader is None:
        reader = _reader(content_type.decode("utf-8", "replace"))
        if len(_readers) < CONTENT_TYPES_KEPT:
            _readers[content_type] = reader
    try:
        return reader(body)
    except (ValueError, LookupError, RecursionError) as e:
        raise Unacceptable(INVALID_EVENT, "InvalidEvent", f"the event is not {_described(e)}") from None


def result(value):
    """(frame packer of the content type, body) of what a function returned."""
    if isinstance(value, Response):
        return _packer(value.content_type), result(value.body)[1]
    if isinstance(value, str):
        try:
            return _as_text, value.encode()
        except UnicodeEncodeError as e:
            raise _invalid_result(value, e) from None
    if isinstance(value, (bytes, bytearray, memoryview)):
        return _as_bytes, bytes(value)
    try:
        return _as_json, _encode_json(value).encode()
    except Exception as e:
        raise _invalid_result(value, e) from None


def _packer(content_type):
    packer = _packers.get(content_type)
    if packer is None:
        packer = frames.result_packer(content_type)
        if len(_packers) < CONTENT_TYPES_KEPT:
            _packers[content_type] = packer
    return packer


def _reader(content_type):
    kind, *parameters = content_type.lower().split(";")
    kind = kind.strip()
    if kind == "application/json" or kind.endswith("+json"):
        return _read_json
    if kind.startswith("text/"):
        charset = _charset(parameters)
        return lambda body: body.decode(charset)
    return bytes


def _read_json(body):
    return _decode_json(body.decode())


def _charset(parameters):
    for parameter in parameters:
        name, _, value = parameter.partition("=")
        if name.strip() == "charset":
            return value.strip().strip('"') or "utf-8"
    return "utf-8"


def _described(error):
    if isinstance(error, UnicodeDecodeError):
        return f"{error.encoding} text: {error.reason} at byte {error.start}"
    if isinstance(error, JSONDecodeError):
        return f"JSON: {error}"
    if isinstance(error, LookupError):
        return f"readable: {error}"
    return f"JSON: {error}"


def _invalid_result(value, error):
    return Unacceptable(
        INVALID_RESULT,
        "InvalidResult",
        f"the function returned {type(value).__name__}, which cannot be sent: {error}",
    )
