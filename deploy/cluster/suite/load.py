"""Calls that a cluster is under while things break in it: clients that wait, and calls that nobody waits for."""

import dataclasses
import http.client
import json
import random
import threading
import time

CODE = """
import time

def handle(event, context):
    time.sleep(event / 1000)
    return event
"""
SMALL = {"memory": "32MiB", "disk": "1MiB", "timeout": "20s"}
LEAST_MILLIS, MOST_MILLIS = 5, 500
CLIENTS = 8
PINNED = 2
PER_SECOND = 20
COLD_PAUSE_SECONDS = 0.5
REFUSED_PAUSE_SECONDS = 0.05
# Anything that is no answer of Hearth's: the connection broke, nobody listened, nothing came.
BROKEN, REFUSED, HUNG = "connection broke", "nobody listens", "HUNG"


@dataclasses.dataclass
class Call:
    """One synchronous call, as its client saw it; times by the monotonic clock."""

    kind: str
    begun: float
    ended: float
    code: str
    node: str

    @property
    def took(self):
        return self.ended - self.begun


def functions(rig, victim):
    rig.register("nap", CODE, **SMALL)
    rig.register("job", CODE, **SMALL)
    # Of this one every call is a cold start.
    rig.register("cold", CODE, keepAlive="0s", **SMALL)
    rig.register("pin", CODE, **SMALL, **{"requires.node": victim})


def warm(rig, victim):
    """Gives the victim containers, while others take nothing: without them it would get no calls to lose."""
    api = rig.api()
    for other in set(rig.workers) - {victim}:
        api.ask("POST", f"/v1/nodes/{other}/drain")
    threads = [threading.Thread(target=_called, args=(rig, name)) for name in ("nap", "job") * (CLIENTS // 2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for other in rig.workers:
        api.ask("DELETE", f"/v1/nodes/{other}/drain")
    api.close()


def _called(rig, function):
    api = rig.api()
    api.request("POST", f"/v1/functions/{function}/invoke", str(MOST_MILLIS).encode())
    api.close()


def code_of(status, answer, event):
    if status == 200:
        return "200" if answer == event else f"WRONG {answer[:40]!r}"
    try:
        return json.loads(answer)["error"]["code"]
    except (ValueError, KeyError, TypeError):
        return f"UNTYPED {status}"


class Load:
    def __init__(self, rig, seed):
        self.calls = []
        self.accepted = []
        # Answers to asynchronous calls that were not 202, by code.
        self.unaccepted = []
        self._rig = rig
        self._done = threading.Event()
        self._random = random.Random(seed)
        self._began = time.monotonic()
        clients = [("any", "nap", "20s", 0)] * CLIENTS + [("pinned", "pin", "2s", 0)] * PINNED
        clients.append(("cold", "cold", "20s", COLD_PAUSE_SECONDS))
        self._threads = [threading.Thread(target=self._client, args=client, daemon=True) for client in clients]
        self._threads.append(threading.Thread(target=self._submit, daemon=True))
        for thread in self._threads:
            thread.start()

    def _event(self):
        return str(self._random.randint(LEAST_MILLIS, MOST_MILLIS)).encode()

    def _client(self, kind, function, queue, pause):
        api = self._rig.api()
        while not self._done.wait(pause):
            event, node, begun = self._event(), "", time.monotonic()
            try:
                status, headers, answer = api.request("POST", f"/v1/functions/{function}/invoke?queue={queue}", event)
                code, node = code_of(status, answer, event), headers.get("Hearth-Node", "")
            except Exception as fault:
                code = broken(fault)
            self.calls.append(Call(kind, begun, time.monotonic(), code, node))
        api.close()

    def _submit(self):
        api, due = self._rig.api(), time.monotonic()
        while not self._done.wait(max(0, due - time.monotonic())):
            # What could not be sent in its time is not sent later: the rate is an upper bound.
            due = max(due + 1 / PER_SECOND, time.monotonic() - 1)
            try:
                status, _, answer = api.request("POST", "/v1/functions/job/invocations", self._event())
                if status == 202:
                    self.accepted.append(json.loads(answer)["id"])
                else:
                    self.unaccepted.append(code_of(status, answer, b""))
            except Exception as fault:
                self.unaccepted.append(broken(fault))
        api.close()

    def stop(self):
        """Ends when the last answer has come; tells for how long there was load."""
        lasted = time.monotonic() - self._began
        self._done.set()
        for thread in self._threads:
            thread.join()
        return lasted

    def first_success(self, node, after):
        """When the node first served a call again."""
        return min((c.ended for c in list(self.calls) if c.code == "200" and c.node == node and c.begun >= after), default=None)


def broken(fault):
    if isinstance(fault, ConnectionRefusedError):
        time.sleep(REFUSED_PAUSE_SECONDS)
        return REFUSED
    if isinstance(fault, TimeoutError):
        return HUNG
    if isinstance(fault, (OSError, http.client.HTTPException)):
        return BROKEN
    raise fault
