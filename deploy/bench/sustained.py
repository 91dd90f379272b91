"""Sustained starts: how many cold calls a second the node answers, beside how many the engine itself makes in the same way."""

import threading
import time

import machine
from cold_floor import ColdFloor
from engine import Engine
from node import Node

SETTLE_SECONDS = 30
EVENT = b"once more"


class Sustained:
    """Hearth and a raw loop in turns, each with as many starts under way at once; the node has no stem cells.

    The raw loop creates and starts a container from the node's own create body, calls it once and leaves its removal to
    others, as the node does. Hearth's functions keep no container, so that each call needs a start.
    """

    def __init__(self, engine, node, plan, say):
        self._engine = engine
        self._node = node
        self._plan = plan
        self._say = say

    def run(self, runtime, body):
        parallel = machine.cores()
        self._say(f"sustained: {runtime}, {parallel} at once")
        names = [f"sustained-{runtime}-{number}" for number in range(parallel)]
        for name in names:
            self._node.register(name, runtime, keepAlive="0s")
        ident = f"{self._node.id}-sustained-{runtime}"
        samples = []
        for _ in range(self._plan.sustained_rounds):
            floor = self._window([self._raw(body, runtime, f"{ident}-{n}") for n in range(parallel)])
            own = self._window([self._cold(name) for name in names])
            samples.append({"rate": own, "floor_rate": floor, "load": machine.load()})
        # Nothing was asked over the kept connection for the length of all windows: the node may have closed it.
        self._node.hang_up()
        for name in names:
            self._node.delete(name)
        return samples

    def _raw(self, body, runtime, ident):
        floor = ColdFloor(Engine(), body, runtime, ident, Remover())
        return floor.once, floor.close

    def _cold(self, name):
        node = Node(self._node.url)
        node.key = self._node.key

        def once():
            _, start, _ = node.invoke(name, EVENT)
            if start != "cold":
                raise RuntimeError(f"a call of {name}, which keeps no container, was {start}")

        return once, node.hang_up

    def _window(self, workers):
        """Starts a second; all containers are gone before and after."""
        self._settle()
        done, faults = [], []
        began = time.monotonic()

        def work(once):
            try:
                while time.monotonic() - began < self._plan.sustained_seconds:
                    once()
                    done.append(time.monotonic())
            except Exception as fault:
                faults.append(fault)

        threads = [threading.Thread(target=work, args=(once,)) for once, _ in workers]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        for _, close in workers:
            close()
        if faults:
            raise faults[0]
        return len(done) / (max(done) - began)

    def _settle(self):
        deadline = time.monotonic() + SETTLE_SECONDS
        while self._node.containers() and time.monotonic() < deadline:
            time.sleep(0.05)


class Remover:
    """Removes containers on a thread and a connection of its own."""

    def __init__(self):
        self._engine = Engine()
        self._waiting = []
        self._changed = threading.Condition()
        self._closed = False
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def remove(self, container):
        with self._changed:
            self._waiting.append(container)
            self._changed.notify()

    def _run(self):
        while True:
            with self._changed:
                while not self._waiting and not self._closed:
                    self._changed.wait()
                if not self._waiting:
                    return
                container = self._waiting.pop(0)
            self._engine.remove(container)

    def close(self):
        """Waits until all are gone."""
        with self._changed:
            self._closed = True
            self._changed.notify()
        self._thread.join()
