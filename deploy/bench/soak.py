"""A soak in miniature: mixed calls on a node of its own, samples of what could leak, and a verdict on their trend."""

import argparse
import dataclasses
import itertools
import json
import os
import signal
import statistics
import subprocess
import sys
import threading
import time

import machine
from engine import Engine
from node import Node, OwnNode
from report import Table

SETTINGS = (
    # Stem cells come and go with demand, and buffers of records and logs fill for hours: here they are full after a moment.
    *(f"stems.{runtime}=0" for runtime in ("python3", "nodejs", "most")),
    "records.sync-count=2000",
    "records.sync-bytes=1MiB",
    "invoker.logs-bytes=1MiB",
)
SOURCE = """
import os, time

def handle(event, context):
    print("called with", event)
    if event == "raise":
        raise ValueError("asked for")
    if event == "crash":
        os._exit(3)
    if event == "slow":
        time.sleep(30)
    with open("/tmp/left", "w") as file:
        file.write("x" * 1000)
    return event
"""
SMALL = {"memory": "32MiB", "disk": "1MiB"}
WARM_PAUSE_SECONDS = 0.01
OTHER_PAUSE_SECONDS = 0.25
GONE_SECONDS = 60
# What a sample may grow from the warmed-up state to the end: pools fill up to their bounds, compilers come and go.
ALLOWED = {"containers": 4, "handles": 24, "threads": 12, "rss_mib": 64, "heap_mib": 24}
NAMES = {
    "containers": "containers",
    "handles": "file handles",
    "threads": "threads",
    "rss_mib": "RSS, MiB",
    "heap_mib": "live heap, MiB",
}


def say(text):
    print(f"  {time.strftime('%H:%M:%S')} {text}", file=sys.stderr, flush=True)


@dataclasses.dataclass
class Tally:
    """How often each kind of call was made, and what went otherwise than it should."""

    calls: dict = dataclasses.field(default_factory=dict)
    wrong: list = dataclasses.field(default_factory=list)
    lock: threading.Lock = dataclasses.field(default_factory=threading.Lock)

    def count(self, kind):
        with self.lock:
            self.calls[kind] = self.calls.get(kind, 0) + 1

    def fault(self, text):
        with self.lock:
            self.wrong.append(text)

    def total(self):
        with self.lock:
            return sum(self.calls.values())


class Client:
    """Does one thing again and again on a connection of its own until it is told to stop."""

    def __init__(self, owner, tally, stop, kind, step, pause):
        self.node = Node(owner.url)
        self._tally, self._stop, self._kind, self._step, self._pause = tally, stop, kind, step, pause
        self.thread = threading.Thread(target=self._run, daemon=True)

    def _run(self):
        for number in itertools.count():
            if self._stop.wait(self._pause):
                break
            try:
                self._step(self.node, number)
                self._tally.count(self._kind)
            except Exception as fault:
                self._tally.fault(f"{self._kind}: {fault}")
        self.node.hang_up()


def call(node, function, event, wanted, start=None):
    status, headers, body = node.request("POST", f"/v1/functions/{function}/invoke", event, "text/plain")
    if status != wanted or (start and headers.get("Hearth-Start") != start):
        was = headers.get("Hearth-Start")
        raise RuntimeError(f"{function} answered {status} ({was} start) to {event!r}: {body[:300].decode(errors='replace')}")


def register(node, name, **spec):
    query = "&".join(f"{key}={value}" for key, value in {"runtime": "python3", "wait": "30s", **SMALL, **spec}.items())
    source = f"{SOURCE}# {name}\n".encode()
    _, answer = node.ask("PUT", f"/v1/functions/{name}?{query}", source, "text/plain")
    if json.loads(answer).get("state") != "READY":
        raise RuntimeError(f"{name} is not READY: {answer[:300]}")


def churn(node, number):
    """A function's whole life."""
    name = f"brief-{number % 7}"
    register(node, name)
    call(node, name, b"brief", 200)
    node.delete(name)
    call(node, name, b"gone", 404)


