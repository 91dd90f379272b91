"""Hello, dialling again and loading: what both runtimes must do before the first call and between calls."""

import json
import os
import struct
import time
import unittest

import functions
from invoker import REFUSE, RUN, Invoker, string
from subject import COMMAND, NATIVE, NODE, PYTHON, RUNTIME, act, by_language, of, start

IMAGE_CODE = "/function"


class Greeting(unittest.TestCase):
    def test_says_hello_without_a_revision_until_init(self):
        with Invoker(COMMAND) as invoker:
            hello = invoker.accept()
            self.assertEqual(hello.pop("minor"), 1)
            self.assertEqual(
                hello,
                {"major": 2, "role": 1, "runtime": RUNTIME, "revision": "", "in_flight": [], "completed": 0},
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
            # These read nothing while a handler runs: they dial when the call is over.
            self.assertEqual((hello["in_flight"], hello["completed"]), ([], 1) if PYTHON or NATIVE else ([1], 0))
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
            expected = by_language(b'["function_json"]', b'["function"]', b"1")
            self.assertEqual(invoker.call()["body"], expected)

    def test_sets_environment_and_working_directory_and_hides_its_own_variables(self):
        with start(of(functions.ACTS), environment={"GREETING": "hé", "EMPTY": ""}) as invoker:
            self.assertEqual(json.loads(act(invoker, "env")["body"]), ["hé", invoker.code, None, None])

    def test_the_time_zone_of_the_environment_holds(self):
        # A minimal image has no time zone files; node brings its own.
        with start(of(functions.ACTS), environment={"TZ": "JST-9" if PYTHON or NATIVE else "Asia/Tokyo"}) as invoker:
            self.assertEqual(act(invoker, "hours")["body"], b"9")

    @unittest.skipUnless(os.access(IMAGE_CODE, os.W_OK), "inside the image only")
    def test_loads_code_that_lies_in_the_image(self):
        with Invoker(COMMAND) as invoker:
            invoker.accept()
            invoker.welcome()
            invoker.code = IMAGE_CODE
            self.assertEqual(invoker.init(of(functions.ARCHIVE), code=""), (0, "", "", ""))
            self.assertEqual(invoker.call()["body"], b"vendored and part")

    def test_reports_a_syntax_error_with_file_and_line(self):
        kind, message, stack = self.fails(of(functions.SYNTAX_ERROR))
        self.assertEqual(kind, by_language("SyntaxError", "SyntaxError", "CompilationError"))
        self.assertIn(by_language("bad.py:3", "bad.js:", "bad.java:3"), message)

    def test_reports_a_missing_module_with_file_and_line(self):
        kind, message, stack = self.fails(of(functions.IMPORT_ERROR))
        self.assertEqual(kind, by_language("ModuleNotFoundError", "Error", "CompilationError"))
        self.assertIn("nothing_like_this", message)
        self.assertIn(by_language("bad.py:2", "bad.js:2", "bad.java:2"), message)

    def test_reports_what_the_code_raises_while_it_is_loaded(self):
        kind, message, stack = self.fails(of(functions.RAISES_AT_IMPORT))
        file = by_language("bad.py", "bad.js", "bad.java")
        self.assertEqual(kind, by_language("ValueError", "RangeError", "java.lang.IllegalStateException"))
        self.assertEqual(message, f"at import ({file}:2)")
        self.assertIn(file, stack)

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

    @unittest.skipUnless(NODE, "nodejs only")
    def test_loads_es_modules(self):
        with start(functions.MODULES["suffix"]) as invoker:
            self.assertEqual(json.loads(invoker.call(b"3")["body"]), [3, "function", True])
        with start(functions.MODULES["package"]) as invoker:
            self.assertEqual(invoker.call()["body"], b"5")
        with start(functions.MODULES["default"]) as invoker:
            self.assertEqual(invoker.call()["body"], b"6")

    @unittest.skipUnless(NODE, "nodejs only")
    def test_says_what_to_do_about_an_es_module_that_is_not_named_one(self):
        kind, message, _ = self.fails({"m.js": "export const handle = () => 1;\n"})
        self.assertEqual(kind, "SyntaxError")
        self.assertIn(".mjs", message)
        self.assertIn("m.js:1", message)

    @unittest.skipUnless(NODE, "nodejs only")
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
