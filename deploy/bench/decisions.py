"""Reads what JMH measured of pool and scheduler, and prints it beside the targets; called by decisions.sh."""

import argparse
import json
import os
import pathlib
import platform
import statistics
import time

from report import Table

POOL_MICROS = 2
PLACEMENTS = 200_000
# Student's t for 99.9 %, two-sided, by number of samples.
STUDENT = {2: 636.6, 3: 31.6, 4: 12.92, 5: 8.61, 6: 6.87, 7: 5.96, 8: 5.41, 9: 5.04, 10: 4.78}
FOUND = {
    "IDLE": "an idle container of its revision; release",
    "STEM": "a stem cell; initialise, release, remove, refill",
    "ROOM_LRU": "no room, evicts by lru; remove, start, initialise, release",
    "ROOM_RAM": "no room, evicts by ram; remove, start, initialise, release",
}
SHAPES = {
    "EMPTY": "empty cluster, nothing queued",
    "HALF": "half of 32,000 slots taken, nothing queued",
    "LOPSIDED": "half of the nodes full of memory with 4 calls, the others run 16, nothing queued",
    "LABELS": "half of 32,000 slots taken, every other revision requires one of four zones, nothing queued",
    "ONE": "100k queued of one revision",
    "SKEWED": "100k queued of 1,000 revisions (Zipf)",
    "PARKED": "100k queued of 10,000 revisions, 56 sizes, short of slots, memory, scratch",
}


def counted(run, name):
    """Samples of a counter, and of the measuring thread's processor time, both per second."""
    counters = run["secondaryMetrics"]
    return [[value for fork in counters[counter]["rawData"] for value in fork] for counter in (name, "cpuNanos")]


def micros(counts, nanos):
    """Processor time of one, in microseconds: the least, the mean, and the error of the mean as a share of it."""
    each = [nano / count / 1000 for count, nano in zip(counts, nanos)]
    mean = statistics.mean(each)
    if len(each) < 2:
        return min(each), mean, "-"
    error = STUDENT.get(len(each), 4.6) * statistics.stdev(each) / len(each) ** 0.5
    return min(each), mean, f"± {100 * error / mean:.0f} %"


def pool_table(runs):
    heads = ["a call finds", "decisions a turn", "CPU us a decision, best", "mean", "error", "CPU us a turn", "decisions/s, best"]
    table = Table("Pool: 10,000 containers, 32 calls running", *heads, "cores had", "target", "met")
    for run in runs:
        counts, nanos = counted(run, "decisions")
        best, mean, error = micros(counts, nanos)
        turn = run["secondaryMetrics"]["decisions"]["score"] / run["primaryMetric"]["score"]
        figures = [f"{turn:.2f}", f"{best:.2f}", f"{mean:.2f}", error, f"{best * turn:.2f}", f"{max(counts):,.0f}"]
        met = "yes" if best <= POOL_MICROS else "no"
        end = [f"{max(nanos) / 1e9:.2f}", f"<= {POOL_MICROS} us", met]
        table.row(FOUND[run["params"]["found"]], *figures, *end)
    return table


def scheduler_table(runs):
    heads = ["policy", "calls", "CPU us a placement, best", "mean", "error", "placements a CPU second", "placements/s, best"]
    table = Table("Scheduler: 1,000 invokers", *heads, "cores had", "target", "met")
    for run in runs:
        counts, nanos = counted(run, "placements")
        best, mean, error = micros(counts, nanos)
        rate = 1e6 / best
        figures = [f"{best:.2f}", f"{mean:.2f}", error, f"{rate:,.0f}", f"{max(counts):,.0f}"]
        met = "yes" if rate >= PLACEMENTS else "no"
        end = [f"{max(nanos) / 1e9:.2f}", f">= {PLACEMENTS:,}", met]
        table.row(run["params"]["policy"], SHAPES[run["params"]["shape"]], *figures, *end)
    return table


def processor():
    for line in pathlib.Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            return line.split(":", 1)[1].strip()
    return platform.machine()


def head(run):
    moment = time.strftime("%Y-%m-%d %H:%M UTC", time.gmtime())
    times = f"{run['warmupIterations']} x {run['warmupTime']} to warm up, {run['measurementIterations']} x {run['measurementTime']}"
    return [
        f"{moment}; {processor()}, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}; JDK {run['jdkVersion']}  ",
        f"JMH {run['jmhVersion']}, one fork, one thread, {times}; {' '.join(run['jvmArgs'])}",
    ]


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--markdown", action="store_true")
    parser.add_argument("results", nargs="+", type=pathlib.Path)
    options = parser.parse_args()
    runs = [run for file in options.results for run in json.loads(file.read_text())]
    pool = [run for run in runs if "found" in run["params"]]
    scheduler = [run for run in runs if "shape" in run["params"]]
    tables = [table for table in (pool_table(pool), scheduler_table(scheduler)) if table]
    shown = [table.markdown() if options.markdown else table.text() for table in tables]
    print("\n\n".join(["\n".join(head(runs[0])), *shown]))


if __name__ == "__main__":
    main()