def ways():
    """Kind, what is done, and the pause between: warm calls of several functions and a few of each that go wrong."""
    for number in range(4):
        yield "warm", lambda node, n, name=f"warm-{number}": call(node, name, b"warm", 200), WARM_PAUSE_SECONDS
    yield "cold", lambda node, n: call(node, "cold", b"cold", 200, "cold"), OTHER_PAUSE_SECONDS
    yield "raised", lambda node, n: call(node, "faulty", b"raise", 502), OTHER_PAUSE_SECONDS
    yield "crashed", lambda node, n: call(node, "crashing", b"crash", 502), 4 * OTHER_PAUSE_SECONDS
    yield "timed out", lambda node, n: call(node, "slow", b"slow", 504), 4 * OTHER_PAUSE_SECONDS
    yield "too large", lambda node, n: call(node, "small", b"x" * 5000, 413), OTHER_PAUSE_SECONDS
    yield "unknown", lambda node, n: call(node, "nobody", b"", 404), OTHER_PAUSE_SECONDS
    yield "registered, called, deleted", churn, OTHER_PAUSE_SECONDS
    yield "log read", lambda node, n: node.ask("GET", "/v1/invocations?limit=50"), OTHER_PAUSE_SECONDS


def functions(node):
    for number in range(4):
        register(node, f"warm-{number}")
    register(node, "cold", keepAlive="0s")
    register(node, "slow", timeout="200ms")
    register(node, "small", ingress="4KiB")
    for name in ("faulty", "crashing"):
        register(node, name)


def live_heap_mib(pid):
    """Bytes of all objects after a full collection; nothing without the JDK's own tool."""
    jcmd = os.path.join(os.path.dirname(os.path.realpath(f"/proc/{pid}/exe")), "jcmd")
    if not os.path.exists(jcmd):
        return None
    done = subprocess.run([jcmd, str(pid), "GC.class_histogram"], capture_output=True, text=True, timeout=60)
    last = done.stdout.strip().splitlines()[-1].split()
    return int(last[2]) / (1 << 20) if last[:1] == ["Total"] else None


class Soak:
    """Runs the load, takes samples and judges them."""

    def __init__(self, engine, node, options):
        self._engine, self._node, self._options = engine, node, options
        self.tally = Tally()
        self.samples = []
        self.faults = []

    def run(self):
        self._node.start()
        functions(self._node)
        empty = self._sample(0)
        stop = threading.Event()
        clients = [Client(self._node, self.tally, stop, *way) for way in ways()]
        for client in clients:
            client.thread.start()
        self._watch(self._options.minutes * 60)
        stop.set()
        for client in clients:
            client.thread.join()
        self._judge_trend()
        self._judge_end(empty)
        for wrong in self.tally.wrong[:10]:
            self.faults.append(f"a call went otherwise than it should: {wrong}")

    def _watch(self, seconds):
        began = time.monotonic()
        due = began
        heap_due = began + seconds / 3
        while (now := time.monotonic()) < began + seconds:
            due += self._options.every
            sample = self._sample(now - began)
            if now >= heap_due or due >= began + seconds:
                sample["heap_mib"] = live_heap_mib(self._node.pid)
                heap_due = float("inf")
            self.samples.append(sample)
            time.sleep(max(0, due - time.monotonic()))

    def _sample(self, at):
        pid = self._node.pid
        return {
            "seconds": at,
            "calls": self.tally.total(),
            "containers": len(self._node.containers()),
            "handles": len(os.listdir(f"/proc/{pid}/fd")),
            "threads": len(os.listdir(f"/proc/{pid}/task")),
            "rss_mib": machine.rss_mib(pid),
            "heap_mib": None,
            "load": machine.load(),
        }

    def figures(self):
        """Name, the warmed-up state, the end, what it may have grown: medians of the second and the last third."""
        warm = [s for s in self.samples if s["seconds"] >= self._options.minutes * 20]
        half = len(warm) // 2
        for key, name in NAMES.items():
            early = [s[key] for s in warm[:half] if s[key] is not None]
            late = [s[key] for s in warm[half:] if s[key] is not None]
            if early and late:
                yield name, statistics.median(early), statistics.median(late), self._allowed(key)

    def _allowed(self, key):
        # A young JVM is still taking the heap that it may have: minutes tell nothing of its RSS.
        return 3 * ALLOWED[key] if key == "rss_mib" and self._options.minutes < 5 else ALLOWED[key]

    def _judge_trend(self):
        for name, early, late, allowed in self.figures():
            if late - early > allowed:
                self.faults.append(f"{name} grew from {early:.0f} to {late:.0f}, allowed are {allowed} more")

    def _judge_end(self, empty):
        """Without functions there is nothing left but a little more of what the process keeps for itself."""
        listed = json.loads(self._node.ask("GET", "/v1/functions?limit=100")[1])["functions"]
        for function in listed:
            self._node.delete(function["name"])
        folder = os.path.join(self._node.home, "c")
        deadline = time.monotonic() + GONE_SECONDS
        while (left := self._left(folder)) and time.monotonic() < deadline:
            time.sleep(0.2)
        if left:
            self.faults.append(f"left behind after all functions were deleted: {left}")
        end = self._sample(0)
        for key, allowed in (("handles", 40), ("threads", 40)):
            if end[key] - empty[key] > allowed:
                self.faults.append(f"{NAMES[key]}: {empty[key]} before the first call, {end[key]} after the last")

    def _left(self, folder):
        status = self._node.status()
        left = {gauge: status[gauge]["used"] for gauge in ("slots", "memory", "scratch")}
        left["containers"] = len(self._node.containers())
        left["folders"] = len(os.listdir(folder)) if os.path.isdir(folder) else 0
        with open("/proc/net/unix", encoding="utf-8") as sockets:
            left["sockets"] = sum(f"{folder}/" in line for line in sockets)
        return {name: count for name, count in left.items() if count}


