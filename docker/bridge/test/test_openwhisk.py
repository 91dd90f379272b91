"""Images that are action proxies of OpenWhisk."""

import hashlib
import json
import os
import time

from dialects import DialectTest
from invoker import RETIRE
from servers import PROXY, raw

MARKER = b"XXX_THE"


class OpenWhiskTest(DialectTest):
    contract = "openwhisk"

    def action(self, source, **options):
        """A session whose init brings the source as a single file."""
        with open(os.path.join(self.directory, "action.py"), "w", encoding="utf-8") as file:
            file.write(source)
        return self.ready(PROXY, code_directory=self.directory, entry="action.py", **options)

    def raising(self, body):
        return self.action(f"def main(event):\n    {body}")


class ActionTest(OpenWhiskTest):
    def test_an_image_without_code_gets_init_all_the_same(self):
        session = self.ready(PROXY)
        result = session.exchange('{"a": "é\\n", "b": [1, 2.5e3, null]}'.encode(), "application/json")
        self.assertEqual((result.status, result.content_type), (0, "application/json"))
        self.assertEqual(json.loads(result.body), {"a": "é\n", "b": [1, 2500, None]})

    def test_code_handler_and_variables_go_into_init(self):
        source = 'import os\ndef go(event):\n    """\\u2603 \\t"""\n    return {"env": os.environ["SECRET"], "name": event["name"] + " ☃"}\n'
        session = self.action(source, handler="go", variables=[("SECRET", 's"\\\n')])
        self.assertEqual(json.loads(session.exchange(b'{"name":"x"}').body), {"env": 's"\\\n', "name": "x ☃"})

    def archive(self, files, **options):
        folder = os.path.join(self.directory, "code")
        for name, data in files.items():
            path = os.path.join(folder, name)
            os.makedirs(os.path.dirname(path), exist_ok=True)
            with open(path, "wb") as file:
                file.write(data)
        return self.begin(PROXY, code_directory=folder, **options)

    def test_the_files_of_an_archive_go_into_init_as_a_zip(self):
        files = {f"lib/part{k}/é{k}.bin": os.urandom(k * 977) for k in range(50)} | {"empty": b""}
        main = b"import hashlib\ndef main(event): return {n: hashlib.md5(archive.read(n)).hexdigest() for n in archive.namelist()}\n"
        session = self.archive(files | {"__main__.py": main})
        os.symlink("../empty", os.path.join(self.directory, "code", "lib", "link"))
        self.assertEqual(session.init_result(), (0, "", "", ""))
        got = json.loads(session.exchange(b"{}").body)
        got.pop("lib/link", None)
        self.assertEqual(got, {name: hashlib.md5(data).hexdigest() for name, data in (files | {"__main__.py": main}).items()})

    def test_large_archives_pass_and_larger_ones_fail_init_with_the_bound(self):
        main = b"def main(event): return {'n': sum(i.file_size for i in archive.infolist())}\n"
        session = self.archive({"__main__.py": main, "data": os.urandom(15_000_000)})
        self.assertEqual(session.init_result(), (0, "", "", ""))
        self.assertGreater(json.loads(session.exchange(b"{}").body)["n"], 15_000_000)
        self.process.kill()
        self.process.wait()
        session = self.archive({"__main__.py": main, "data": os.urandom(17_000_000)})
        status, kind, message, _ = session.init_result()
        self.assertEqual((status, kind), (1, "InvalidCode"))
        self.assertIn("16 MiB", message)

    def test_an_archive_that_is_nested_too_deep_fails_init(self):
        session = self.archive({"/".join("d" * 40) + "/f": b"", "__main__.py": b""})
        self.assertEqual(session.init_result()[1], "InvalidCode")

    def test_the_activation_is_described(self):
        session = self.raising("import os; return {k: v for k, v in os.environ.items() if k.startswith('__OW')}")
        seen = json.loads(session.exchange(b"{}").body)
        self.assertEqual((seen["__OW_NAMESPACE"], seen["__OW_ACTION_NAME"]), ("default", "/default/fn"))
        self.assertEqual((seen["__OW_ACTIVATION_ID"], seen["__OW_TRANSACTION_ID"]), ("inv-1", "inv-1"))
        self.assertGreater(int(seen["__OW_DEADLINE"]), time.time() * 1000)

    def test_no_event_is_an_empty_object(self):
        self.assertEqual(self.ready(PROXY).exchange().body, b"{}")

    def test_an_event_that_is_no_object_is_the_clients_fault(self):
        session = self.ready(PROXY)
        for event in (b"[1]", b"1", b'{"a":1} x', b"{", b'{"a":01}', b'{"a":"\n"}', b'{},"namespace":{}', b"\xff", b'{"a":' * 2000):
            result = session.exchange(event)
            self.assertEqual((result.status, result.type), (2, "InvalidEvent"), event)
        self.assertEqual(session.exchange(b"{}").status, 0)

    def test_large_events_and_results(self):
        session = self.ready(PROXY)
        event = json.dumps({"a": "x" * 5_000_000}).encode()
        self.assertEqual(session.exchange(event).body, event)

    def test_an_event_above_the_limit_is_the_clients_fault(self):
        session = self.ready(PROXY)
        session.run(b"{", more=True)
        result = None
        for _ in range(200):
            if session.credit < 65000:
                frame = session.connection.receive()
                if frame.type == 7:
                    result = frame
                    break
                session.credit += int.from_bytes(frame.payload, "big")
                continue
            session.credit -= 65000
            session.data(b" " * 65000)
        self.assertEqual(result.payload[0], 2)
        self.assertIn(b"larger than 6 MiB", result.payload)
        self.assertEqual(session.exchange(b"{}").status, 0)


