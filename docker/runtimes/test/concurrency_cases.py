"""Several calls at once in one container."""

import json
import os
import struct
import time
import unittest

from invoker import CREDIT, LOG, RESULT, RUN, Fields
from subject import of, start

# Acts wait for a `free` of their number, so that the test says what ends when.
CONCURRENT = {
    "nodejs": {
        "m.mjs": """
import fs from 'node:fs';
import os, { tmpdir } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';

const waiting = new Map();
const gate = (name) => new Promise((go) => waiting.set(name, go));

export async function handle({ act, name }, context) {
  if (act === 'free') {
    waiting.get(name)();
    return 'freed';
  }
  console.log(`${name} begins`);
  process.stdout.write(`${name} half `);
  context.logger.info(`${name} logs`);
  if (act === 'files') {
    const directory = context.scratch;
    fs.writeFileSync(`${os.tmpdir()}/mine`, name);
    await gate(name);
    const same = directory === tmpdir() && directory === os.tmpdir();
    return { same, directory, held: fs.readFileSync(`${directory}/mine`, 'utf8') };
  }
  if (act === 'throws later') {
    setTimeout(() => { throw new RangeError(`thrown by ${name}`); }, 10);
    await gate('never');
  }
  if (act === 'rejects aside') {
    Promise.reject(new RangeError(`rejected by ${name}`));
    await gate('never');
  }
  if (act === 'lingers') {
    setTimeout(() => console.log(`${name} is over`), 50);
    return name;
  }
  if (act === 'floods') {
    console.log('x'.repeat(200000));
    return name;
  }
  await gate(name);
  await sleep(1);
  console.error(`${name} ends`);
  return act === 'large' ? Buffer.alloc(400000, name) : name;
}
"""
    }
}
WINDOW = 262144


