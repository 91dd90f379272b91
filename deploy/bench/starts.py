"""First calls of fresh functions: with a stem cell there, and cold against the engine itself; and the start of a node."""

import time

import machine
from cold_floor import ColdFloor, body_of

STEM_SECONDS = 30
GONE_SECONDS = 30
SETTLE_SECONDS = 0.3
EVENT = b"first call"


class Prewarmed:
    """Each sample is the first call of a function that was registered just before, made when a stem cell was ready."""

    def __init__(self, node, count, say):
        self._node = node
        self._count = count
        self._say = say

    def run(self, runtime):
        self._say(f"prewarmed: {runtime}")
        samples = []
        for number in range(self._count):
            self._await_stem(runtime)
            name = f"fresh-{runtime}-{number}"
            self._node.register(name, runtime)
            time.sleep(SETTLE_SECONDS)
            elapsed, start, timing = self._node.invoke(name, EVENT)
            samples.append({"ms": elapsed, "start": start, "timing": timing, "load": machine.load()})
            self._node.delete(name)
        return samples

    def _await_stem(self, runtime):
        deadline = time.monotonic() + STEM_SECONDS
        while not any(c["state"] == "stem" and c["runtime"] == runtime for c in self._node.pool()):
            if time.monotonic() > deadline:
                raise RuntimeError(f"no stem cell of {runtime} after {STEM_SECONDS} s: are they switched off?")
            time.sleep(0.05)


class Cold:
    """Hearth and the floor in turns; the node has no stem cells. Removal of a container is awaited, not measured."""

    def __init__(self, engine, node, count, say):
        self._engine = engine
        self._node = node
        self._count = count
        self._say = say

    def run(self, runtime):
        self._say(f"cold: {runtime}")
        body = self.body(runtime)
        floor = ColdFloor(self._engine, body, runtime, f"{self._node.id}-floor-{runtime}")
        floor.once()
        samples = []
        for number in range(self._count):
            sample = {"floor_ms": floor.once(), "load": machine.load()}
            time.sleep(SETTLE_SECONDS)
            sample["ms"], sample["start"], sample["timing"] = self._first_call(f"cold-{runtime}-{number}", runtime)
            self._forget(f"cold-{runtime}-{number}")
            samples.append(sample)
        return samples

    def _first_call(self, name, runtime):
        self._node.register(name, runtime)
        time.sleep(SETTLE_SECONDS)
        return self._node.invoke(name, EVENT)

    def body(self, runtime):
        """The create body of a container that Hearth made for such a function."""
        name = f"cold-{runtime}-model"
        self._first_call(name, runtime)
        body = body_of(self._engine.inspect(self._node.containers()[0]))
        self._forget(name)
        return body

    def _forget(self, name):
        """Removes the function and its container."""
        self._node.delete(name)
        deadline = time.monotonic() + GONE_SECONDS
        while left := self._node.containers():
            if time.monotonic() > deadline:
                for container in left:
                    self._engine.remove(container)
            time.sleep(0.05)
        time.sleep(SETTLE_SECONDS)


def startup(node, count, say):
    """Restarts the node on the data it has; RSS is read a second after it is ready."""
    samples = []
    for number in range(count):
        say(f"startup: {number + 1} of {count}")
        node.stop()
        busy = machine.busy()
        sample = {"ms": node.start(), "cpu_ms": node.cpu_ms(), "busy_before": busy, "load": machine.load()}
        time.sleep(1)
        if machine.is_java(node.pid):
            sample["rss_mib"] = machine.rss_mib(node.pid)
        samples.append(sample)
    return samples
