"""Images that poll AWS Lambda's Runtime API, which the bridge serves."""

import json
import os
import time

from dialects import WINDOW, DialectTest
from invoker import CREDIT, DATA, END, RESULT
from servers import RUNTIME, runtime

CAP = 6291556
ECHO = "answer(id, event)"
HEADERS = ["Aws-Request-Id", "Deadline-Ms", "Invoked-Function-Arn", "Trace-Id", "Client-Context", "Cognito-Identity"]


class LambdaTest(DialectTest):
    contract = "lambda"


class CallTest(LambdaTest):
    def test_calls_are_asked_for_and_answered(self):
        session = self.ready(runtime(ECHO))
        for k in range(1, 4):
            event = json.dumps({"call": k}).encode()
            result = session.exchange(event, "application/json")
            self.assertEqual((result.status, result.content_type, result.body, result.total), (0, "application/json", event, len(event)))

    def test_the_first_next_is_ready(self):
        session = self.begin(RUNTIME + "time.sleep(0.5)\napi('GET', 'invocation/next')")
        with self.assertRaises(TimeoutError):
            session.connection.receive(0.2)
        self.assertEqual(session.init_result()[0], 0)

    def test_every_header_of_an_invocation_is_there(self):
        session = self.ready(runtime("answer(id, json.dumps(list(headers.items())))"))
        headers = dict(json.loads(session.exchange(b"{}").body))
        for name in HEADERS:
            self.assertIn("Lambda-Runtime-" + name, headers)
        self.assertEqual(headers["Lambda-Runtime-Aws-Request-Id"], "inv-1")
        self.assertEqual(headers["Content-Type"], "application/json")
        self.assertGreater(int(headers["Lambda-Runtime-Deadline-Ms"]), time.time() * 1000)

    def test_the_environment_is_lambdas(self):
        session = self.ready(
            runtime("answer(id, json.dumps(dict(os.environ)))"), handler="main.go", variables=[("OWN", "x"), ("AWS_REGION", "eu")]
        )
        env = json.loads(session.exchange().body)
        self.assertEqual((env["_HANDLER"], env["OWN"], env["AWS_REGION"]), ("main.go", "x", "eu"))
        self.assertEqual((env["AWS_LAMBDA_FUNCTION_NAME"], env["AWS_LAMBDA_FUNCTION_MEMORY_SIZE"]), ("fn", "128"))
        self.assertEqual((env["LAMBDA_TASK_ROOT"], env["TZ"]), ("/var/task", ":UTC"))
        self.assertEqual([name for name in env if name.startswith("HEARTH")], [])

    def test_no_event_is_an_empty_object(self):
        self.assertEqual(self.ready(runtime(ECHO)).exchange().body, b"{}")

    def test_the_largest_event_and_answer(self):
        event = b'"' + b"x" * (CAP - 2) + b'"'
        self.assertEqual(self.ready(runtime(ECHO)).exchange(event).body, event)

    def test_an_answer_in_chunks_is_handed_on_as_it_comes(self):
        session = self.ready(
            runtime("def parts():\n    for part in (b'a', b'b'):\n        time.sleep(0.2); yield part\napi('POST', f'invocation/{id}/response', parts(), {'Transfer-Encoding': 'chunked'})")
        )
        session.run()
        kinds = [session.connection.receive().type for _ in range(4)]
        self.assertEqual(kinds, [RESULT, DATA, DATA, END])

    def test_an_answer_stops_where_credit_ends(self):
        session = self.ready(runtime("answer(id, b'z' * 1000000)"))
        session.run()
        session.connection.receive_until(RESULT)
        got = 0
        with self.assertRaises(TimeoutError):
            while True:
                got += len(session.connection.receive(0.3).payload)
        self.assertLessEqual(got, WINDOW)
        session.connection.send(CREDIT, 1, (1000000).to_bytes(4, "big"))
        while (frame := session.connection.receive()).type != END:
            got += len(frame.payload)
        self.assertEqual((got, frame.payload), (1000000, b"\0"))
        self.assertEqual(session.exchange().total, 1000000)

    def test_an_answer_that_is_not_wanted_is_read_away(self):
        session = self.ready(runtime("print(answer(id, b'z' * 6000000)[0], flush=True)"))
        session.run()
        session.connection.receive_until(RESULT)
        session.end(1)
        while (frame := session.connection.receive()).type != END:
            pass
        self.assertEqual(frame.payload, b"\x01")
        self.wait_for_text(b"202\n", call=1)
        session.run()
        session.connection.receive_until(RESULT)

    def test_an_event_that_is_broken_off_is_no_call(self):
        session = self.ready(runtime(ECHO))
        session.run(b"abc", more=True)
        session.end(1)
        self.assertEqual(session.exchange(b"x", number=1).body, b"x")

    def test_scratch_stays_and_lines_belong_to_the_call_until_the_next_is_asked_for(self):
        session = self.ready(
            runtime("answer(id, str(os.listdir('/tmp')))\nopen('/tmp/' + id, 'w').close()\ntime.sleep(0.1)\nprint('after', id, flush=True)")
        )
        self.assertEqual(session.exchange().body, b"[]")
        self.assertEqual(session.exchange().body, b"['inv-1']")
        self.wait_for_text(b"after inv-2\n")
        self.assertEqual([self.bridge.text(call=k) for k in (1, 2)], [b"after inv-1\n", b"after inv-2\n"])

    def test_a_runtime_on_two_connections(self):
        session = self.ready(
            RUNTIME
            + "while True:\n    _, headers, event = api('GET', 'invocation/next', connection=dial())\n    answer(headers['Lambda-Runtime-Aws-Request-Id'], event)"
        )
        for k in range(20):
            self.assertEqual(session.exchange(str(k).encode()).body, str(k).encode())


