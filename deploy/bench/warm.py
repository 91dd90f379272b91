"""Warm calls: the same wrk against the floor and against Hearth, in turns."""

import collections
import json
import os
import statistics
import subprocess

import machine

HERE = os.path.dirname(os.path.abspath(__file__))
# (connections, bytes of body)
CASES = [(c, size) for size in (100, 10_240) for c in (1, 16, 64)] + [(c, 1 << 20) for c in (1, 16)]
# The interpreters are measured in all cases, what is compiled in these.
COMPILED, COMPILED_CASES = ("java", "native"), ((1, 100), (16, 100))
# Sixty-four containers at once, of each runtime, must fit into the node's budgets of memory and scratch.
SPEC = {"memory": "96MiB", "disk": "16MiB"}
MEMORY = {"java": "128MiB"}
# Each container has a runtime to warm up: Node compiles what it has run some hundred times.
CALLS_PER_CONTAINER, LARGE_BODY = 500, 100_000
COMPILED_AFTER, COMPILING_RUNS = 20_000, 25
# Both compilers go on for some hundred thousand calls; what comes after this gains less than the noise.
COMPILED_GAIN = 1.05
RSS_CONNECTIONS, RSS_BODY, RSS_SECONDS, RSS_RUNS = 16, 100, 5, 14


def wrk(url, connections, body, seconds, key=""):
    command = ["wrk", "-t1", f"-c{connections}", f"-d{seconds}s", "--timeout", "10s", "-s", f"{HERE}/wrk.lua", url]
    environment = {**os.environ, "BODY_BYTES": str(body), **({"BEARER": key} if key else {})}
    result = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=seconds + 60, check=True)
    for line in result.stdout.splitlines():
        if line.startswith("JSON "):
            return json.loads(line[5:])
    raise RuntimeError(f"wrk printed no result: {result.stdout}{result.stderr}")


class Floor:
    """The running echo server of floor.c."""

    def __init__(self, binary):
        self._process = subprocess.Popen([binary], stdout=subprocess.PIPE, text=True)
        self.url = f"http://127.0.0.1:{int(self._process.stdout.readline())}/echo"

    def stop(self):
        self._process.terminate()
        self._process.wait()
        self._process.stdout.close()


class Warm:
    """Measures the cases round by round: floor, then each runtime; a runtime's ratio is to the floor of its own round."""

    def __init__(self, node, floor, runtimes, plan, say):
        self._node = node
        self._floor = floor
        self._runtimes = runtimes
        self._plan = plan
        self._say = say

    def run(self):
        for runtime in self._runtimes:
            self._node.register(f"echo-{runtime}", runtime, **spec_of(runtime))
            self._compile(runtime)
        return [self._case(*case, runtimes) for case in CASES if (runtimes := self._measured(case))]

    def _measured(self, case):
        return [runtime for runtime in self._runtimes if runtime not in COMPILED or case in COMPILED_CASES]

    def _compile(self, runtime):
        """Calls until the JVM and the runtime have compiled the path of a call: until the rate no longer grows."""
        calls, best = 0, 0
        for _ in range(COMPILING_RUNS):
            run = self._hearth(runtime, 16, 100, self._plan.seconds)
            calls += run["calls"]
            if calls > COMPILED_AFTER and rate(run) < best * COMPILED_GAIN:
                return
            best = max(best, rate(run))

    def _hearth(self, runtime, connections, body, seconds):
        pid = self._node.pid
        before = machine.cpu_seconds(pid) if pid else None
        run = wrk(f"{self._node.url}/v1/functions/echo-{runtime}/invoke", connections, body, seconds, self._node.key)
        if pid and run["calls"]:
            run["cpu_micros"] = (machine.cpu_seconds(pid) - before) * 1e6 / run["calls"]
        return run

    def _case(self, connections, body, runtimes):
        self._say(f"warm: {connections} connections, {body} bytes")
        for runtime in runtimes:
            self._settle(runtime, connections, body)
        rounds = []
        for _ in range(self._plan.rounds):
            entry = {"busy_before": machine.busy(), "load": machine.load()}
            entry["floor"] = wrk(self._floor.url, connections, body, self._plan.seconds)
            for runtime in runtimes:
                entry[runtime] = self._hearth(runtime, connections, body, self._plan.seconds)
            rounds.append(entry)
        return {"connections": connections, "body": body, "rounds": rounds, "containers": self._containers()}

    def _settle(self, runtime, connections, body):
        """Calls until the pool has stopped growing: a start takes more of the machine than thousands of calls."""
        wanted = connections * CALLS_PER_CONTAINER if body < LARGE_BODY else 0
        calls, before = 0, -1
        for _ in range(self._plan.settling):
            calls += self._hearth(runtime, connections, body, 1)["calls"]
            now = self._containers()
            if now["starting"] == 0 and sum(now.values()) == before and calls >= wanted:
                return
            before = sum(now.values())

    def _containers(self):
        return collections.Counter(container["state"] for container in self._node.pool())


def spec_of(runtime):
    return {**SPEC, "memory": MEMORY.get(runtime, SPEC["memory"])}


def rate(run):
    return run["calls"] * 1e6 / run["micros"]


def summary(case, runtime):
    """Medians over the rounds of one case."""
    rounds = case["rounds"]

    def median(value):
        return statistics.median(value(entry) for entry in rounds)

    runs = [entry[runtime] for entry in rounds]
    result = {
        "runtime": runtime,
        "connections": case["connections"],
        "body": case["body"],
        "ratio": median(lambda e: rate(e[runtime]) / rate(e["floor"])),
        "added_p50": median(lambda e: e[runtime]["p50"] - e["floor"]["p50"]),
        "rate": median(lambda e: rate(e[runtime])),
        "floor_rate": median(lambda e: rate(e["floor"])),
        "p50": median(lambda e: e[runtime]["p50"]),
        "floor_p50": median(lambda e: e["floor"]["p50"]),
        "p99": median(lambda e: e[runtime]["p99"]),
        "floor_p99": median(lambda e: e["floor"]["p99"]),
        "bad_status": sum(run["bad_status"] for run in runs),
        "socket_errors": sum(run["socket_errors"] for run in runs),
        "calls": sum(run["calls"] for run in runs),
        "busy_before": median(lambda e: e["busy_before"]),
    }
    cpu = [run["cpu_micros"] for run in runs if "cpu_micros" in run]
    if cpu:
        result["cpu_micros"] = statistics.median(cpu)
    return result


def resident(node, runtime, calls, say):
    """RSS of the node's process at the beginning and after so many calls."""
    say(f"rss: {calls} calls")
    before = machine.rss_mib(node.pid)
    node.register("echo-rss", runtime, **spec_of(runtime))
    done = errors = 0
    for _ in range(RSS_RUNS):
        run = wrk(f"{node.url}/v1/functions/echo-rss/invoke", RSS_CONNECTIONS, RSS_BODY, RSS_SECONDS, node.key)
        done += run["calls"]
        errors += run["bad_status"] + run["socket_errors"]
        if done >= calls:
            break
    return {"before_mib": before, "after_mib": machine.rss_mib(node.pid), "calls": done, "errors": errors}
