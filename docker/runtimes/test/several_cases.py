"""Calls beside each other in one process: what runs when, whose lines are whose, what a call has for itself."""

import json
import os
import struct
import time
import unittest

import several_functions
from invoker import DATA, END, RUN
from subject import act, of, start

LOG = 11
SEVERAL = 4


class Several(unittest.TestCase):
    def begin(self, concurrency=SEVERAL, **options):
        invoker = start(of(several_functions.ACTS), concurrency=concurrency, **options)
        self.lines = {}
        return invoker

    @staticmethod
    def ask(invoker, number, name, value=None):
        return invoker.start(json.dumps({"act": name, "value": value}).encode(), number=number)

    def results(self, invoker, count):
        """By number, in the order of their ends; log frames are kept in self.lines."""
        done = {}
        while len(done) < count:
            kind, number, payload = invoker.receive()
            if kind == LOG:
                stream, micros = struct.unpack_from(">Bq", payload)
                self.assertNotIn(number, done, "a line after its call")
                self.assertLess(abs(micros / 1e6 - time.time()), 60)
                self.lines.setdefault((number, stream), []).append(payload[9:])
                continue
            self.assertEqual(kind, 7, number)
            done[number] = payload
        return done

    def bodies(self, invoker, count):
        return {number: json.loads(payload[payload.index(b"json") + 4 + 9 :]) for number, payload in self.results(invoker, count).items()}

    def text(self, number, stream=1):
        return b"".join(self.lines.get((number, stream), [])).decode()

    def ended(self, invoker, number):
        self.assertEqual(invoker.record(), ("E", number))
        invoker.clean(number)


class Order(Several):
    def test_calls_run_beside_each_other_and_come_as_they_end(self):
        with self.begin() as invoker:
            began = time.monotonic()
            for number, ms in ((1, 600), (2, 450), (3, 300), (4, 150)):
                self.ask(invoker, number, "sleep", ms)
            self.assertEqual(self.bodies(invoker, 4), {4: 150, 3: 300, 2: 450, 1: 600})
            self.assertLess(time.monotonic() - began, 2)
            self.ended(invoker, 4)

    def test_the_end_is_told_once_when_the_last_is_over(self):
        with self.begin() as invoker:
            self.ask(invoker, 1, "sleep", 500)
            for number in (2, 3):
                self.ask(invoker, number, "sleep", 1)
                self.assertEqual(self.bodies(invoker, 1), {number: 1})
            self.assertTrue(invoker.no_record())
            self.assertEqual(self.bodies(invoker, 1), {1: 500})
            self.ended(invoker, 3)
            self.assertTrue(invoker.no_record(0.1))

    def test_calls_that_come_while_the_bridge_cleans_wait(self):
        with self.begin() as invoker:
            self.ask(invoker, 1, "sleep", 1)
            self.bodies(invoker, 1)
            self.assertEqual(invoker.record(), ("E", 1))
            for number in (2, 3):
                self.ask(invoker, number, "sleep", 1)
            self.assertTrue(invoker.silent())
            invoker.clean(1)
            self.assertEqual(sorted(self.bodies(invoker, 2)), [2, 3])
            self.ended(invoker, 3)

    def test_an_event_that_still_arrives_is_under_way(self):
        with self.begin() as invoker:
            body = json.dumps({"act": "sleep", "value": 1}).encode()
            invoker.send(RUN, 1, invoker.run_head(1, "application/json", 1, body[:5]))
            self.ask(invoker, 2, "sleep", 1)
            self.bodies(invoker, 1)
            self.assertTrue(invoker.no_record())
            invoker.send(DATA, 1, body[5:])
            invoker.send(END, 1, b"\0")
            self.assertEqual(self.bodies(invoker, 1), {1: 1})
            self.ended(invoker, 2)

    def test_an_event_that_is_broken_off_uses_its_number_up(self):
        with self.begin() as invoker:
            invoker.send(RUN, 2, invoker.run_head(2, "application/json", 1, b"{"))
            self.ask(invoker, 1, "sleep", 1)
            self.bodies(invoker, 1)
            invoker.send(END, 2, b"\1")
            self.ended(invoker, 2)
            self.ask(invoker, 3, "sleep", 1)
            self.assertEqual(self.bodies(invoker, 1), {3: 1})
            self.ended(invoker, 3)

    def test_hello_names_the_last_call_that_was_cleaned_up_after(self):
        with self.begin() as invoker:
            invoker.send(RUN, 2, invoker.run_head(2, "application/json", 1, b"{"))
            self.ask(invoker, 1, "sleep", 1)
            self.bodies(invoker, 1)
            invoker.send(END, 2, b"\1")
            self.ended(invoker, 2)
            self.ask(invoker, 3, "sleep", 1)
            self.bodies(invoker, 1)
            self.assertEqual(invoker.record(), ("E", 3))
            self.assertEqual(invoker.accept()["completed"], 2)
            invoker.welcome()
            invoker.clean(3)
            self.ask(invoker, 4, "sleep", 1)
            self.assertEqual(self.bodies(invoker, 1), {4: 1})

    def test_an_error_of_one_is_nobody_elses(self):
        with self.begin() as invoker:
            self.ask(invoker, 1, "sleep", 200)
            self.ask(invoker, 2, "raise")
            done = self.results(invoker, 2)
            self.assertEqual([(number, payload[0]) for number, payload in done.items()], [(2, 1), (1, 0)])
            self.ended(invoker, 2)

    def test_many_calls_in_turns(self):
        with self.begin(concurrency=100) as invoker:
            done, sent = 0, 0
            while done < 1000:
                while sent < 1000 and sent - done < 100:
                    sent += 1
                    self.ask(invoker, sent, "sleep", sent % 7)
                kind, *_ = invoker.receive()
                done += kind == 7
                invoker.control.setblocking(False)
                try:
                    invoker.clean(int.from_bytes(invoker.control.recv(9)[1:], "big"))
                except BlockingIOError:
                    pass
                invoker.control.settimeout(20)

    def test_after_a_restart_the_calls_in_flight_are_told(self):
        with self.begin() as invoker:
            for number in (1, 2):
                self.ask(invoker, number, "sleep", 3000)
            time.sleep(0.3)
            hello = invoker.accept()
            self.assertEqual(sorted(hello["in_flight"]), [1, 2])
            self.assertEqual(hello["minor"], 1)


