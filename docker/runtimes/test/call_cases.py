"""Bodies, failures, output and the control socket: what both runtimes must do with a call."""

import json
import os
import socket
import time
import unittest

import functions
from invoker import DATA, END, RESULT, RUN, Gone
from subject import NATIVE, NODE, PYTHON, act, by_language, of, start

BIG = 6 * 1024 * 1024


class Bodies(unittest.TestCase):
    @unittest.skipIf(NATIVE, "it reads no event")
    def test_reads_the_event_as_its_content_type_says(self):
        none, text, value, raw = by_language(
            ("NoneType", "str", "dict", "bytes"),
            ("null", "string", "object", "Buffer"),
            ("null", "String", "LinkedHashMap", "byte[]"),
        )
        cases = [
            ("application/json", b'{"a":"\xc3\xa9"}', value),
            ("application/problem+json; charset=utf-8", b'{"a":1}', value),
            ("TEXT/Plain", "é".encode(), text),
            ("text/csv; charset=iso-8859-1", b"\xe9", text),
            ("application/octet-stream", b"\x00\xff", raw),
            ("", b"\x00\xff", raw),
            ("application/json", b"", none),
            ("text/plain", b"", none),
        ]
        with start(of(functions.KIND)) as invoker:
            for content_type, body, expected in cases:
                with self.subTest(content_type=content_type, body=body):
                    result = invoker.call(body, content_type)
                    self.assertEqual(json.loads(result["body"])[0], expected)
            self.assertIn("é", json.loads(invoker.call(b"\xe9", "text/plain; charset=latin1")["body"])[1])

    @unittest.skipIf(NATIVE, "its results are bytes")
    def test_sends_the_result_as_its_type_says(self):
        with start(of(functions.ACTS)) as invoker:
            for name, content_type, body in (
                ("text", "text/plain; charset=utf-8", "héllo".encode()),
                ("empty", "text/plain; charset=utf-8", b""),
                ("none", "application/json", b"null"),
                ("mutate", "application/json", b'{"act":"mutate","value":"changed"}'),
            ):
                with self.subTest(name):
                    result = act(invoker, name)
                    self.assertEqual((result["content_type"], result["body"]), (content_type, body))
            result = act(invoker, "bytes", 5)
            self.assertEqual((result["content_type"], result["body"]), ("application/octet-stream", b"xxxxx"))

    def test_takes_and_sends_large_bodies_within_the_window(self):
        body = os.urandom(BIG)
        with start(of(functions.ECHO)) as invoker:
            result = invoker.call(body, "application/octet-stream")
            self.assertTrue(result["body"] == body)
            self.assertEqual(result["total"], len(body))
            self.assertEqual(invoker.call(b"1")["body"], b"1")

    def test_keeps_to_a_small_window(self):
        with start(of(functions.ECHO), window=70_000) as invoker:
            body = os.urandom(1_000_003)
            self.assertTrue(invoker.call(body, "application/octet-stream")["body"] == body)

    def test_handles_every_size_around_a_frame(self):
        with start(of(functions.ECHO)) as invoker:
            for size in (1, 13, 60_000, 65_200, 65_272, 65_527, 65_536, 65_537, 131_054, 262_144, 262_145):
                with self.subTest(size):
                    body = os.urandom(size)
                    self.assertTrue(invoker.call(body, "application/octet-stream")["body"] == body)

    def test_sends_large_text_and_json(self):
        text = "é€" * 100_000
        with start(of(functions.ECHO)) as invoker:
            self.assertEqual(invoker.call(text.encode(), "text/plain")["body"].decode(), text)
            self.assertEqual(json.loads(invoker.call(json.dumps([text]).encode())["body"]), [text])

    def test_drops_a_call_whose_event_is_broken_off(self):
        with start(of(functions.ECHO)) as invoker:
            invoker.send(RUN, 1, invoker.run_head(1, "text/plain", 1, b"abc"))
            invoker.send(DATA, 1, b"def")
            invoker.send(END, 1, b"\x01")
            self.assertTrue(invoker.silent())
            self.assertTrue(invoker.no_record())
            self.assertEqual(invoker.call(b"1")["body"], b"1")

    def test_stops_sending_a_result_that_is_not_wanted_any_more(self):
        with start(of(functions.ACTS)) as invoker:
            number = invoker.start(json.dumps({"act": "bytes", "value": BIG}).encode())
            while invoker.receive()[0] != DATA:
                pass
            invoker.send(END, number, b"\x01")
            while (frame := invoker.receive())[0] == DATA:
                pass
            self.assertEqual(frame, (END, number, b"\x01"))
            invoker.end_of_call()
            self.assertEqual(act(invoker, "count")["body"], b"1")

    @unittest.skipIf(NATIVE, "it reads no event")
    def test_refuses_an_event_that_is_not_what_it_says(self):
        with start(of(functions.ECHO)) as invoker:
            for content_type, body, words in (
                ("application/json", b'{"a": nope}', ("6", "7", "nope")),
                ("application/json", b'{"a": ', ("6", "7")),
                ("application/json", b"[NaN]", ("N",)),
                ("application/json", b"\xff\xfe", ("utf-8",)),
                ("application/json", b"[" * 100_000, ("",)),
                ("text/plain", b"ab\xff", ("utf-8",)),
                ("text/plain; charset=klingon", b"ab", ("klingon",)),
            ):
                with self.subTest(content_type=content_type, body=body[:20]):
                    result = invoker.call(body, content_type)
                    self.assertEqual((result["status"], result["type"], result["stack"]), (2, "InvalidEvent", ""))
                    self.assertTrue(any(word in result["message"] for word in words), result["message"])
            self.assertEqual(invoker.call("\ufffd".encode(), "text/plain")["body"], "\ufffd".encode())

    @unittest.skipIf(NATIVE, "its results are bytes")
    def test_refuses_a_result_that_cannot_be_sent(self):
        with start(of(functions.ACTS)) as invoker:
            for name, word in (
                ("unserialisable", by_language("set", "BigInt", "java.lang.Object")),
                ("nan", by_language("float", "N", "N")),
                ("circular", "ircular"),
            ):
                with self.subTest(name):
                    result = act(invoker, name)
                    self.assertEqual((result["status"], result["type"]), (3, "InvalidResult"))
                    self.assertIn(word, result["message"])

    def test_reads_frames_that_arrive_byte_by_byte(self):
        with start(of(functions.ECHO)) as invoker:
            self.assertEqual(invoker.call(b'{"a":1}', byte_by_byte=True)["body"], b'{"a":1}')
            self.assertEqual(invoker.call(b"[2]", byte_by_byte=True)["body"], b"[2]")


