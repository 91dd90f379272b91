#!/usr/bin/env python3
"""What the bridge adds to a program that listens on $PORT: bridge.py [--rounds N] [--markdown]; about half a minute.

One container, created as a node creates it. In turns: calls from the host by frames through the bridge; bytes as long to
a process in the container that sends them back, which is the way there and back; and the same HTTP requests to the same
program from inside the container. What is left of the first without the other two is the bridge's.
"""

import argparse
import os
import shutil
import statistics
import subprocess
import sys
import tempfile

import cold_floor
import machine
from engine import Engine

HERE = os.path.dirname(os.path.abspath(__file__))
SOURCE = os.path.join(HERE, "..", "..", "docker", "bridge")
TARGET_US = 60
CALLS = "/hearth/calls"


def build():
    subprocess.run(["make", "-s", "-C", SOURCE, "build/bridge", "build/http-calls"], check=True)
    return (os.path.realpath(os.path.join(SOURCE, "build", name)) for name in ("bridge", "http-calls"))


def create(engine, image, directory, bridge, calls):
    body = cold_floor.body_for(engine, image, bridge)
    body["Entrypoint"] = ["/hearth/bridge", "--contract", "http", "--"]
    body["Cmd"] = [CALLS, "serve"]
    body["Labels"] = {cold_floor.LABEL: "1"}
    body["HostConfig"]["Binds"] = [f"{bridge}:/hearth/bridge:ro", f"{calls}:{CALLS}:ro", f"{directory}:{cold_floor.RUN}:ro"]
    return engine.create(f"hearth-bench-bridge-{os.getpid()}", body)


def inside(container, *arguments):
    return ["docker", "exec", "-i", container, CALLS, *arguments]


def begin(command):
    return subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1)


def measured(process):
    """The two medians of one round."""
    process.stdin.write("go\n")
    line = process.stdout.readline()
    if not line:
        raise SystemExit("a part of the bench ended early: see above")
    return [float(text) for text in line.split()]


def rounds(engine, image, count):
    bridge, calls = build()
    directory = tempfile.mkdtemp(prefix="hearth-bench-")
    os.chmod(directory, 0o755)
    started, container = [], None
    try:
        started.append(begin([calls, "invoke", f"{directory}/s", f"{directory}/e"]))
        container = create(engine, image, directory, bridge, calls)
        while not os.path.exists(f"{directory}/e"):
            started[0].poll() is None or sys.exit("the invoker's part did not start")
        engine.start(container)
        started.append(begin(inside(container, "echo", f"{cold_floor.RUN}/e")))
        # Its program listens once the first calls were answered.
        first = measured(started[0])
        started.append(begin(inside(container, "direct")))
        measured(started[2])
        return [(*measured(started[0]), measured(started[2])[0]) for _ in range(count)] if first else []
    finally:
        for process in started:
            process.stdin.close()
            process.kill()
            process.wait()
        if container:
            engine.remove(container)
        shutil.rmtree(directory, ignore_errors=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--rounds", type=int, default=9)
    parser.add_argument("--image", default="hearth/base", help="what the container is made of")
    parser.add_argument("--markdown", action="store_true", help="the table as docs/performance.md has it")
    options = parser.parse_args()
    engine = Engine()
    facts = machine.describe(engine)
    load, busy = machine.load(), machine.busy()
    samples = rounds(engine, options.image, options.rounds)
    added = [through - hop - direct for through, hop, direct in samples]
    through, hop, direct = (statistics.median(column) for column in zip(*samples))
    row = [
        *(f"{value:.0f}" for value in (through, hop, direct, statistics.median(added), min(added), max(added))),
        f"<= {TARGET_US}",
        "yes" if statistics.median(added) <= TARGET_US else "no",
    ]
    head = ["through the bridge", "way there and back", "direct", "the bridge adds", "least", "most", "target", "met"]
    print(f"{facts['date']}; {facts['cores']} cores, load {load:.1f}, in use by others {busy:.0%}; Docker Engine {facts['engine']}")
    print(f"p50 of {options.rounds} rounds of 5,000 calls each, 100 B, us\n")
    if options.markdown:
        print(f"| {' | '.join(head)} |\n|{' ---: |' * len(head)}\n| {' | '.join(row)} |")
    else:
        print("\n".join(f"{name:20} {value}" for name, value in zip(head, row)))


if __name__ == "__main__":
    main()