class FailureTest(OpenWhiskTest):
    def assert_failure(self, result, kind, message):
        self.assertEqual((result.status, result.type), (1, kind), result)
        self.assertIn(message, result.message)

    def test_errors_keep_their_message(self):
        self.assert_failure(self.raising("return {'error': 'no \"luck\" \\u00e9'}").exchange(), "ApplicationError", 'no "luck" é')

    def test_an_action_that_raises_is_the_last_of_its_proxy(self):
        result = self.raising("raise ValueError('bad')").exchange()
        self.assert_failure(result, "DeveloperError", '{"type": "ValueError", "text": "bad"}')
        self.assertEqual(self.bridge.receive_until(RETIRE).id, 1)

    def test_an_action_that_returns_no_object(self):
        self.assert_failure(self.raising("return 5").exchange(), "DeveloperError", "did not return a dictionary")

    def test_code_that_does_not_load_fails_init(self):
        with open(os.path.join(self.directory, "action.py"), "w", encoding="utf-8") as file:
            file.write("def main(:")
        session = self.begin(PROXY, code_directory=self.directory, entry="action.py")
        status, kind, message, _ = session.init_result()
        self.assertEqual((status, kind), (1, "DeveloperError"))
        self.assertIn("SyntaxError", message)

    def test_code_that_is_not_there_fails_init(self):
        session = self.begin(PROXY, code_directory=self.directory, entry="none.py")
        self.assertEqual(session.init_result()[:2], (1, "InvalidCode"))

    def test_a_program_that_breaks_off_init_fails_it(self):
        session = self.begin(raw("request(connection)\nconnection.close()"))
        self.assertEqual(session.init_result()[:2], (1, "BrokenConnection"))

    def test_a_result_that_is_no_json(self):
        session = self.ready(raw("while request(connection):\n    connection.sendall(b'HTTP/1.1 200 OK\\r\\nContent-Length: 2\\r\\n\\r\\nok')"))
        result = session.exchange()
        self.assertEqual((result.status, result.type), (3, "InvalidResponse"))

    def test_a_failure_without_an_error(self):
        serve = """
head, body = request(connection)
connection.sendall(b'HTTP/1.1 200 OK\\r\\nContent-Length: 0\\r\\n\\r\\n')
while request(connection):
    connection.sendall(b'HTTP/1.1 502 Bad\\r\\nContent-Length: 2\\r\\n\\r\\nno')
"""
        self.assert_failure(self.ready(raw(serve)).exchange(), "DeveloperError", "status 502")


class MarkerTest(OpenWhiskTest):
    def test_lines_up_to_the_markers_belong_to_the_call(self):
        session = self.raising("import sys; print('out', event['n']); print('err', file=sys.stderr, end=''); return {}")
        for n in (1, 2, 3):
            session.exchange(json.dumps({"n": n}).encode())
        self.wait_for_text(b"out 3\n")
        self.assertEqual([self.bridge.text(call=k, stream=1) for k in (1, 2, 3)], [b"out 1\n", b"out 2\n", b"out 3\n"])
        self.assertEqual(self.bridge.text(call=2, stream=2), b"err\n")
        self.bridge.status()
        self.assertNotIn(MARKER, self.bridge.text())

    def test_lines_that_come_after_the_answer_belong_to_it_up_to_the_marker(self):
        serve = """
head, body = request(connection)
connection.sendall(b'HTTP/1.1 200 OK\\r\\nContent-Length: 0\\r\\n\\r\\n')
while request(connection):
    connection.sendall(b'HTTP/1.1 200 OK\\r\\nContent-Length: 2\\r\\n\\r\\n{}')
    time.sleep(0.1)
    os.write(1, b'late\\nXXX_THE_END_OF_A_WHISK_ACTIVATION_XXX\\n')
    os.write(2, b'XXX_THE_END_OF_A_WHISK_ACTIVATION_XXX\\n')
"""
        session = self.ready(raw(serve))
        session.exchange()
        session.exchange()
        self.wait_for_text(b"late\n", call=2)
        self.assertEqual(self.bridge.text(call=1), b"late\n")

    def test_a_program_without_markers_is_waited_for_once(self):
        session = self.ready(PROXY, env={"MARKS": "none"})
        session.exchange()
        began = time.monotonic()
        session.exchange()
        self.assertGreater(time.monotonic() - began, 0.3)
        began = time.monotonic()
        for _ in range(5):
            session.exchange()
        self.assertLess(time.monotonic() - began, 0.3)
