"""Breaks a cluster under load, one fault after the other, and tells what became of the calls."""

import argparse
import collections
import dataclasses
import sys
import time

import cases
import checks
import load
from rig import FaultFailed, Rig

WARM_SECONDS = 3
AFTER_SECONDS = 3
RECOVERY_SECONDS = 120
HEADINGS = (
    ("fault", 13),
    ("load held", 22),
    ("answers by code", 44),
    ("accepted, again, lost", 21),
    ("lost node's calls", 17),
    ("longest", 8),
    ("serves again", 12),
)


@dataclasses.dataclass
class Result:
    case: cases.Case
    cells: list
    faults: list


def say(text):
    print(f"  {time.strftime('%H:%M:%S')} {text}", file=sys.stderr, flush=True)


def wait_for_success(calls, node, after):
    deadline = time.monotonic() + RECOVERY_SECONDS
    while time.monotonic() < deadline:
        served = calls.first_success(node, after)
        if served is not None:
            return served
        time.sleep(0.05)
    return None


def suffered(case, rig, seed):
    """Load, fault, healing, load, and the checks of one case."""
    say(f"{case.name}: {case.told}")
    load.warm(rig, cases.VICTIM)
    figures = checks.capacities(rig)
    ended_before = rig.metric("hearth_async_ended_total")
    calls, faults = load.Load(rig, seed), []
    time.sleep(WARM_SECONDS)
    injected = time.monotonic()
    try:
        rig.fault(*case.does)
        time.sleep(case.seconds)
    except FaultFailed as failed:
        faults.append(str(failed))
    healing = time.monotonic()
    rig.fault(*case.undoes)
    served = wait_for_success(calls, cases.VICTIM, healing)
    time.sleep(AFTER_SECONDS)
    lasted = calls.stop()
    ends = checks.Ends(rig, calls.accepted)
    faults += [*checks.answers(case, calls, injected), *ends.faults(), *checks.settled(rig, figures)]
    if served is None:
        faults.append(f"{cases.VICTIM} has served nothing within {RECOVERY_SECONDS} s")
    if not case.head:
        ended = rig.metric("hearth_async_ended_total") - ended_before
        # Those whose answer was cut off ended too.
        if not len(ends.records) <= ended <= len(ends.records) + len(calls.unaccepted):
            faults.append(f"{len(ends.records)} accepted calls have ended, {ended:.0f} ends were counted")
    for fault in faults:
        say(f"FAULT {fault}")
    return Result(case, cells(case, calls, ends, Times(injected, healing, served, lasted)), faults)


@dataclasses.dataclass
class Times:
    injected: float
    healing: float
    served: float
    lasted: float


def cells(case, calls, ends, times):
    ok = [call for call in calls.calls if call.code == "200"]
    lost = [call.ended - max(call.begun, times.injected) for call in calls.calls if call.code == checks.LOST]
    late = [call.ended for call in calls.calls if call.code != "200" and call.begun > times.healing]
    recovered = None if times.served is None else max([times.served, *late]) - times.healing
    longest = max((call.took for call in calls.calls if call.kind != "pinned"), default=0)
    answered = collections.Counter(checks.codes(calls.calls)) + collections.Counter(f"async {code}" for code in calls.unaccepted)
    return [
        case.name,
        f"{len(ok) / times.lasted:.0f} + {len(calls.accepted) / times.lasted:.0f} calls/s",
        ", ".join(f"{code} {count}" for code, count in answered.most_common()),
        f"{len(calls.accepted)}, {ends.again()}, {ends.lost()}",
        f"<= {max(lost):.1f} s" if lost else "-",
        f"{longest:.1f} s",
        "no" if recovered is None else f"{recovered:.1f} s",
    ]


def table(results, markdown):
    rows = [[name for name, _ in HEADINGS], *(result.cells for result in results)]
    if markdown:
        rows = [[f"{r.case.told}" if r else cell[0], *cell[1:]] for r, cell in zip([None, *results], rows)]
        lines = ["| " + " | ".join(row) + " |" for row in rows]
        return "\n".join([lines[0], "|" + "---|" * len(HEADINGS), *lines[1:]])
    widths = [max(len(row[i]) for row in rows) for i in range(len(HEADINGS))]
    return "\n".join("  ".join(cell.ljust(width) for cell, width in zip(row, widths)).rstrip() for row in rows)


def main():
    parser = argparse.ArgumentParser(prog="deploy/cluster/faults.sh", description=__doc__)
    parser.add_argument("--rig", required=True)
    parser.add_argument("--faults", required=True)
    parser.add_argument("--markdown", action="store_true")
    parser.add_argument("--seed", type=int, default=7)
    options = parser.parse_args()
    cases.chosen(options.faults)
    rig, began = Rig(options.rig), time.monotonic()
    load.functions(rig, cases.VICTIM)
    results = [suffered(case, rig, options.seed) for case in cases.chosen(options.faults)]
    print(table(results, options.markdown))
    wrong = [f"{result.case.name}: {fault}" for result in results for fault in result.faults]
    print(f"\n{len(results)} faults in {time.monotonic() - began:.0f} s, {len(wrong)} things went wrong.", flush=True)
    for fault in wrong:
        print(f"  {fault}")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
