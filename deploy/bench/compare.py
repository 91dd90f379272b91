"""Rate and processor time of warm calls of two builds, by nodes that run side by side and are called in turns; started by compare.sh."""

import argparse
import os
import statistics
import sys
import time

import machine
import node
import warm
from engine import Engine

HERE = os.path.dirname(os.path.abspath(__file__))
RUNTIMES = ("python3", "nodejs", "java", "native")
STEMS_OFF = ["stems.most=0", *(f"stems.{runtime}=0" for runtime in RUNTIMES)]
CONNECTIONS, BODY = (1, 16), 100
SETTLING_RUNS, SECONDS = 8, 3
BEFORE, NOW = "before", "now"


def started(engine, tree):
    """A node of a source tree in which Hearth was built."""
    own = node.OwnNode(engine, STEMS_OFF, launcher=os.path.join(tree, "deploy", "hearth"))
    own.start()
    return own


def run(own, runtime, connections):
    before = machine.cpu_seconds(own.pid)
    result = warm.wrk(f"{own.url}/v1/functions/echo-{runtime}/invoke", connections, BODY, SECONDS, own.key)
    result["cpu"] = (machine.cpu_seconds(own.pid) - before) * 1e6 / result["calls"]
    return result


def compared(nodes, runtime, connections, rounds):
    """One row: medians of the ratios within a round, whose order alternates."""
    runs = {name: [] for name in nodes}
    for number in range(rounds):
        for name in sorted(nodes, reverse=number % 2 == 1):
            runs[name].append(run(nodes[name], runtime, connections))
    ratios = sorted(warm.rate(now) / warm.rate(before) for before, now in zip(runs[BEFORE], runs[NOW]))
    rates, cpu = ([statistics.median(map(value, runs[name])) for name in (BEFORE, NOW)] for value in (warm.rate, lambda r: r["cpu"]))
    errors = sum(r["bad_status"] + r["socket_errors"] for each in runs.values() for r in each)
    return [
        f"{runtime}, c={connections}",
        *(f"{rate:,.0f}" for rate in rates),
        f"{statistics.median(ratios):.3f}",
        f"{ratios[0]:.2f} to {ratios[-1]:.2f}",
        *(f"{micros:.1f}" for micros in cpu),
        str(errors),
    ]


def main():
    parser = argparse.ArgumentParser(prog="deploy/bench/compare.sh", description=__doc__)
    parser.add_argument("tree", metavar="TREE", help="another source tree, in which Hearth was built")
    parser.add_argument("--runtimes", type=lambda text: text.split(","), default=list(RUNTIMES[:2]), help="default: python3,nodejs")
    parser.add_argument("--rounds", type=int, default=10)
    options = parser.parse_args()
    engine, nodes, load = Engine(), {}, machine.load()
    try:
        for name, tree in ((BEFORE, options.tree), (NOW, f"{HERE}/../..")):
            nodes[name] = started(engine, tree)
        print(f"{time.strftime('%F %H:%M UTC', time.gmtime())}, {machine.cores()} cores, load {load:.1f} before; {options.rounds} rounds\n")
        print("| what | before, calls/s | now | now to before | least to most | before, JVM CPU us | now | errors |")
        print("| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: |")
        for runtime in options.runtimes:
            for own in nodes.values():
                own.register(f"echo-{runtime}", runtime, **warm.spec_of(runtime))
                # A kept connection would be closed while others are measured.
                own.hang_up()
            for _ in range(SETTLING_RUNS):
                for own in nodes.values():
                    run(own, runtime, CONNECTIONS[-1])
            for connections in CONNECTIONS:
                print(f"| {' | '.join(compared(nodes, runtime, connections, options.rounds))} |", flush=True)
    finally:
        for own in nodes.values():
            own.wipe()
    return 0


if __name__ == "__main__":
    sys.exit(main())
