"""Standard output and error of the function: lines reach the pipe before a call ends, whatever it did to sys.stdout."""

import sys

_streams = {1: sys.stdout, 2: sys.stderr}


def prepare():
    """Lines at once even though the outputs are pipes."""
    for stream in (sys.stdout, sys.stderr):
        if stream is not None:
            stream.reconfigure(line_buffering=True)


def flush():
    try:
        sys.stdout.flush()
        sys.stderr.flush()
        if sys.stdout is _streams[1] and sys.stderr is _streams[2]:
            return
    except Exception:
        pass
    _repair()


def _repair():
    """Slow path: streams were replaced, which may be meant to last, or closed, which must not last."""
    for fd, name in ((1, "stdout"), (2, "stderr")):
        for stream in (getattr(sys, name), _streams[fd]):
            try:
                stream.flush()
            except Exception:
                pass
        if _is_closed(_streams[fd]):
            _streams[fd] = _open(fd)
        if _is_closed(getattr(sys, name)):
            setattr(sys, name, _streams[fd])


def _is_closed(stream):
    return stream is None or getattr(stream, "closed", False)


def _open(fd):
    try:
        return open(fd, "w", buffering=1, encoding="utf-8", errors="backslashreplace", closefd=False)
    except OSError:
        return None