class Concurrency(unittest.TestCase):
    def begin(self, invoker, number, act, name, **options):
        event = json.dumps({"act": act, "name": name}).encode()
        return invoker.start(event, number=number, **options)

    def gather(self, invoker, until):
        """(numbers in the order of their results, bodies by number, lines by number) up to so many results."""
        order, bodies, lines = [], {}, {}
        while len(order) < until:
            kind, number, payload = invoker.receive()
            if kind == LOG:
                stream, _ = Fields(payload).take("Bq")
                lines[number] = lines.get(number, "") + f"{stream}:" + payload[9:].decode() + "|"
            elif kind == RESULT:
                fields = Fields(payload)
                status = fields.take("B")
                order.append(number)
                if status:
                    fields.take("B")
                    bodies[number] = (status, fields.string(), fields.string())
                else:
                    fields.string()
                    _, more = fields.take("qB")
                    bodies[number] = fields.data
        return order, bodies, lines

    def test_runs_calls_beside_each_other_and_answers_in_any_order(self):
        with start(of(CONCURRENT), concurrency=3) as invoker:
            self.begin(invoker, 1, "wait", "a")
            self.begin(invoker, 2, "wait", "b")
            self.begin(invoker, 3, "free", "b")
            order, bodies, _ = self.gather(invoker, 2)
            self.assertEqual(sorted(order), [2, 3])
            self.begin(invoker, 4, "free", "a")
            order, bodies, _ = self.gather(invoker, 2)
            self.assertEqual(bodies[1], b"a")

    def test_tells_the_bridge_when_no_call_runs_and_waits_for_it(self):
        with start(of(CONCURRENT), concurrency=3) as invoker:
            self.begin(invoker, 1, "wait", "a")
            self.begin(invoker, 2, "free", "a")
            self.gather(invoker, 2)
            self.assertEqual(invoker.record(), ("E", 2))
            self.begin(invoker, 3, "free", "a")
            self.assertTrue(invoker.silent())
            invoker.clean(2)
            self.gather(invoker, 1)
            self.assertEqual(invoker.record(), ("E", 3))

    def test_does_not_tell_the_bridge_while_an_event_arrives(self):
        with start(of(CONCURRENT), concurrency=2) as invoker:
            event = json.dumps({"act": "free", "name": "a"}).encode()
            invoker.send(RUN, 1, invoker.run_head(1, "application/json", 1, event[:5]))
            self.begin(invoker, 2, "lingers", "b")
            self.gather(invoker, 1)
            self.assertTrue(invoker.no_record())
            invoker.send(9, 1, b"\1")
            self.assertEqual(invoker.record(), ("E", 2))

    def test_sends_the_lines_of_each_call_with_its_number(self):
        with start(of(CONCURRENT), concurrency=4) as invoker:
            self.begin(invoker, 1, "wait", "a")
            self.begin(invoker, 2, "wait", "b")
            self.begin(invoker, 3, "free", "a")
            self.begin(invoker, 4, "free", "b")
            _, _, lines = self.gather(invoker, 4)
            for number, name in ((1, "a"), (2, "b")):
                said = lines[number].replace("|1:", "").replace("|2:", "")
                for line in (f"{name} begins\n", f"INFO {name} logs\n", f"{name} ends\n", f"{name} half "):
                    self.assertIn(line, said)
                self.assertNotIn("b" if name == "a" else "a", said.replace("begins", "").replace("half", ""))
            self.assertEqual(invoker.stdout_now(), "")

    def test_lines_after_a_call_go_to_the_container(self):
        with start(of(CONCURRENT), concurrency=2) as invoker:
            self.begin(invoker, 1, "lingers", "a")
            self.gather(invoker, 1)
            deadline = time.monotonic() + 5
            said = ""
            while "a is over" not in said and time.monotonic() < deadline:
                said += invoker.stdout_now()
            self.assertEqual(said, "a is over\n")

    def test_cuts_long_lines_into_frames(self):
        with start(of(CONCURRENT), concurrency=2) as invoker:
            self.begin(invoker, 1, "floods", "a")
            _, _, lines = self.gather(invoker, 1)
            self.assertEqual(lines[1].count("x"), 200000)

    def test_each_call_has_a_directory_of_its_own(self):
        with start(of(CONCURRENT), concurrency=4) as invoker:
            self.begin(invoker, 1, "files", "a")
            self.begin(invoker, 2, "files", "b")
            self.begin(invoker, 3, "free", "a")
            self.begin(invoker, 4, "free", "b")
            _, bodies, _ = self.gather(invoker, 4)
            a, b = json.loads(bodies[1]), json.loads(bodies[2])
            self.assertEqual((a["held"], a["same"], b["held"], b["same"]), ("a", True, "b", True))
            self.assertNotEqual(a["directory"], b["directory"])
            self.assertFalse(os.path.exists(a["directory"]))

    def test_what_nobody_caught_fails_the_call_that_began_it(self):
        for act, how in (("throws later", "thrown"), ("rejects aside", "rejected")):
            with self.subTest(act), start(of(CONCURRENT), concurrency=3) as invoker:
                self.begin(invoker, 1, "wait", "a")
                self.begin(invoker, 2, act, "b")
                order, bodies, _ = self.gather(invoker, 1)
                self.assertEqual(order, [2])
                self.assertEqual(bodies[2], (1, "RangeError", f"{how} by b"))
                self.begin(invoker, 3, "free", "a")
                self.assertEqual(sorted(self.gather(invoker, 2)[0]), [1, 3])

    def test_large_results_wait_for_their_own_credit(self):
        with start(of(CONCURRENT), concurrency=3) as invoker:
            self.begin(invoker, 1, "large", "a")
            self.begin(invoker, 2, "large", "b")
            self.begin(invoker, 3, "free", "a")
            got = 0
            while got < WINDOW:
                kind, number, payload = invoker.receive()
                if kind == RESULT and number == 1:
                    fields = Fields(payload)
                    fields.take("B")
                    fields.string()
                    fields.take("qB")
                    got += len(fields.data)
                elif number == 1 and kind == 8:
                    got += len(payload)
            self.assertTrue(invoker.silent())
            invoker.send(CREDIT, 1, struct.pack(">I", WINDOW))
            while got < 400000:
                kind, number, payload = invoker.receive()
                self.assertEqual(number, 1)
                got += len(payload)

    def test_says_which_calls_run_when_it_dials_again(self):
        with start(of(CONCURRENT), concurrency=3) as invoker:
            self.begin(invoker, 1, "wait", "a")
            self.begin(invoker, 2, "wait", "b")
            while invoker.receive()[1] != 2:
                pass
            hello = invoker.accept()
            self.assertEqual((hello["in_flight"], hello["completed"]), ([1, 2], 0))

    def test_more_calls_than_may_run_are_a_protocol_error(self):
        with start(of(CONCURRENT), concurrency=2) as invoker:
            for number in (1, 2, 3):
                self.begin(invoker, number, "wait", "a")
            self.assertEqual(invoker.exit_code(), 76)