class Failing(unittest.TestCase):
    def check(self, result, kind, message):
        self.assertEqual((result["status"], result["type"], result["message"]), (1, kind, message))
        self.assertNotIn("/opt/hearth", result["stack"])

    def test_reports_type_message_and_stack_of_what_a_function_raises(self):
        with start(of(functions.ACTS)) as invoker:
            result = act(invoker, "raise")
            self.check(result, by_language("acts.Wrong", "Wrong", "acts$Wrong", "Wrong"), "broken on purpose")
            self.assertIn(by_language("acts.py", "acts.js", "acts.java", ""), result["stack"])
            self.assertEqual(result["detail"], 0)
            self.assertEqual(act(invoker, "count")["body"], b"1")

    def test_an_asynchronous_handler_may_fail_and_succeed(self):
        with start(of(functions.ASYNC)) as invoker:
            self.assertEqual(invoker.call(b"0")["body"], b"1")
            result = invoker.call(b"1")
            kind = by_language("KeyError", "TypeError", "java.util.NoSuchElementException")
            self.check(result, kind, "'gone'" if PYTHON else "gone")
            self.assertNotIn("asyncio", result["stack"])
            if PYTHON:
                self.check(invoker.call(b'"exit"'), "SystemExit", "4")
            self.assertEqual(invoker.call(b"0")["body"], b"1")

    @unittest.skipIf(NATIVE, "handlers return when they are done")
    def test_a_function_may_return_something_to_wait_for(self):
        with start(of(functions.ACTS)) as invoker:
            self.assertEqual(act(invoker, "async", "later")["body"], b"later")

    @unittest.skipIf(NATIVE, "it is a crash")
    def test_deep_recursion_is_an_error_of_the_function(self):
        with start(of(functions.ACTS)) as invoker:
            self.assertEqual(act(invoker, "deep")["type"], by_language("RecursionError", "RangeError", "java.lang.StackOverflowError"))
            self.assertEqual(act(invoker, "count")["body"], b"1")

    def test_marks_a_failure_behind_which_the_disk_is_full(self):
        with start(of(functions.ACTS)) as invoker:
            result = act(invoker, "nospace")
            self.assertEqual((result["status"], result["message"], result["detail"]), (1, by_language(*3 * ["wrapped"], "No space left on device"), 1))

    def test_an_exit_in_a_handler(self):
        with start(of(functions.ACTS)) as invoker:
            if PYTHON:
                self.check(act(invoker, "exit"), "SystemExit", "3")
                self.assertEqual(act(invoker, "count")["body"], b"1")
            else:
                invoker.start(b'{"act":"exit"}')
                self.assertEqual(invoker.exit_code(), 3)

    def test_a_process_that_ends_ends_the_connection(self):
        with start(of(functions.ACTS)) as invoker:
            invoker.start(b'{"act":"kill"}')
            with self.assertRaises(Gone):
                invoker.receive()
            self.assertEqual(invoker.exit_code(), 9)

    @unittest.skipUnless(NODE, "nodejs only")
    def test_what_nobody_caught_fails_the_call_that_runs(self):
        with start(of(functions.ACTS)) as invoker:
            self.check(act(invoker, "reject"), "Wrong", "broken later")
            self.check(act(invoker, "throw later"), "Wrong", "broken elsewhere")
            self.check(act(invoker, "unhandled"), "Wrong", "nobody listens")
            self.check(act(invoker, "string"), "string", "just a string")
            self.assertEqual(act(invoker, "function")["status"], 3)
            self.assertEqual(act(invoker, "count")["body"], b"1")

    @unittest.skipUnless(NODE, "nodejs only")
    def test_what_nobody_caught_between_calls_is_logged(self):
        with start(of(functions.ACTS)) as invoker:
            self.assertEqual(act(invoker, "stray")["body"], b"done")
            deadline = time.monotonic() + 5
            while "too late" not in invoker.stderr_now():
                self.assertLess(time.monotonic(), deadline)
                time.sleep(0.01)
            self.assertEqual(act(invoker, "count")["body"], b"1")


