"""What only the java runtime does: kinds of handlers, events by the parameter's type, its heap, other threads."""

import json
import unittest

import functions
from invoker import Gone, Invoker
from subject import COMMAND, JAVA, act, of, start


def one(source):
    return {"function.java": source}


@unittest.skipUnless(JAVA, "java only")
class Handlers(unittest.TestCase):
    def answers(self, source, body=b"", content_type="application/json", handler=""):
        with start(one(source), handler) as invoker:
            result = invoker.call(body, content_type)
            self.assertEqual(result["status"], 0, result)
            return result["body"]

    def fails(self, source, handler=""):
        with Invoker(COMMAND) as invoker:
            invoker.accept()
            invoker.welcome()
            status, *failure = invoker.init(one(source), handler)
            self.assertEqual(status, 1)
            return failure

    def test_a_public_class_of_any_name_and_package(self):
        source = "package a.b;\nclass Other {}\npublic class Greeter { public String handle() { return getClass().getName(); } }\n"
        self.assertEqual(self.answers(source), b"a.b.Greeter")
        self.assertEqual(self.answers(source, handler="a.b.Greeter.handle"), b"a.b.Greeter")
        self.assertEqual(self.answers(source, handler="Greeter.handle"), b"a.b.Greeter")

    def test_the_event_is_read_as_the_parameter_says(self):
        for parameter, body, content_type, expected in (
            ("String", b'{"a":1}', "application/json", b'{"a":1}'),
            ("byte[]", b'{"a":1}', "application/json", b'{"a":1}'),
            ("Map<String, Object>", b'{"a":1}', "application/json", b'{"a":1}'),
            ("List<?>", b"[1]", "application/json", b"[1]"),
            ("int", b"7", "application/json", b"7"),
            ("double", b"7", "application/json", b"7.0"),
            ("Context context, int", None, None, None),
        ):
            with self.subTest(parameter):
                source = f"import dev.hearth.function.Context;\nObject handle({parameter} event) {{ return event; }}\n"
                if body is None:
                    self.assertEqual(self.fails(source)[0], "HandlerNotFound")
                else:
                    self.assertEqual(self.answers(source, body, content_type), expected)

    def test_an_event_that_does_not_fit_the_parameter_is_the_clients_fault(self):
        with start(one("Object handle(Map<String, Object> event) { return event; }\n")) as invoker:
            result = invoker.call(b"[1]")
            self.assertEqual((result["status"], result["type"]), (2, "InvalidEvent"))
            self.assertIn("a JSON array", result["message"])

    def test_a_compact_source_with_a_record_needs_no_main(self):
        source = "record P(int x) {}\nObject handle() { return new P(3); }\n"
        self.assertEqual(self.answers(source), b'{"x":3}')

    def test_an_ambiguous_handler_is_refused(self):
        kind, message, _ = self.fails("int handle(String s) { return 1; }\nint handle(int i) { return 1; }\n")
        self.assertEqual(kind, "HandlerNotFound")
        self.assertIn("several", message)


@unittest.skipUnless(JAVA, "java only")
class Process(unittest.TestCase):
    def test_the_bytes_of_the_event_as_a_response(self):
        with start(of(functions.ACTS)) as invoker:
            result = act(invoker, "body")
            self.assertEqual((result["content_type"], json.loads(result["body"])["act"]), ("image/png", "body"))

    def test_records_optionals_and_arrays_become_json(self):
        with start(of(functions.ACTS)) as invoker:
            expected = [{"left": "a", "right": 1}, {"left": "b", "right": None}, [1, 2], "c"]
            self.assertEqual(json.loads(act(invoker, "records")["body"]), expected)

    def test_a_full_heap_ends_the_process_with_a_code_of_its_own(self):
        with start(of(functions.ACTS)) as invoker:
            invoker.start(b'{"act":"heap"}')
            with self.assertRaises(Gone):
                invoker.receive()
            self.assertEqual(invoker.exit_code(), 77)
            self.assertIn("java.lang.OutOfMemoryError", invoker.stderr_now())

    def test_an_array_that_no_heap_could_hold_is_an_error_of_the_function(self):
        with start(of(functions.ACTS)) as invoker:
            self.assertEqual(act(invoker, "huge")["type"], "java.lang.OutOfMemoryError")
            self.assertEqual(act(invoker, "count")["body"], b"1")

    def test_a_function_that_interrupts_its_thread_loses_nothing(self):
        with start(of(functions.ACTS)) as invoker:
            for _ in range(5):
                self.assertEqual(len(act(invoker, "interrupt")["body"]), 300_000)
            self.assertEqual(act(invoker, "count")["body"], b"1")

    def test_what_nobody_caught_on_another_thread_is_logged(self):
        with start(of(functions.ACTS)) as invoker:
            self.assertEqual(act(invoker, "thread")["body"], b"done")
            self.assertIn("elsewhere", invoker.stderr_now())

    def test_children_see_nothing_of_the_runtime_and_the_functions_environment_where_it_is_asked_for(self):
        with start(of(functions.ACTS), environment={"GREETING": "hé"}) as invoker:
            self.assertEqual(act(invoker, "child env")["body"].decode(), "hé none\n")