class Scope(Several):
    def test_lines_go_with_their_call(self):
        with self.begin() as invoker:
            for number in range(1, SEVERAL + 1):
                self.ask(invoker, number, "print", f"n{number}")
            self.results(invoker, SEVERAL)
            for number in range(1, SEVERAL + 1):
                self.assertEqual(self.text(number).splitlines(), [f"n{number} {k}" for k in range(5)] + ["no end"])
                self.assertEqual(self.text(number, 2), f"INFO n{number}\nerr n{number}\n")
            self.assertEqual(invoker.stdout_now(), "")

    def test_threads_of_a_call_print_for_it(self):
        with self.begin() as invoker:
            self.ask(invoker, 1, "thread", "t")
            self.results(invoker, 1)
            self.assertEqual(self.text(1), "from t\n")

    def test_what_is_printed_after_the_call_is_the_containers_own(self):
        with self.begin() as invoker:
            self.ask(invoker, 1, "late", 150)
            self.bodies(invoker, 1)
            self.assertEqual(self.text(1), "")
            self.ended(invoker, 1)
            deadline = time.monotonic() + 5
            text = ""
            while "late" not in text and time.monotonic() < deadline:
                text += invoker.stdout_now()
                time.sleep(0.01)
            self.assertEqual(text, "late\n")

    def test_a_line_longer_than_a_frame_comes_in_pieces(self):
        with self.begin() as invoker:
            self.ask(invoker, 1, "long", 200000)
            self.bodies(invoker, 1)
            self.assertEqual(self.text(1), "x" * 200000 + "\n")

    def test_each_call_has_a_folder_that_goes_with_it(self):
        with self.begin() as invoker:
            for number in (1, 2):
                self.ask(invoker, number, "scratch", 200)
            folders = {number: body[0] for number, body in self.bodies(invoker, 2).items()}
            self.assertNotEqual(folders[1], folders[2])
            for folder in folders.values():
                self.assertTrue(folder.startswith("/tmp/"), folder)
            self.ended(invoker, 2)
            self.assertEqual([folder for folder in folders.values() if os.path.exists(folder)], [])

    def test_one_call_at_a_time_has_tmp(self):
        with start(of(several_functions.ACTS)) as invoker:
            self.assertEqual(json.loads(act(invoker, "scratch", 1)["body"]), ["/tmp"])
