"""Asynchronous calls: how many a second are accepted on disk, how many run, and what a long queue costs a restart.

The floor of acceptance is the same disk in the same run: a file to which 1 KiB is appended and flushed (fsync), again and
again, by one writer, which is what a commit of one call alone costs at least.
"""

import argparse
import os
import tempfile
import time

import machine
from engine import Engine
from node import OwnNode
from warm import wrk

BODY = 100
FLOOR_SECONDS, FLOOR_BYTES = 2, 1024
WARM_SECONDS, MOST_WARM_RUNS, GAIN = 5, 12, 1.05
QUEUE = ["async.queue=20000000", "async.queue-per-function=20000000"]
DONE_SECONDS = 600
SAMPLE_SECONDS = 1


def flushes(folder):
    """Appends that were flushed, a second."""
    with tempfile.TemporaryFile(dir=folder) as file:
        began, count = time.monotonic(), 0
        while time.monotonic() - began < FLOOR_SECONDS:
            file.write(b"x" * FLOOR_BYTES)
            file.flush()
            os.fsync(file.fileno())
            count += 1
        return count / (time.monotonic() - began)


def accepts(node, connections, seconds):
    url = f"{node.url}/v1/functions/echo/invocations?delay=24h"
    result = wrk(url, connections, BODY, seconds, node.key)
    if result["bad_status"] or result["socket_errors"]:
        raise RuntimeError(f"calls were not accepted: {result}")
    return result


def rate(result):
    return result["calls"] / result["micros"] * 1e6


def warm_up(node):
    """Until the compilers gain nothing more."""
    best = 0
    for _ in range(MOST_WARM_RUNS):
        now = rate(accepts(node, 256, WARM_SECONDS))
        if now < best * GAIN:
            return
        best = max(best, now)


def accepted(node, options):
    print(f"\nAccepted on disk, {BODY} bytes each; {flushes(node.home):.0f} flushes a second by one writer beside it\n")
    print("| calls under way | accepted/s | p50 ms | p99 ms | load |")
    print("| ---: | ---: | ---: | ---: | ---: |")
    for connections in (1, 16, 256):
        result = accepts(node, connections, options.seconds)
        p50, p99 = result["p50"] / 1e3, result["p99"] / 1e3
        print(f"| {connections} | {rate(result):.0f} | {p50:.2f} | {p99:.1f} | {machine.load():.1f} |", flush=True)


def metric(node, name):
    text = node.ask("GET", "/metrics")[1].decode()
    return sum(float(line.rsplit(" ", 1)[1]) for line in text.splitlines() if line.startswith(name))


def ran(node, count):
    """Calls that are due at once, from their acceptance to the end of the last."""
    url = f"{node.url}/v1/functions/echo/invocations"
    before = metric(node, "hearth_async_ended_total")
    began = time.monotonic()
    calls = 0
    while calls < count:
        calls += wrk(url, 64, BODY, 2, node.key)["calls"]
    while metric(node, "hearth_async_ended_total") - before < calls:
        if time.monotonic() - began > DONE_SECONDS:
            raise RuntimeError(f"{calls} calls have not ended within {DONE_SECONDS} s")
        time.sleep(0.2)
    took = time.monotonic() - began
    print(f"\nRun: {calls} calls accepted, run and written down in {took:.1f} s, {calls / took:.0f} a second", flush=True)


def long_queue(node, wanted):
    queued = metric(node, "hearth_async_queued")
    while queued < wanted:
        accepts(node, 256, WARM_SECONDS)
        queued = metric(node, "hearth_async_queued")
    time.sleep(SAMPLE_SECONDS)
    queued = metric(node, "hearth_async_queued")
    peak = machine.rss_mib(node.pid)
    node.stop()
    ready = node.start()
    print(
        f"\nQueue of {queued:.0f} calls: resident memory {peak:.0f} MiB before the restart, {machine.rss_mib(node.pid):.0f} MiB"
        f" after it; ready again after {ready / 1e3:.1f} s; load {machine.load():.1f}",
        flush=True,
    )
    time.sleep(SAMPLE_SECONDS)
    after = metric(node, "hearth_async_queued")
    if after != queued:
        raise RuntimeError(f"{queued:.0f} calls were queued before the restart, {after:.0f} after it")


def main():
    parser = argparse.ArgumentParser(prog="deploy/bench/async.sh", description=__doc__)
    parser.add_argument("--seconds", type=int, default=15, help="of each row (default: %(default)s)")
    parser.add_argument("--run", type=int, default=20_000, help="calls that are run (default: %(default)s)")
    parser.add_argument("--queued", type=int, default=1_000_000, help="calls of the long queue, 0 for none (default: %(default)s)")
    options = parser.parse_args()
    node = OwnNode(Engine(), QUEUE, bare=True)
    try:
        node.start()
        node.register("echo", "python3")
        warm_up(node)
        accepted(node, options)
        ran(node, options.run)
        if options.queued:
            long_queue(node, options.queued)
    finally:
        node.wipe()


main()
