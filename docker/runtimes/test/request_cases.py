"""What a function sees of the request, and results with a content type of their own."""

import json
import os
import unittest

import functions
from subject import JAVA, PYTHON, by_language, of, start

LARGEST = 56 * 1024


def headers_of(invoker, lines, event=b'"all"'):
    return json.loads(invoker.call(event, headers=lines)["body"])


class Headers(unittest.TestCase):
    def test_are_read_by_name(self):
        cases = [
            (b"", {}),
            (b"accept: */*\nx-a: 1\n", {"accept": "*/*", "x-a": "1"}),
            (b"x-a: 1\naccept: */*\nx-a: 2\nx-a: \n", {"x-a": "1, 2, ", "accept": "*/*"}),
            (b"x-empty: \n", {"x-empty": ""}),
            (b"x-a: b: c: d\n", {"x-a": "b: c: d"}),
            (b"x-a: caf\xe9\nx-b: caf\xc3\xa9\nx-c: \xff\xfe\n", {"x-a": "café", "x-b": "café", "x-c": "ÿþ"}),
            (b"x-a:  \t padded \n", {"x-a": " \t padded "}),
            (b"x-a: \x01\x7f\n", {"x-a": "\x01\x7f"}),
        ]
        with start(of(functions.REQUEST)) as invoker:
            for lines, expected in cases:
                with self.subTest(lines):
                    self.assertEqual(headers_of(invoker, lines), expected)

    def test_may_be_as_many_and_as_large_as_a_frame_holds(self):
        with start(of(functions.REQUEST)) as invoker:
            self.assertEqual(headers_of(invoker, b"x-a: " + b"v" * LARGEST + b"\n"), {"x-a": "v" * LARGEST})
            many = {f"x-{i}": str(i) for i in range(4_000)}
            self.assertEqual(headers_of(invoker, "".join(f"{k}: {v}\n" for k, v in many.items()).encode()), many)
            same = headers_of(invoker, b"a: \n" * (LARGEST // 4))
            self.assertEqual(same, {"a": ", " * (LARGEST // 4 - 1)})

    def test_with_hostile_names_are_names_and_nothing_else(self):
        with start(of(functions.REQUEST)) as invoker:
            self.assertEqual(headers_of(invoker, b"x-a: 1\n", b'"odd"'), [None, None, None, 1])
            lines = b"constructor: c\n__proto__: p\ntoString: t\n"
            self.assertEqual(headers_of(invoker, lines, b'"odd"'), ["c", "p", None, 3])

    def test_cannot_be_changed(self):
        with start(of(functions.REQUEST)) as invoker:
            result = invoker.call(b'"change"', headers=b"x-a: 1\n")
            self.assertEqual((result["status"], result["type"]), (1, by_language("TypeError", "TypeError", "java.lang.UnsupportedOperationException")))

    def test_come_with_events_in_parts(self):
        with start(of(functions.REQUEST_LATER)) as invoker:
            for size in (3, 4_000, 60_000, 200_000):
                with self.subTest(size):
                    body = b"x" * (size - 3) + b"end"
                    result = invoker.call(body, "text/plain", headers=b"x-a: here\n")
                    self.assertEqual(json.loads(result["body"]), ["here", size, "end"])

    def test_of_one_call_are_not_seen_in_another(self):
        gone = "read context.body and context.headers before the handler returns"
        with start(of(functions.REQUEST)) as invoker:
            invoker.call(b'"all"', headers=b"x-a: first\n")
            invoker.call(b'"body"', headers=b"x-b: " + b"y" * 500 + b"\n")
            kept = headers_of(invoker, b"", b'"kept"')
            first = ["first", '"all"'] if PYTHON or JAVA else gone
            self.assertEqual(kept, [first, [None, '"body"'], [None, '"kept"']])


class Body(unittest.TestCase):
    def test_is_the_event_as_it_was_received(self):
        with start(of(functions.REQUEST)) as invoker:
            result = invoker.call(b'  "body" ')
            self.assertEqual((result["content_type"], result["body"]), ("application/octet-stream", b'  "body" '))
            self.assertEqual(headers_of(invoker, b"x-a: 1\n", b'"same"'), [True, True])

    def test_is_the_event_itself_where_that_is_bytes(self):
        with start(of(functions.REQUEST)) as invoker:
            for size in (1, 50_000, 300_000):
                with self.subTest(size):
                    self.assertEqual(invoker.call(os.urandom(size), "image/png")["body"], b"true")

    def test_is_empty_without_an_event(self):
        with start(of(functions.REQUEST_LATER)) as invoker:
            self.assertEqual(invoker.call(b"", headers=b"x-a: 1\n")["body"], b'["1",0,""]')


class Responses(unittest.TestCase):
    def call(self, invoker, kind, content_type):
        return invoker.call(json.dumps([kind, content_type]).encode())

    def test_have_the_content_type_that_the_function_says(self):
        with start(of(functions.RESPONSE)) as invoker:
            for kind, content_type, body in (
                ("bytes", "image/png", b"\x89PNG"),
                ("text", "text/html; charset=utf-8", "<p>é".encode()),
                ("json", "application/problem+json", b'{"a":1}'),
                ("large", "a/" + "b" * 198, b"x" * 300_000),
                ("bytes", "image/png", b"\x89PNG"),
            ):
                with self.subTest(kind):
                    result = self.call(invoker, kind, content_type)
                    self.assertEqual((result["status"], result["content_type"]), (0, content_type))
                    self.assertTrue(result["body"] == body)

    def test_keep_to_any_number_of_content_types(self):
        with start(of(functions.RESPONSE)) as invoker:
            for i in range(100):
                self.assertEqual(self.call(invoker, "text", f"text/x-{i}")["content_type"], f"text/x-{i}")

    def test_with_a_content_type_that_is_none_are_errors_of_the_function(self):
        with start(of(functions.RESPONSE)) as invoker:
            for wrong in (None, 7, "", "png", "a/b\r\nx: y", "a/é", "a/" + "b" * 199):
                with self.subTest(wrong):
                    result = self.call(invoker, "text", wrong)
                    self.assertEqual(result["status"], 1)
                    self.assertIn(by_language("response.py", "response.js", "response.java"), result["stack"])
            self.assertEqual(self.call(invoker, "nested", "a/b")["type"], by_language("TypeError", "TypeError", "java.lang.IllegalArgumentException"))
