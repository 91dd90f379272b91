"""First calls of functions with and without a network, in turns on one node, so that both see the same machine.

A sample is the first call of a function that was registered just before and has no container: cold, or from a stem cell
that stood ready. The median of the ratios within the pairs is what to look at.
"""

import argparse
import os
import statistics
import subprocess
import time

import machine
from engine import Engine
from node import Node, OwnNode
from starts import EVENT, SETTLE_SECONDS

GONE_SECONDS = 60
LIB = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "lib")
KINDS = (("none", {}), ("internet", {"network": "internet"}), ("allow", {"network": "internet", "allow": "203.0.113.0/24"}))


class Pairs:
    """Takes one sample of each kind in turn, in another order each time."""

    def __init__(self, node, runtime):
        self._node = node
        self._runtime = runtime

    def sample(self, number, stems):
        found = {}
        shift = number % len(KINDS)
        for word, spec in KINDS[shift:] + KINDS[:shift]:
            if stems:
                self._until(lambda: any(c["state"] == "stem" for c in self._node.pool()))
            name = f"net-{word}-{number}"
            self._node.register(name, self._runtime, **spec)
            time.sleep(SETTLE_SECONDS)
            found[word], start, _ = self._node.invoke(name, EVENT)
            if start != ("prewarmed" if stems else "cold"):
                raise RuntimeError(f"the first call of {name} was {start}")
            self._node.delete(name)
            self._until(lambda: all(c["state"] == "stem" for c in self._node.pool()))
            time.sleep(SETTLE_SECONDS)
        return found

    @staticmethod
    def _until(done):
        deadline = time.monotonic() + GONE_SECONDS
        while not done():
            if time.monotonic() > deadline:
                raise RuntimeError(f"the node did not come to rest within {GONE_SECONDS} s")
            time.sleep(0.1)


def table(title, samples):
    print(f"\n{title}, {len(samples)} pairs; load of the machine {machine.load()}\n")
    print("| network | median ms | best ms | median of the ratios to none |")
    print("| --- | ---: | ---: | ---: |")
    for word, _ in KINDS:
        times = [sample[word] for sample in samples]
        ratio = statistics.median(sample[word] / sample["none"] for sample in samples)
        print(f"| {word} | {statistics.median(times):.0f} | {min(times):.0f} | {ratio:.2f} |")


def measure(node, runtime, count, stems):
    pairs = Pairs(node, runtime)
    pairs.sample(-1, stems)
    table(f"{'prewarmed' if stems else 'cold'}, {runtime}", [pairs.sample(number, stems) for number in range(count)])


def own(options, stems):
    settings = [f"stems.python3={int(stems)}", "stems.nodejs=0", "stems.most=0", "network.connects=1000"]
    node = OwnNode(Engine(), settings, bare=True)
    try:
        node.start()
        measure(node, options.runtime, options.pairs, stems)
    finally:
        node.wipe()
        remove = f"source {LIB}/system.sh; source {LIB}/network.sh; network_remove {node.id}"
        subprocess.run(["bash", "-euc", remove], check=True)


def main():
    parser = argparse.ArgumentParser(prog="deploy/bench/network.sh", description=__doc__)
    parser.add_argument("--pairs", type=int, default=20, help="samples of each kind (default: %(default)s)")
    parser.add_argument("--runtime", default="python3", help="default: %(default)s")
    parser.add_argument("--url", help="measure a running node instead of own ones; with --stems one that keeps stem cells")
    parser.add_argument("--stems", action="store_true", help="of --url: from stem cells instead of cold")
    options = parser.parse_args()
    if options.url:
        measure(Node(options.url), options.runtime, options.pairs, options.stems)
    else:
        own(options, False)
        own(options, True)


main()