class Calls(unittest.TestCase):
    def test_answers_hundreds_of_calls_one_after_the_other(self):
        with start(of(functions.ACTS)) as invoker:
            for i in range(500):
                self.assertEqual(act(invoker, "count")["body"], str(i + 1).encode())

    def test_gives_the_context_of_the_contract(self):
        with start(of(functions.ACTS)) as invoker:
            values = json.loads(act(invoker, "context")["body"])
            self.assertEqual(values[:5], ["id-1", "greet", "rev-7", "team", 128])
            self.assertAlmostEqual(values[5], time.time() + 60, delta=10)
            self.assertTrue(50_000 < values[6] <= 60_000, values[6])
            self.assertEqual(values[7], "application/json")

    def test_output_is_in_the_pipe_before_the_call_is_over(self):
        with start(of(functions.ACTS)) as invoker:
            number = invoker.start(json.dumps({"act": "print", "value": "y" * 20_000}).encode())
            invoker.result(number)
            self.assertEqual(invoker.record(), ("E", 1))
            self.assertEqual(invoker.stdout_now(), "y" * 20_000 + "\n")
            self.assertEqual(invoker.stderr_now(), "error line\n")

    def test_output_larger_than_the_pipe_waits_for_its_reader(self):
        with start(of(functions.ACTS)) as invoker:
            number = invoker.start(json.dumps({"act": "print", "value": "y" * 1_000_000}).encode())
            output, deadline = "", time.monotonic() + 10
            while len(output) < 1_000_001 and time.monotonic() < deadline:
                output += invoker.stdout_now()
            self.assertEqual(output, "y" * 1_000_000 + "\n")
            self.assertEqual(invoker.result(number)["body"], b"1000000")

    @unittest.skipIf(NATIVE, "a case of its own")
    def test_survives_a_function_that_closes_or_replaces_its_output(self):
        with start(of(functions.ACTS)) as invoker:
            self.assertEqual(act(invoker, "close")["body"], b"closed")
            self.assertEqual(act(invoker, "print", "still here")["body"], b"10")
            self.assertEqual(invoker.stdout_now(), "still here\n")
            self.assertEqual(act(invoker, "replace")["body"], b"replaced")
            self.assertEqual(act(invoker, "count")["body"], b"1")

    def test_logs_through_the_context(self):
        with start(of(functions.ACTS)) as invoker:
            act(invoker, "log")
            self.assertEqual(invoker.stderr_now(), "INFO a logged line\n")

    def test_children_inherit_no_descriptor_of_the_runtime(self):
        with start(of(functions.ACTS)) as invoker:
            listing = act(invoker, "fds")["body"].decode()
            self.assertIn("0 -> ", listing)
            # Node gives children sockets as standard streams.
            self.assertNotRegex(listing, r" ([3-9]|\d\d+) -> socket:")

    def test_a_forked_child_does_not_answer(self):
        with start(of(functions.ACTS)) as invoker:
            self.assertEqual(act(invoker, "fork")["body"], b"from the parent")
            self.assertTrue(invoker.silent())
            self.assertEqual(act(invoker, "count")["body"], b"1")


class ControlSocket(unittest.TestCase):
    def test_the_result_comes_before_the_end_and_the_next_call_waits_for_clean(self):
        for kind in (socket.SOCK_SEQPACKET, socket.SOCK_STREAM):
            with self.subTest(kind), start(of(functions.ACTS), control_type=kind) as invoker:
                invoker.start(b'{"act":"count"}', number=1)
                self.assertEqual(invoker.record(), ("E", 1))
                kind_of_frame, _, _ = invoker.receive()
                self.assertEqual(kind_of_frame, RESULT)
                invoker.start(b'{"act":"count"}', number=2)
                self.assertTrue(invoker.silent())
                self.assertTrue(invoker.no_record())
                invoker.clean(1)
                self.assertEqual(invoker.result(2)["body"], b"2")
                self.assertEqual(invoker.record(), ("E", 2))

    def test_the_end_comes_after_the_last_part_of_a_large_result(self):
        with start(of(functions.ACTS)) as invoker:
            number = invoker.start(json.dumps({"act": "bytes", "value": 300_000}).encode())
            self.assertTrue(invoker.no_record())
            self.assertEqual(len(invoker.result(number)["body"]), 300_000)
            self.assertEqual(invoker.record(), ("E", 1))

    def test_serves_without_a_control_socket(self):
        with start(of(functions.ECHO), control=False) as invoker:
            self.assertEqual(invoker.call(b"1")["body"], b"1")
            self.assertEqual(invoker.call(b"2")["body"], b"2")
