"""Measures a cluster of deploy/cluster/up.sh: calls beside a floor, three workers beside one, a worker that joins."""

import argparse
import os
import re
import statistics
import subprocess
import sys
import threading
import time

import machine
import warm
from node import Node

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.append(f"{HERE}/../cluster/suite")
from rig import Rig  # noqa: E402 # it lies where clusters are

# Of the floor's rate at 16 connections, at least.
TARGETS = {"python3": ">= 0.15", "nodejs": ">= 0.20", "native": ""}
FIRST, BODY = "python3", 100
ONE, MANY = 1, 16
# Until the pool has stopped growing and both compilers have seen the path of a call.
SETTLING_SECONDS, SETTLING_RUNS = 3, 6
JOIN_SECONDS = 60


def say(text):
    print(f"  {time.strftime('%H:%M:%S')} {text}", file=sys.stderr, flush=True)


class Calls:
    """The same load in turns on the floor, on one worker, and on all; a worker that is left out is drained."""

    def __init__(self, rig, floor, seconds):
        self._rig = rig
        self._floor = floor
        self._seconds = seconds
        self._node = Node(f"http://127.0.0.1:{rig.port}")
        for runtime in TARGETS:
            self._node.register(f"echo-{runtime}", runtime, **warm.spec_of(runtime))

    def _use(self, workers):
        for worker in self._rig.workers:
            self._node.ask("POST" if worker not in workers else "DELETE", f"/v1/nodes/{worker}/drain")

    def _run(self, connections, seconds, runtime=FIRST):
        return warm.wrk(f"{self._node.url}/v1/functions/echo-{runtime}/invoke", connections, BODY, seconds)

    def settle(self):
        for workers in (self._rig.workers[:1], self._rig.workers):
            self._use(workers)
            for runtime in TARGETS:
                for _ in range(SETTLING_RUNS):
                    self._run(MANY, SETTLING_SECONDS, runtime)

    def round(self):
        entry = {"busy": machine.busy()}
        self._use(self._rig.workers[:1])
        for connections in (ONE, MANY):
            entry["floor", connections] = warm.wrk(self._floor.url, connections, BODY, self._seconds)
            for runtime in TARGETS if connections == MANY else (FIRST,):
                self._run(MANY, 1, runtime)
                entry[runtime, connections] = self._run(connections, self._seconds, runtime)
        self._use(self._rig.workers)
        self._run(MANY, 1)
        entry["all", MANY] = self._run(MANY, self._seconds)
        return entry


def emptied(rig, worker):
    """Its engine is as on the first day."""
    docker = ["docker", "--host", f"unix://{rig.folder}/{rig.name}-{worker}/s"]
    containers = subprocess.run([*docker, "ps", "-aq"], capture_output=True, text=True, check=True).stdout.split()
    if containers:
        subprocess.run([*docker, "rm", "-f", *containers], stdout=subprocess.DEVNULL, check=True)
    subprocess.run([*docker, "image", "prune", "-af"], stdout=subprocess.DEVNULL, check=True)


def joins(rig, times, new=False):
    """Seconds from the start of a worker's process to the first answer of a function that only it may run."""
    worker, seconds = rig.workers[-1], []
    rig.register("pinned", "def handle(event, context):\n    return event\n", memory="32MiB", disk="1MiB", **{"requires.node": worker})
    for _ in range(times):
        rig.fault(worker, "stop")
        if new:
            emptied(rig, worker)
        api = rig.api()
        began = time.monotonic()
        starting = threading.Thread(target=rig.fault, args=(worker, "start"))
        starting.start()
        api.ask("POST", f"/v1/functions/pinned/invoke?queue={JOIN_SECONDS}s", b"1")
        seconds.append(time.monotonic() - began)
        starting.join()
        api.close()
        say(f"joined and served after {seconds[-1]:.2f} s")
    return seconds


def first_joins(rig):
    """What up.sh saw when the workers' engines were empty: seconds in all, and those for images."""
    text = " ".join((rig.folder / f"served.{worker}").read_text() for worker in rig.workers)
    return [(float(whole), float(images)) for whole, images in re.findall(r"after ([\d.]+) s \(([\d.]+) s", text)]


def errors(run):
    return run["bad_status"] + run["socket_errors"]


def rows(rounds, again, empty, first):
    def median(value):
        return statistics.median(value(entry) for entry in rounds)

    one, every, floor = (FIRST, MANY), ("all", MANY), ("floor", MANY)
    runs = [run for entry in rounds for key, run in entry.items() if key != "busy" and key[0] != "floor"]
    yield f"one worker, 1 connection, {FIRST}: p50 added to the floor's", f"{median(lambda e: e[FIRST, ONE]['p50'] - e['floor', ONE]['p50']):.0f} us", "<= 250 us"
    yield "the floor, 16 connections: calls/s", f"{median(lambda e: warm.rate(e[floor])):.0f}", ""
    for runtime, target in TARGETS.items():
        yield f"one worker, 16 connections, {runtime}: calls/s", f"{median(lambda e, r=runtime: warm.rate(e[r, MANY])):.0f}", ""
        yield "of the floor's", f"{median(lambda e, r=runtime: warm.rate(e[r, MANY]) / warm.rate(e[floor])):.3f}", target
    yield f"three workers, 16 connections, {FIRST}: calls/s", f"{median(lambda e: warm.rate(e[every])):.0f}", ""
    yield "of one worker's", f"{median(lambda e: warm.rate(e[every]) / warm.rate(e[one])):.2f}", ">= 0.6"
    yield f"errors among {sum(run['calls'] for run in runs)} calls", str(sum(map(errors, runs))), "0"
    yield "a worker that was there before: start to first answer, median, most", f"{statistics.median(again):.2f} s, {max(again):.2f} s", "<= 5 s"
    yield "one with an empty engine: the same", f"{statistics.median(empty):.2f} s, {max(empty):.2f} s", ""
    if first:
        whole, images = (statistics.median(values) for values in zip(*first))
        yield "three with empty engines at once, head and registry as new: the same, and of it the images of the runtimes", f"{whole:.1f} s, {images:.1f} s", ""


def main():
    parser = argparse.ArgumentParser(prog="deploy/bench/cluster.sh", description=__doc__)
    parser.add_argument("--floor", required=True, help=argparse.SUPPRESS)
    parser.add_argument("--rig", required=True, help=argparse.SUPPRESS)
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--markdown", action="store_true")
    options = parser.parse_args()
    rig, floor = Rig(options.rig), warm.Floor(options.floor)
    first, load = first_joins(rig), machine.load()
    try:
        calls = Calls(rig, floor, 1 if options.quick else 3)
        say("calls")
        calls.settle()
        rounds = [calls.round() for _ in range(2 if options.quick else 5)]
        say("joining")
        again = joins(rig, 2 if options.quick else 5)
        empty = joins(rig, 1 if options.quick else 3, new=True)
    finally:
        floor.stop()
    busy = statistics.median(entry["busy"] for entry in rounds)
    print(f"{time.strftime('%F %H:%M UTC', time.gmtime())}, {machine.cores()} cores, load {load:.1f} before, {busy:.0%} in use by others\n")
    table = list(rows(rounds, again, empty, first))
    if options.markdown:
        print("| what | measured | target |\n| --- | ---: | ---: |")
        print("\n".join(f"| {' | '.join(row)} |" for row in table))
    else:
        print("\n".join(f"{what:100}  {measured:>20}  {target}".rstrip() for what, measured, target in table))
    return 1 if any(map(errors, (run for e in rounds for key, run in e.items() if key != "busy"))) else 0


if __name__ == "__main__":
    sys.exit(main())