def tables(soak):
    heads = ["minutes", "calls", *NAMES.values(), "load"]
    course = Table("Samples", *heads)
    step = max(1, len(soak.samples) // 20)
    for index, sample in enumerate(soak.samples):
        if index % step == 0 or sample["heap_mib"] is not None:
            cells = ["-" if sample[key] is None else f"{sample[key]:.0f}" for key in NAMES]
            course.row(f"{sample['seconds'] / 60:.1f}", sample["calls"], *cells, f"{sample['load']:.1f}")
    trend = Table("Trend", "figure", "second third, median", "last third, median", "grown", "allowed", "met")
    for name, early, late, allowed in soak.figures():
        trend.row(name, f"{early:.0f}", f"{late:.0f}", f"{late - early:+.1f}", allowed, "yes" if late - early <= allowed else "no")
    calls = Table("Calls", "kind", "number")
    for kind, number in soak.tally.calls.items():
        calls.row(kind, number)
    calls.row("went wrong", len(soak.tally.wrong))
    return [calls, course, trend]


def main():
    parser = argparse.ArgumentParser(prog="deploy/bench/soak.sh", description=__doc__)
    parser.add_argument("--minutes", type=float, default=10, help="how long the calls go on (default: %(default)s)")
    parser.add_argument("--every", type=float, default=2, metavar="SECONDS", help="between samples (default: %(default)s)")
    parser.add_argument("--set", action="append", default=[], metavar="KEY=VALUE", help="a setting of the node")
    parser.add_argument("--markdown", action="store_true", help="print Markdown for docs/performance.md")
    options = parser.parse_args()
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, lambda *_: sys.exit(1))
    engine = Engine()
    node = OwnNode(engine, [*SETTINGS, *options.set], bare=True)
    soak = Soak(engine, node, options)
    try:
        say(f"node {node.id} on {node.url}, {options.minutes:g} minutes")
        soak.run()
    finally:
        node.wipe()
    for table in tables(soak):
        print(table.markdown() if options.markdown else table.text(), end="\n\n")
    for fault in soak.faults:
        print(f"FAILED: {fault}")
    sys.exit(1 if soak.faults else 0)


if __name__ == "__main__":
    main()
