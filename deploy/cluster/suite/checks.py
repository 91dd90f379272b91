"""What must hold after a fault: each answer typed and in time, nothing accepted lost, nothing left behind, figures right."""

import collections
import http.client
import json
import time

from load import BROKEN, HUNG, REFUSED

# gateway.node-lost-after, and a second for a machine that is busy.
DETECTION_SECONDS = 5.5
SETTLE_SECONDS = 45
END_SECONDS = 120
POLL_SECONDS = 0.25
WAIT_IDS = 500
LOST = "NODE_LOST"


def codes(calls):
    return collections.Counter(call.code for call in calls)


def answers(case, load, injected):
    """Faults in the answers that clients got."""
    for code, count in codes(load.calls).items():
        if code == HUNG or code.startswith(("WRONG", "UNTYPED")):
            yield f"{count} calls: {code}"
        if code in (BROKEN, REFUSED) and not case.head:
            yield f"{count} calls: {code}, though the head was there"
    for code, count in codes(call for call in load.calls if call.kind != "pinned").items():
        if code not in ("200", BROKEN, REFUSED, HUNG) and code not in case.codes and not case.head:
            yield f"{count} calls that any node could take were answered with {code}"
    # A head that stands still answers when it goes on.
    bound = DETECTION_SECONDS + (case.seconds if case.does[0] == "head" else 0)
    late = [call for call in load.calls if call.code == LOST and call.ended - max(call.begun, injected) > bound]
    if late:
        yield f"{len(late)} calls of the lost node were answered later than {bound} s: {max(c.took for c in late):.1f} s"


class Ends:
    """How the asynchronous calls ended."""

    def __init__(self, rig, ids):
        self.records = {}
        self.unknown = []
        self.pending = list(ids)
        api, deadline = rig.api(), time.monotonic() + END_SECONDS
        while self.pending and time.monotonic() < deadline:
            for first in range(0, len(self.pending), WAIT_IDS):
                self._wait(api, self.pending[first : first + WAIT_IDS])
            self.pending = [one for one in self.pending if one not in self.records and one not in self.unknown]
        api.close()

    def _wait(self, api, ids):
        try:
            status, _, answer = api.request("POST", "/v1/invocations/wait", json.dumps({"ids": ids, "timeout": "10s"}).encode())
        except (OSError, http.client.HTTPException):
            time.sleep(POLL_SECONDS)
            return
        if status == 200:
            for record in json.loads(answer)["done"]:
                self.records[record["id"]] = record
        elif status == 404 and len(ids) > 1:
            for one in ids:
                self._wait(api, [one])
        elif status == 404:
            self.unknown += ids
        else:
            time.sleep(POLL_SECONDS)

    def lost(self):
        return len(self.pending) + len(self.unknown)

    def again(self):
        """Calls of which an attempt was lost."""
        return sum(record.get("attempts", 1) > 1 for record in self.records.values())

    def faults(self):
        if self.unknown:
            yield f"{len(self.unknown)} accepted calls are not known any more"
        if self.pending:
            yield f"{len(self.pending)} accepted calls have not ended, such as {self.pending[0]}"
        outcomes = collections.Counter(record.get("outcome") for record in self.records.values())
        for outcome, count in outcomes.items():
            if outcome != "SUCCESS":
                example = next(r for r in self.records.values() if r.get("outcome") == outcome)
                yield f"{count} accepted calls ended with {outcome}, such as {example['id']}: {example.get('cause')}"


def settled(rig, capacities):
    """Waits until every node is as it should be at rest, and tells what is not by then."""
    deadline = time.monotonic() + SETTLE_SECONDS
    while True:
        faults = list(_unsettled(rig, capacities))
        if not faults or time.monotonic() > deadline:
            return faults
        time.sleep(POLL_SECONDS)


def capacities(rig):
    return {node: {key: facts[key]["capacity"] for key in ("slots", "memory", "scratch")} for node, facts in rig.nodes().items()}


def _unsettled(rig, wanted):
    nodes = rig.nodes()
    have = capacities(rig)
    for worker in rig.workers:
        if worker not in nodes or not nodes[worker]["ready"] or nodes[worker].get("drained"):
            yield f"{worker} does not serve: {nodes.get(worker, {}).get('reason')}"
            continue
        if have[worker] != wanted[worker]:
            yield f"{worker} has {have[worker]}, had {wanted[worker]}"
        yield from _residue(rig, worker, nodes[worker])


def _at_rest(container):
    # A stem cell that is being started is nobody's call, and on a busy machine there always is one.
    return container["state"] in ("idle", "stem") or (container["state"] == "starting" and not container["function"])


def _residue(rig, worker, facts):
    try:
        pool, engine = rig.pool(worker), rig.engine(worker)
    except Exception as fault:
        yield f"{worker} does not tell its containers: {fault}"
        return
    busy = [f"{one['id']} {one['state']} {one['function']}" for one in pool if not _at_rest(one)]
    reserved = sum(one["memory"] for one in pool)
    if busy:
        yield f"{worker} has containers {busy} that are not at rest"
    if len(engine) > len(pool):
        yield f"{worker}'s engine has {len(engine)} containers, its pool {len(pool)}"
    if facts["slots"]["used"]:
        yield f"{worker} says that {facts['slots']['used']} calls run"
    if facts["memory"]["used"] != reserved:
        yield f"{worker} says {facts['memory']['used']} bytes reserved, its containers have {reserved}"
