"""Measures Hearth against floors in one run on this machine and prints a table; started by run.sh."""

import argparse
import dataclasses
import json
import os
import signal
import sys
import time
import traceback

import machine
import report
import starts
import warm
from engine import Engine
from node import Node, OwnNode
from sustained import Sustained

HERE = os.path.dirname(os.path.abspath(__file__))
PARTS = ("warm", "prewarmed", "cold", "sustained", "startup", "rss")
NEEDS_OWN_NODE = ("startup", "rss", "cold", "sustained")
RUNTIMES = ("python3", "nodejs", "java", "native")
# One of each and no more, so that a start finds its cell and nothing else is being started.
STEMS_ON = [f"stems.{runtime}=1" for runtime in RUNTIMES]
STEMS_OFF = ["stems.most=0", *(f"stems.{runtime}=0" for runtime in RUNTIMES)]
FUNCTIONS_AT_START = 5
# No part begins later than this after the start, however busy the machine is.
LAST_BEGIN_SECONDS = 900


@dataclasses.dataclass(frozen=True)
class Plan:
    """How much is measured."""

    seconds: int
    rounds: int
    settling: int
    first_calls: int
    restarts: int
    calls: int
    sustained_seconds: int
    sustained_rounds: int


QUICK = Plan(
    seconds=1, rounds=2, settling=3, first_calls=7, restarts=3, calls=20_000, sustained_seconds=4, sustained_rounds=3
)
FULL = Plan(
    seconds=3, rounds=3, settling=8, first_calls=15, restarts=5, calls=100_000, sustained_seconds=8, sustained_rounds=5
)


def say(text):
    print(f"  {time.strftime('%H:%M:%S')} {text}", file=sys.stderr, flush=True)


class Bench:
    """The parts in order. A part that fails is reported, and the others are still measured."""

    def __init__(self, options, engine):
        self._options = options
        self._plan = QUICK if options.quick else FULL
        self._engine = engine
        self._began = time.monotonic()
        self.results = {"runtimes": options.runtimes, "command": options.command, "failures": {}}

    def run(self):
        quiet = {"load": machine.load(), "busy": machine.busy()}
        parts = [part for part in PARTS if part in self._options.parts]
        if self._options.url:
            node = Node(self._options.url)
            self._describe(quiet, None)
            self._parts(node, [part for part in parts if part not in NEEDS_OWN_NODE])
            return
        for wanted, settings in ((PARTS[:2], STEMS_ON), (PARTS[2:4], STEMS_OFF), (PARTS[4:], [])):
            chosen = [part for part in parts if part in wanted]
            if chosen:
                self._own_node(chosen, settings + self._options.set, quiet)

    def _own_node(self, parts, settings, quiet):
        node = OwnNode(self._engine, settings, self._options.bare)
        try:
            say(f"node {node.id} on {node.url}")
            node.start()
            self._describe(quiet, node.pid)
            self._parts(node, parts)
        finally:
            node.wipe()

    def _describe(self, quiet, pid):
        cache = os.path.exists(f"{HERE}/../target/hearth/lib/hearth.aot")
        facts = {**machine.describe(self._engine, pid), **quiet, "startup_cache": cache}
        self.results.setdefault("machine", facts)

    def _parts(self, node, parts):
        for part in parts:
            try:
                if time.monotonic() - self._began > LAST_BEGIN_SECONDS:
                    raise TimeoutError(f"not begun: {LAST_BEGIN_SECONDS} s have passed; name it alone to measure it")
                self.results[part] = getattr(self, f"_{part}")(node)
                keep(self.results, self._options.json)
            except Exception as failure:
                traceback.print_exc()
                self.results["failures"][part] = str(failure)

    def _warm(self, node):
        floor = warm.Floor(self._options.floor)
        try:
            return warm.Warm(node, floor, self._options.runtimes, self._plan, say).run()
        finally:
            floor.stop()

    def _prewarmed(self, node):
        prewarmed = starts.Prewarmed(node, self._plan.first_calls, say)
        return {runtime: prewarmed.run(runtime) for runtime in self._options.runtimes}

    def _startup(self, node):
        for number in range(FUNCTIONS_AT_START):
            node.register(f"kept-{number}", self._options.runtimes[0])
        return starts.startup(node, self._plan.restarts, say)

    def _rss(self, node):
        node.stop()
        node.start()
        return warm.resident(node, self._options.runtimes[0], self._plan.calls, say)

    def _cold(self, node):
        cold = starts.Cold(self._engine, node, self._plan.first_calls, say)
        return {runtime: cold.run(runtime) for runtime in self._options.runtimes}

    def _sustained(self, node):
        cold = starts.Cold(self._engine, node, 0, say)
        sustained = Sustained(self._engine, node, self._plan, say)
        return {runtime: sustained.run(runtime, cold.body(runtime)) for runtime in self._options.runtimes}


def options_of(arguments):
    parser = argparse.ArgumentParser(prog="deploy/bench/run.sh", description=__doc__)
    parser.add_argument("parts", nargs="*", metavar="PART", help=f"what to measure: {', '.join(PARTS)} (default: all)")
    parser.add_argument("--quick", action="store_true", help="fewer and shorter samples")
    parser.add_argument("--url", help="measure a running node (warm and prewarmed only) instead of one of its own")
    parser.add_argument("--runtimes", type=lambda text: text.split(","), default=list(RUNTIMES), help="default: %(default)s")
    parser.add_argument("--set", action="append", default=[], metavar="KEY=VALUE", help="a setting for the bench's own node")
    parser.add_argument("--bare", action="store_true", help="the node asks for no API key and nobody reads its metrics")
    parser.add_argument("--markdown", action="store_true", help="print Markdown for docs/performance.md")
    parser.add_argument("--json", metavar="FILE", help="where the raw results go (default: deploy/target/bench/TIME.json)")
    parser.add_argument("--floor", required=True, help=argparse.SUPPRESS)
    options = parser.parse_args(arguments)
    if unknown := [part for part in options.parts if part not in PARTS]:
        parser.error(f"there is no part {', '.join(unknown)}: choose from {', '.join(PARTS)}")
    options.parts = options.parts or list(PARTS)
    name = f"{time.strftime('%Y%m%dT%H%M%SZ', time.gmtime())}.json"
    options.json = options.json or os.path.normpath(f"{HERE}/../target/bench/{name}")
    options.command = " ".join(["deploy/bench/run.sh", *arguments[2:]])
    return options


def keep(results, path):
    os.makedirs(os.path.dirname(os.path.abspath(path)), exist_ok=True)
    with open(path, "w", encoding="utf-8") as file:
        json.dump(results, file, indent=1)


def main():
    options = options_of(sys.argv[1:])
    # So that the node and its containers are removed whichever way the bench ends.
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, lambda *_: sys.exit(1))
    bench = Bench(options, Engine())
    try:
        bench.run()
    except Exception as failure:
        traceback.print_exc()
        bench.results["failures"]["bench"] = str(failure)
    if "machine" not in bench.results:
        sys.exit(1)
    keep(bench.results, options.json)
    print(report.render(bench.results, options.markdown))
    say(f"raw results: {options.json}")
    for part, reason in bench.results["failures"].items():
        print(f"FAILED: {part}: {reason}", file=sys.stderr)
    sys.exit(1 if bench.results["failures"] else 0)


if __name__ == "__main__":
    main()
