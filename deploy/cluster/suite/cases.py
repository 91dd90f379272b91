"""The faults of the suite: what is done, for how long, and what it may do to calls."""

import dataclasses
import typing

VICTIM = "w1"
OTHER = "w2"


@dataclasses.dataclass(frozen=True)
class Case:
    """One fault.

    does: words of fault.sh; undoes: likewise
    seconds: between the two
    head: the head goes, so connections to it break and its counters begin anew
    codes: errors that calls of any node may be answered with
    """

    name: str
    does: tuple
    undoes: tuple
    seconds: float
    head: bool = False
    codes: tuple = ("NODE_LOST",)
    disk: bool = False
    told: str = ""


def worker(name, does, undoes="heal", seconds=8.0, **more):
    return Case(name, (VICTIM, *does.split()), (VICTIM, *undoes.split()), seconds, **more)


CASES: typing.Sequence[Case] = (
    worker("kill", "kill", "start", told="worker killed (SIGKILL), started again"),
    worker("pause", "pause", "resume", told="worker stands still (SIGSTOP)"),
    worker("blink", "pause", "resume", 2.5, codes=(), told="worker stands still, for less than it takes to be given up"),
    worker("cut", "cut", told="packets dropped both ways"),
    worker("brief-cut", "cut", seconds=3.0, told="packets dropped both ways, for less than it takes to be given up"),
    worker("cut-in", "cut-in", told="packets to the worker dropped"),
    worker("cut-out", "cut-out", told="packets from the worker dropped"),
    worker("cut-from", f"cut-from {OTHER}", codes=(), told="packets between two workers dropped"),
    worker("loss", "loss 5", seconds=15.0, told="5 % of packets lost, both ways"),
    worker("delay", "delay 200", seconds=12.0, codes=(), told="packets 200 ms late, both ways"),
    Case("head-kill", ("head", "kill"), ("head", "start"), 3.0, head=True, told="head killed (SIGKILL), started again"),
    Case("head-pause", ("head", "pause"), ("head", "resume"), 8.0, told="head stands still (SIGSTOP)"),
    Case("head-cut", ("head", "cut"), ("head", "heal"), 8.0, codes=("NODE_LOST", "NO_CAPACITY"), told="head cut off from all workers"),
    worker("restart", "restart", "start", 1.0, codes=("SHUTTING_DOWN", "NODE_LOST"), told="worker stopped (SIGTERM) under load, started again"),
    worker("engine", "kill-engine", "heal", 6.0, codes=("FUNCTION_CRASHED", "NO_CAPACITY"), told="worker's Docker Engine killed, started again"),
    worker("disk", "disk-full", "disk-free", 10.0, codes=("NO_CAPACITY",), disk=True, told="worker's disk full, its engine's too"),
    worker("clock-ahead", "clock 60", "heal", 12.0, codes=("SHUTTING_DOWN",), told="worker's clock a minute ahead"),
    worker("clock-behind", "clock -60", "heal", 12.0, codes=("SHUTTING_DOWN",), told="worker's clock a minute behind"),
    Case("roll", ("all", "roll"), ("all", "heal"), 1.0, head=True, codes=("SHUTTING_DOWN",), told="rolling restart: each worker drained and restarted, then the head"),
)
SHORT = "kill,pause,cut,cut-out,head-kill"


def chosen(text):
    known = {case.name: case for case in CASES}
    names = {"all": list(known), "short": SHORT.split(",")}.get(text, text.split(","))
    wrong = [name for name in names if name not in known]
    if wrong:
        raise SystemExit(f"no fault is called {', '.join(wrong)}: they are {', '.join(known)}.")
    return [known[name] for name in names]
