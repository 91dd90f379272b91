"""The runtime's life: hello, init, then one call after the other on one thread."""

import os
import time
from types import CoroutineType

from hearth import Context
from hearth_runtime import frames, output
from hearth_runtime.connection import (
    DEFAULT_GRACE_SECONDS,
    DEFAULT_SOCKET,
    DIAL_PAUSE_SECONDS,
    EXIT_PROTOCOL,
    Connection,
    Disconnected,
    leave,
)
from hearth_runtime.control import Control

RUNTIME = "python3"
# Credit is granted when this part of the window has been taken: few frames, and the sender never waits.
CREDIT_PART = 4
# Loaded while a stem cell waits for its function, and not where `init` follows at once.
PRELOAD_AFTER_SECONDS = 0.05
PRELOADED = ("traceback", "logging", "inspect", "asyncio")
FUNCTION_RAISED = 1


def main():
    output.prepare()
    control = Control(_descriptor("HEARTH_CONTROL_FD"), _descriptor("HEARTH_CALLS_FD"))
    path = os.environ.pop("HEARTH_SOCKET", DEFAULT_SOCKET)
    grace_seconds = float(os.environ.get("HEARTH_ADOPT_GRACE") or DEFAULT_GRACE_SECONDS)
    Runtime(path, grace_seconds, control).serve()


def _descriptor(name):
    number = os.environ.pop(name, None)
    return int(number) if number else None


class Runtime:
    """Holds at most one function and runs at most one call."""

    def __init__(self, path, grace_seconds, control):
        self._connection = Connection(path, grace_seconds, self._greeting)
        self._control = control
        self._handler = None
        self._loop = None
        self._revision = ""
        self._completed = 0
        self._forked = False

    def serve(self):
        connection = self._connection
        connection.dial()
        # Imported between hello and welcome, when there is nothing else to do.
        global payload
        from hearth_runtime import payload

        self._control.share_page()
        os.register_at_fork(after_in_child=self._forget)
        redial = False
        while True:
            try:
                if redial:
                    time.sleep(DIAL_PAUSE_SECONDS)
                    connection.dial()
                connection.await_welcome()
                self._preload()
                while True:
                    self._take(connection.read())
            except Disconnected:
                redial = True
            except frames.ProtocolError as e:
                leave(EXIT_PROTOCOL, f"protocol error: {e}")

    def _greeting(self):
        return frames.hello(RUNTIME, self._revision, (), self._completed)

    def _preload(self):
        if self._handler is None:
            seconds = PRELOAD_AFTER_SECONDS
            for name in PRELOADED:
                if not self._connection.quiet(seconds):
                    return
                __import__(name)
                seconds = 0

    def _take(self, data):
        kind, number = frames.header(data)
        if kind == frames.RUN:
            self._run(number, data)
        elif kind == frames.INIT:
            self._init(data)
        # Anything else is late (credit of a result that is out) or of a newer minor version.

    def _init(self, data):
        from hearth_runtime import loading

        init = frames.read_init(data)
        failure = None
        try:
            self._handler = loading.load(init)
            if getattr(getattr(self._handler, "__code__", None), "co_flags", 0) & 0x80:
                self._event_loop()
            self._revision = init["revision"]
        except BaseException as e:
            from hearth_runtime import errors

            self._handler = None
            failure = errors.describe_load(e, loading.code_directory(init))
        if self._forked:
            os._exit(0)
        output.flush()
        try:
            self._connection.write(frames.init_result(failure))
        finally:
            self._control.init_done()

    def _run(self, number, data):
        deadline_ms, invocation_id, content_type, headers, more, offset = frames.read_run(data)
        body = data[offset:]
        if more:
            body = self._rest_of_body(number, body)
            if body is None:
                return
        self._control.await_clean()
        context = Context(invocation_id, content_type.decode("utf-8", "replace"), deadline_ms, headers, body)
        answer = self._call(number, content_type, body, context)
        output.flush()
        try:
            if answer.__class__ is tuple:
                self._send_parts(number, *answer)
            else:
                self._connection.write(answer)
        finally:
            # Also after a broken connection: the call did run, and the bridge has to clean up after it.
            self._completed += 1
            self._control.call_over(self._completed)

    def _call(self, number, content_type, body, context):
        """The result's only frame, or (packer, body) of a result that needs several."""
        try:
            event = payload.event(content_type, body)
            value = self._handler(event, context)
            if value.__class__ is CoroutineType or hasattr(value, "__await__"):
                value = self._event_loop().run_until_complete(value)
            if self._forked:
                os._exit(0)
            pack, body = payload.result(value)
            if len(body) > frames.INLINE_BYTES:
                return pack, body
            return pack(number, len(body), 0, body)
        except payload.Unacceptable as e:
            return frames.failed_result(number, e.status, 0, (e.kind, str(e), ""))
        except BaseException as e:
            if self._forked:
                os._exit(1)
            from hearth_runtime import errors

            return frames.failed_result(number, FUNCTION_RAISED, errors.detail(e), errors.describe(e))

    def _event_loop(self):
        """One for all calls, so that clients and tasks a function keeps stay usable."""
        if self._loop is None:
            import asyncio

            self._loop = asyncio.new_event_loop()
            asyncio.set_event_loop(self._loop)
        return self._loop

    def _rest_of_body(self, number, first):
        """The whole event, or None when the sender broke it off."""
        connection = self._connection
        parts = [first]
        taken = len(first)
        while True:
            data = connection.read()
            kind, of = frames.header(data)
            if of != number:
                continue
            if kind == frames.DATA:
                parts.append(data[frames.HEADER_BYTES :])
                taken += len(parts[-1])
                if taken >= connection.window // CREDIT_PART:
                    connection.write(frames.credit(number, taken))
                    taken = 0
            elif kind == frames.END:
                return None if data[frames.HEADER_BYTES] == frames.BROKEN_OFF else b"".join(parts)

    def _send_parts(self, number, pack, body):
        connection = self._connection
        rest = memoryview(body)
        allowed = connection.window
        size = min(frames.INLINE_BYTES, allowed)
        connection.write(pack(number, len(body), 1, bytes(rest[:size])))
        rest = rest[size:]
        allowed -= size
        while rest:
            while not allowed:
                data = connection.read()
                kind, of = frames.header(data)
                if of != number:
                    continue
                if kind == frames.CREDIT:
                    allowed += frames.read_u32(data)
                elif kind == frames.END:
                    connection.write(frames.end(number, frames.BROKEN_OFF))
                    return
            size = min(len(rest), frames.DATA_BYTES, allowed)
            connection.write(frames.frame(frames.DATA, number, bytes(rest[:size])))
            rest = rest[size:]
            allowed -= size
        connection.write(frames.end(number, frames.COMPLETE))

    def _forget(self):
        """In a child that a function forked: it must neither read calls nor answer them."""
        self._forked = True
        self._connection.close()
        self._control.close()
