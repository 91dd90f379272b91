"""What both runtimes must do, as docs/contracts.md says it."""

import json
import os
import socket
import struct
import time
import unittest

import functions
from invoker import COMMANDS, DATA, END, REFUSE, RESULT, RUN, Gone, Invoker, ready, string

RUNTIME = os.environ["RUNTIME"]
COMMAND = json.loads(os.environ.get("RUNTIME_COMMAND") or "null") or COMMANDS[RUNTIME]
PYTHON = RUNTIME == "python3"
BIG = 6 * 1024 * 1024


def of(table):
    return table[RUNTIME]


def start(files, handler="", **options):
    return ready(COMMAND, files, handler, **options)


def act(invoker, name, value=None):
    return invoker.call(json.dumps({"act": name, "value": value}).encode())


class Greeting(unittest.TestCase):
    def test_says_hello_without_a_revision_until_init(self):
        with Invoker(COMMAND) as invoker:
            hello = invoker.accept()
            self.assertEqual(
                hello,
                {"major": 1, "minor": 0, "role": 1, "runtime": RUNTIME, "revision": "", "in_flight": [], "completed": 0},
            )

    def test_exits_with_70_and_the_sentence_when_refused(self):
        with Invoker(COMMAND) as invoker:
            invoker.accept()
            invoker.send(REFUSE, 0, string("major 1 is not spoken here"))
            self.assertEqual(invoker.exit_code(), 70)
            self.assertIn("major 1 is not spoken here", invoker.stderr_now())

    def test_dials_again_with_its_revision_and_serves_on(self):
        with start(of(functions.ACTS)) as invoker:
            self.assertEqual(act(invoker, "count")["body"], b"1")
            hello = invoker.accept()
            self.assertEqual((hello["revision"], hello["in_flight"], hello["completed"]), ("rev-7", [], 1))
            invoker.welcome()
            self.assertEqual(act(invoker, "count")["body"], b"2")

    def test_drops_the_result_of_a_call_from_before_the_break(self):
        with start(of(functions.ACTS)) as invoker:
            invoker.start(json.dumps({"act": "sleep", "value": 0.5}).encode())
            time.sleep(0.2)
            hello = invoker.accept()
            # Python reads nothing while a handler runs: it dials when the call is over.
            self.assertEqual((hello["in_flight"], hello["completed"]), ([], 1) if PYTHON else ([1], 0))
            invoker.welcome()
            invoker.end_of_call()
            self.assertTrue(invoker.silent())
            self.assertEqual(act(invoker, "count")["body"], b"1")

    def test_exits_with_71_when_nobody_listens_for_the_grace_period(self):
        with start(of(functions.ECHO), grace=1) as invoker:
            invoker.server.close()
            invoker.connection.close()
            self.assertEqual(invoker.exit_code(), 71)

    def test_closes_the_connection_at_a_wrong_length(self):
        for length in (8, 65537):
            with self.subTest(length), start(of(functions.ECHO)) as invoker:
                invoker.connection.sendall(struct.pack(">IBQ", length, RUN, 1))
                self.assertEqual(invoker.exit_code(), 76)

    def test_ignores_frames_of_unknown_type(self):
        with start(of(functions.ECHO)) as invoker:
            invoker.send(99, 5, b"what is this")
            self.assertEqual(invoker.call(b"1")["body"], b"1")