class FailureTest(LambdaTest):
    def test_an_error_has_type_message_and_stack(self):
        session = self.ready(
            runtime("print(fail(id, {'errorMessage': 'no\\n\\u2603', 'errorType': 'ValueError', 'stackTrace': ['  one\\n', 'two']})[0], flush=True)")
        )
        result = session.exchange()
        self.assertEqual((result.status, result.type, result.message, result.stack), (1, "ValueError", "no\n☃", "  one\ntwo\n"))
        self.wait_for_text(b"202\n", call=1)

    def test_an_error_as_nodes_client_sends_it(self):
        session = self.ready(runtime("fail(id, {'errorMessage': 'm', 'errorType': 'T', 'trace': ['T: m', '  at x']})"))
        self.assertEqual(session.exchange().stack, "T: m\n  at x\n")

    def test_an_error_without_json(self):
        session = self.ready(runtime("api('POST', f'invocation/{id}/error', b'bad', {'Lambda-Runtime-Function-Error-Type': 'Runtime.Odd'})"))
        result = session.exchange()
        self.assertEqual((result.type, result.message), ("Runtime.Odd", "bad"))

    def test_an_init_error_fails_init(self):
        session = self.begin(RUNTIME + "print(api('POST', 'init/error', json.dumps({'errorMessage': 'no module', 'errorType': 'ImportError'}))[0], flush=True)\nsys.exit(1)")
        self.assertEqual(session.init_result(), (1, "ImportError", "no module", ""))
        self.bridge.receive_exit()
        self.assertEqual(self.bridge.text(), b"202\n")

    def test_a_runtime_that_ends_before_it_asks_fails_init(self):
        self.assertEqual(self.begin("import sys; sys.exit(9)").init_result()[:2], (1, "Exited"))

    def test_an_answer_above_the_cap(self):
        session = self.ready(runtime(f"print(answer(id, b'z' * ({CAP} + 1))[0], flush=True)"))
        result = session.exchange()
        self.assertEqual((result.status, result.type), (3, "Function.ResponseSizeTooLarge"))
        self.wait_for_text(b"413\n", call=1)
        self.assertEqual(session.exchange().status, 3)

    def test_an_answer_that_breaks_off(self):
        serve = """
s = socket.create_connection(("127.0.0.1", 9001))
s.sendall(f"POST {BASE}invocation/{id}/response HTTP/1.1\\r\\nContent-Length: 100000\\r\\n\\r\\n".encode() + b"x" * 70000)
time.sleep(0.1); s.close(); time.sleep(0.2)
"""
        session = self.ready(runtime(serve))
        result = session.exchange()
        self.assertEqual((result.status, result.complete), (0, False))
        self.assertEqual(session.exchange().complete, False)

    def test_wrong_ids_states_and_paths_are_refused(self):
        handle = """
seen = [answer("inv-99", b"1")[0], api("POST", "invocation/x/y")[0], api("GET", "nothing")[0], api("PUT", "invocation/next")[0]]
seen += [api("GET", "invocation/next")[0], api("POST", "init/error", b"{}")[0], api("POST", "invocation/" + id)[0]]
seen += [answer(id, b"2")[0], answer(id, b"3")[0], fail(id, {})[0]]
print(seen, flush=True)
"""
        session = self.ready(runtime(handle))
        self.assertEqual(session.exchange().body, b"2")
        self.wait_for_text(b"[400, 404, 404, 404, 403, 403, 404, 202, 403, 403]\n", call=1)
        self.assertEqual(session.exchange().body, b"2")

    def test_requests_that_are_none(self):
        handle = """
def ask(data):
    s = socket.create_connection(("127.0.0.1", 9001)); s.sendall(data)
    got = b""
    while part := s.recv(65536): got += part
    return got[:12]
seen = [ask(b"\\0\\1\\2\\r\\n\\r\\n"), ask(b"GET / HTTP/1.1\\r\\n" + b"A: b\\r\\n" * 10000), ask(b"GET /\\r\\n\\r\\n")]
seen += [ask(b"POST / HTTP/1.1\\r\\nTransfer-Encoding: chunked\\r\\n\\r\\nxyz\\r\\n")]
answer(id, json.dumps([line.decode() for line in seen]))
"""
        session = self.ready(runtime(handle))
        self.assertEqual(json.loads(session.exchange().body), ["HTTP/1.1 400"] * 4)

    def test_more_connections_than_there_are_places_wait(self):
        handle = """
idle = [socket.create_connection(("127.0.0.1", 9001)) for _ in range(12)]
for one in idle: one.close()
answer(id, b"1")
"""
        session = self.ready(runtime(handle))
        self.assertEqual([session.exchange().body for _ in range(3)], [b"1"] * 3)

    def test_a_request_that_never_ends_is_killed_in_time(self):
        session = self.ready(runtime("s = socket.create_connection(('127.0.0.1', 9001)); s.sendall(b'POST /x HTTP/1.1\\r\\nContent-Length: 99\\r\\n\\r\\n'); s.recv(1)"))
        session.run()
        with self.assertRaises(TimeoutError):
            session.connection.receive(0.5)
        self.bridge.send(13)
        self.assert_killed_and_proven(self.bridge)