class Loading(unittest.TestCase):
    def fails(self, files, handler="", **options):
        with Invoker(COMMAND) as invoker:
            invoker.accept()
            invoker.welcome()
            status, *failure = invoker.init(files, handler, **options)
            self.assertEqual(status, 1)
            for text in failure:
                self.assertNotIn("/opt/hearth", text)
            return failure

    def test_loads_a_single_file(self):
        with start(of(functions.ECHO)) as invoker:
            self.assertEqual(invoker.call(b'{"a":1}')["body"], b'{"a":1}')

    def test_accepts_the_module_of_a_single_file_in_the_handler(self):
        with start(of(functions.ECHO), "hello.handle") as invoker:
            self.assertEqual(invoker.call(b"2")["body"], b"2")

    def test_loads_an_archive_with_a_vendored_library(self):
        with start(of(functions.ARCHIVE)) as invoker:
            self.assertEqual(invoker.call()["body"], b"vendored and part")

    def test_loads_the_handler_of_a_module_in_a_folder(self):
        with start(of(functions.ARCHIVE), "lib.part.other") as invoker:
            self.assertEqual(invoker.call()["body"], b"other")

    def test_a_file_named_like_a_standard_module_leaves_that_module_alone(self):
        with start(of(functions.SHADOWS_STANDARD_LIBRARY)) as invoker:
            self.assertEqual(invoker.call()["body"], b'["function_json"]' if PYTHON else b'["function"]')

    def test_sets_environment_and_working_directory_and_hides_its_own_variables(self):
        with start(of(functions.ACTS), environment={"GREETING": "hé", "EMPTY": ""}) as invoker:
            self.assertEqual(json.loads(act(invoker, "env")["body"]), ["hé", invoker.code, None, None])

    def test_reports_a_syntax_error_with_file_and_line(self):
        kind, message, stack = self.fails(of(functions.SYNTAX_ERROR))
        self.assertEqual(kind, "SyntaxError")
        self.assertIn("bad.py:3" if PYTHON else "bad.js:", message)

    def test_reports_a_missing_module_with_file_and_line(self):
        kind, message, stack = self.fails(of(functions.IMPORT_ERROR))
        self.assertEqual(kind, "ModuleNotFoundError" if PYTHON else "Error")
        self.assertIn("nothing_like_this", message)
        self.assertIn("bad.py:2" if PYTHON else "bad.js:2", message)

    def test_reports_what_the_code_raises_while_it_is_loaded(self):
        kind, message, stack = self.fails(of(functions.RAISES_AT_IMPORT))
        self.assertEqual(kind, "ValueError" if PYTHON else "RangeError")
        self.assertEqual(message, "at import (bad.py:2)" if PYTHON else "at import (bad.js:2)")
        self.assertIn("bad.py" if PYTHON else "bad.js", stack)

    def test_reports_a_missing_function_and_names_the_others(self):
        kind, message, _ = self.fails(of(functions.ECHO), "nothing")
        self.assertEqual(kind, "HandlerNotFound")
        self.assertIn("nothing", message)
        self.assertIn("handle", message)

    def test_reports_a_missing_module_of_the_handler(self):
        kind, message, _ = self.fails(of(functions.ARCHIVE), "absent.handle")
        self.assertEqual(kind, "HandlerNotFound")
        self.assertIn("absent", message)

    def test_reports_a_missing_code_directory(self):
        kind, message, _ = self.fails({}, code="/nowhere/at/all")
        self.assertIn("/nowhere/at/all", message)

    @unittest.skipUnless(PYTHON, "python3 only")
    def test_an_exit_while_loading_is_a_failure_not_the_end(self):
        self.assertEqual(self.fails(of(functions.EXITS_AT_IMPORT))[:2], ["SystemExit", "enough (bad.py:2)"])

    @unittest.skipIf(PYTHON, "nodejs only")
    def test_loads_es_modules(self):
        with start(functions.MODULES["suffix"]) as invoker:
            self.assertEqual(json.loads(invoker.call(b"3")["body"]), [3, "function", True])
        with start(functions.MODULES["package"]) as invoker:
            self.assertEqual(invoker.call()["body"], b"5")
        with start(functions.MODULES["default"]) as invoker:
            self.assertEqual(invoker.call()["body"], b"6")

    @unittest.skipIf(PYTHON, "nodejs only")
    def test_reports_errors_of_es_modules_with_file_and_line(self):
        kind, message, _ = self.fails(functions.MODULE_SYNTAX_ERROR)
        self.assertEqual(kind, "SyntaxError")
        self.assertIn("bad.mjs:2", message)
        _, message, _ = self.fails(functions.MODULE_IMPORT_ERROR)
        self.assertIn("nothing_like_this", message)
        self.assertIn("bad.mjs", message)

    def test_flushes_what_the_code_printed_while_loading(self):
        with start(of(functions.PRINTS_AT_IMPORT)) as invoker:
            self.assertEqual(invoker.stdout_now(), "loading")


class Bodies(unittest.TestCase):
    def test_reads_the_event_as_its_content_type_says(self):
        none, text, value, raw = ("NoneType", "str", "dict", "bytes") if PYTHON else ("null", "string", "object", "Buffer")
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

    def test_refuses_a_result_that_cannot_be_sent(self):
        with start(of(functions.ACTS)) as invoker:
            for name, word in (("unserialisable", "set" if PYTHON else "BigInt"), ("nan", "N" if not PYTHON else "float"), ("circular", "ircular")):
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
            self.check(result, "acts.Wrong" if PYTHON else "Wrong", "broken on purpose")
            self.assertIn("acts.py" if PYTHON else "acts.js", result["stack"])
            self.assertEqual(result["detail"], 0)
            self.assertEqual(act(invoker, "count")["body"], b"1")

    def test_an_asynchronous_handler_may_fail_and_succeed(self):
        with start(of(functions.ASYNC)) as invoker:
            self.assertEqual(invoker.call(b"0")["body"], b"1")
            result = invoker.call(b"1")
            self.check(result, "KeyError" if PYTHON else "TypeError", "'gone'" if PYTHON else "gone")
            self.assertNotIn("asyncio", result["stack"])
            if PYTHON:
                self.check(invoker.call(b'"exit"'), "SystemExit", "4")
            self.assertEqual(invoker.call(b"0")["body"], b"1")

    def test_a_function_may_return_something_to_wait_for(self):
        with start(of(functions.ACTS)) as invoker:
            self.assertEqual(act(invoker, "async", "later")["body"], b"later")

    def test_deep_recursion_is_an_error_of_the_function(self):
        with start(of(functions.ACTS)) as invoker:
            self.assertEqual(act(invoker, "deep")["type"], "RecursionError" if PYTHON else "RangeError")
            self.assertEqual(act(invoker, "count")["body"], b"1")

    def test_marks_a_failure_behind_which_the_disk_is_full(self):
        with start(of(functions.ACTS)) as invoker:
            result = act(invoker, "nospace")
            self.assertEqual((result["status"], result["message"], result["detail"]), (1, "wrapped", 1))

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

    @unittest.skipIf(PYTHON, "nodejs only")
    def test_what_nobody_caught_fails_the_call_that_runs(self):
        with start(of(functions.ACTS)) as invoker:
            self.check(act(invoker, "reject"), "Wrong", "broken later")
            self.check(act(invoker, "throw later"), "Wrong", "broken elsewhere")
            self.check(act(invoker, "unhandled"), "Wrong", "nobody listens")
            self.check(act(invoker, "string"), "string", "just a string")
            self.assertEqual(act(invoker, "function")["status"], 3)
            self.assertEqual(act(invoker, "count")["body"], b"1")

    @unittest.skipIf(PYTHON, "nodejs only")
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


if __name__ == "__main__":
    result = unittest.main(exit=False, verbosity=int(os.environ.get("VERBOSITY", "1"))).result
    failed = len(result.failures) + len(result.errors)
    print(f"{RUNTIME}: {result.testsRun - len(result.skipped) - failed} passed, {failed} failed", flush=True)
    raise SystemExit(1 if failed else 0)
