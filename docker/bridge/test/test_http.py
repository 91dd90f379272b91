"""Images that listen on $PORT: requests, responses, connections."""

import json
import struct
import time

from dialects import WINDOW, DialectTest, Session
from harness import PYTHON
from invoker import CREDIT, DATA, END, RESULT
from servers import ECHO, RAW, answers, raw

POST = (":method", "POST")


class RequestTest(DialectTest):
    def test_a_call_is_a_request_and_its_response_the_answer(self):
        session = self.ready(ECHO)
        result = session.exchange(b'{"a":1}', "application/json", [POST, (":path", "/a?b=c"), ("x-own", "yes")])
        self.assertEqual((result.status, result.http, result.content_type), (4, 200, "application/json"))
        about = json.loads(result.body)
        headers = {name.lower(): value for name, value in about["headers"]}
        self.assertEqual((about["method"], about["path"], about["body"]), ("POST", "/a?b=c", '{"a":1}'))
        self.assertEqual(headers["host"], "localhost")
        self.assertEqual(headers["content-type"], "application/json")
        self.assertEqual(headers["content-length"], "7")
        self.assertEqual(headers["hearth-invocation-id"], "inv-1")
        self.assertEqual(headers["x-own"], "yes")
        self.assertGreater(int(headers["hearth-deadline"]), time.time() * 1000)
        self.assertEqual(result.header("x-two"), ["1", "2"])
        self.assertEqual([name for name, _ in result.headers if name in ("content-length", "content-type", "connection")], [])
        self.assertEqual(result.total, len(result.body))

    def test_says_hello_as_a_runtime_of_its_name(self):
        self.start(contract="http", command=["true"])
        self.invoker.accept().welcome()
        hello = self.invoker.accept().hello
        self.assertEqual((hello.role, hello.runtime, hello.revision, hello.in_flight), (1, "http", "", []))

    def test_without_headers_it_is_a_post_of_the_root(self):
        about = json.loads(self.ready(ECHO).exchange().body)
        self.assertEqual((about["method"], about["path"]), ("POST", "/"))

    def test_calls_share_a_connection(self):
        session = self.ready(ECHO)
        self.assertEqual(len({json.loads(session.exchange().body)["port"] for _ in range(5)}), 1)

    def test_the_command_gets_its_port_and_the_variables_of_init_and_nothing_of_hearth(self):
        session = self.ready(ECHO, env={"IMAGE": "own"})
        env = json.loads(session.exchange(headers=[(":path", "/env")]).body)["env"]
        self.assertEqual((env["PORT"], env["IMAGE"]), ("8080", "own"))
        self.assertEqual([name for name in env if name.startswith("HEARTH")], [])

    def test_init_may_name_another_port(self):
        self.start(contract="http", command=[PYTHON, "-I", "-S", "-c", ECHO])
        self.bridge = self.invoker.accept()
        self.bridge.welcome()
        session = Session(self.invoker.accept())
        session.welcome()
        session.init(variables=[("PORT", "9090"), ("SECRET", "s")])
        self.assertEqual(session.init_result()[0], 0)
        env = json.loads(session.exchange(headers=[(":path", "/env")]).body)["env"]
        self.assertEqual((env["PORT"], env["SECRET"]), ("9090", "s"))

    def test_a_large_event_goes_in_chunks_as_the_program_takes_it(self):
        session = self.ready(ECHO)
        body = bytes(range(256)) * 12000
        result = session.exchange(body, "x/y", [(":path", "/raw")])
        self.assertEqual(result.body, body)

    def test_an_event_whose_length_is_known_goes_without_chunks(self):
        session = self.ready(ECHO)
        body = b"x" * 200000
        result = session.exchange(body, headers=[("content-length", str(len(body)))])
        about = json.loads(result.body)
        headers = {name.lower(): value for name, value in about["headers"]}
        self.assertEqual((len(about["body"]), headers["content-length"]), (len(body), str(len(body))))
        self.assertNotIn("transfer-encoding", headers)
        session.run(b"abc", headers=[("content-length", "10")], more=True)
        session.end()
        self.assertEqual(session.result().type, "InvalidEvent")
        session.run(b"abc", headers=[("content-length", "4")], more=True)
        session.data(b"defgh")
        session.end()
        self.assertEqual(json.loads(session.result().body)["body"], "abcd")
        self.assertEqual(session.exchange(b"x", headers=[("content-length", "zero")]).http, 200)

    def test_headers_that_cannot_be_sent_are_the_events_fault(self):
        session = self.ready(ECHO)
        for headers in (
            [("bad name", "x")],
            [("x", "a\rb")],
            [(":method", "GE T")],
            [(":path", "no slash")],
            [(":path", "/a b")],
            [(":method", "CONNECT")],
        ):
            result = session.exchange(headers=headers)
            self.assertEqual((result.status, result.type), (2, "InvalidEvent"), headers)
        self.assertEqual(session.exchange().http, 200)

    def test_hop_by_hop_headers_of_the_request_stay_behind(self):
        headers = [("connection", "close"), ("transfer-encoding", "gzip"), ("content-length", "9"), ("host", "evil"), ("te", "x")]
        about = json.loads(self.ready(ECHO).exchange(b"abc", headers=headers).body)
        names = [name.lower() for name, _ in about["headers"]]
        self.assertEqual(about["body"], "abc")
        self.assertEqual(sorted(names), ["content-length", "hearth-deadline", "hearth-invocation-id", "host"])


class ResponseTest(DialectTest):
    def answer(self, response, **options):
        return self.ready(answers(response)).exchange(**options)

    def assert_invalid(self, response, seen):
        expression = response if isinstance(response, str) else repr(response)
        session = self.ready(raw(f"request(connection)\nconnection.sendall({expression})\nconnection.close()"))
        result = session.exchange()
        self.assertEqual((result.status, result.type), (3, "InvalidResponse"), result)
        self.assertIn(seen, result.message)

    def test_statuses_without_a_body(self):
        session = self.ready(ECHO)
        for status in (204, 304, 404, 500):
            result = session.exchange(headers=[(":path", f"/status/{status}")])
            self.assertEqual((result.http, result.body), (status, b"" if status in (204, 304) else b"status"))
        result = session.exchange(headers=[(":method", "HEAD"), (":path", "/raw")])
        self.assertEqual((result.http, result.body), (200, b""))
        self.assertEqual(session.exchange().http, 200)

    def test_chunks(self):
        result = self.answer(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3;x=y\r\nabc\r\n2\r\nde\r\n0\r\nT: x\r\n\r\n")
        self.assertEqual((result.http, result.body, result.total, result.headers), (200, b"abcde", 5, []))

    def test_until_close(self):
        session = self.ready(raw("request(connection)\nconnection.sendall(b'HTTP/1.0 200 OK\\r\\n\\r\\nabc')\nconnection.close()"))
        for _ in range(3):
            self.assertEqual(session.exchange().body, b"abc")

    def test_interim_responses_are_skipped(self):
        result = self.answer(b"HTTP/1.1 100 Continue\r\n\r\n" + b"HTTP/1.1 103 Hints\r\nA: b\r\n\r\n" * 50 + b"HTTP/1.1 201 C\r\nContent-Length: 1\r\n\r\nx")
        self.assertEqual((result.http, result.body), (201, b"x"))

    def test_headers_of_one_connection_stay_behind(self):
        result = self.answer(
            b"HTTP/1.1 200 OK\r\nConnection: keep-alive, X-Private\r\nX-Private: a\r\nKeep-Alive: timeout=5\r\nX-Kept:  b \r\nContent-Length: 0\r\n\r\n"
        )
        self.assertEqual(result.headers, [("x-kept", "b")])

    def test_garbage(self):
        self.assert_invalid(b"SSH-2.0-OpenSSH\r\n\r\n", "SSH-2.0-OpenSSH")

    def test_broken_heads(self):
        for head in (
            b"HTTP/2 200\r\n\r\n",
            b"HTTP/1.1 2x0 OK\r\n\r\n",
            b"HTTP/1.1 200 OK\r\nno colon\r\n\r\n",
            b"HTTP/1.1 200 OK\r\nA : b\r\n\r\n",
            b"HTTP/1.1 200 OK\r\nA: b\r\n folded\r\n\r\n",
            b"HTTP/1.1 200 OK\r\nA: b\0\r\n\r\n",
            b"HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n",
            b"HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n",
            b"HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n",
            b"HTTP/1.1 101 Switching Protocols\r\n\r\n",
        ):
            with self.subTest(head=head):
                self.assert_invalid(head, "HTTP/")
                self.process.kill()
                self.process.wait()

    def test_a_head_without_end(self):
        self.assert_invalid("b'HTTP/1.1 200 OK\\r\\n' + b'A: b\\r\\n' * 20000", "longer than 64 KiB")

    def test_the_longest_head_passes(self):
        value = b"x" * (64 * 1024 - 64 - len(b"HTTP/1.1 200 OK\r\nContent-Length: 1\r\nA: \r\n\r\n"))
        result = self.answer(b"HTTP/1.1 200 OK\r\nContent-Length: 1\r\nA: " + value + b"\r\n\r\nz")
        self.assertEqual((result.header("a"), result.body), ([value.decode()], b"z"))

    def test_malformed_chunks(self):
        session = self.ready(answers(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\nxyz\r\n"))
        result = session.exchange()
        self.assertEqual((result.http, result.complete, result.body), (200, False, b"abc"))
        self.assertEqual(session.exchange().http, 200)

    def test_a_reset_in_the_middle_breaks_the_answer_off(self):
        session = self.ready(
            raw("request(connection)\nconnection.sendall(b'HTTP/1.1 200 OK\\r\\nContent-Length: 99999\\r\\n\\r\\nabc')\ntime.sleep(0.1)\nreset(connection)")
        )
        result = session.exchange()
        self.assertEqual((result.http, result.complete, result.body), (200, False, b"abc"))
        self.assertEqual(session.exchange().complete, False)

    def test_an_end_before_the_response_is_an_error(self):
        result = self.ready(raw("request(connection)\nconnection.close()")).exchange()
        self.assertEqual((result.status, result.type), (1, "BrokenConnection"))

    def test_an_early_answer_to_a_large_event(self):
        session = self.ready(
            raw("connection.recv(100)\nconnection.sendall(b'HTTP/1.1 413 Too Large\\r\\nContent-Length: 2\\r\\nConnection: close\\r\\n\\r\\nno')\ntime.sleep(0.2)\nconnection.close()")
        )
        session.run(b"x" * 60000, more=True)
        for _ in range(3):
            session.data(b"x" * 60000)
        result = session.result()
        self.assertEqual((result.http, result.body), (413, b"no"))
        session.data(b"x" * 10000)
        session.end()
        session.run(b"x")
        self.assertEqual(session.result().http, 413)

    def test_an_answer_stops_where_credit_ends(self):
        size = 3 * WINDOW
        session = self.ready(answers(f"b'HTTP/1.1 200 OK\\r\\nContent-Length: {size}\\r\\n\\r\\n' + b'z' * {size}"))
        session.run()
        got = 0
        session.connection.receive_until(RESULT)
        with self.assertRaises(TimeoutError):
            while True:
                frame = session.connection.receive(0.3)
                self.assertEqual(frame.type, DATA)
                got += len(frame.payload)
        self.assertLessEqual(got, WINDOW)
        self.assertGreater(got, WINDOW - 70000)
        while got < size:
            session.connection.send(CREDIT, 1, struct.pack(">I", 50000))
            frame = session.connection.receive(0.5)
            self.assertEqual(frame.type, DATA)
            got += len(frame.payload)
        self.assertEqual(session.connection.receive().type, END)
        self.assertEqual(session.exchange().total, size)

    def test_the_rest_of_an_answer_can_be_declined(self):
        session = self.ready(answers("b'HTTP/1.1 200 OK\\r\\nContent-Length: 9000000\\r\\n\\r\\n' + b'z' * 9000000"))
        session.run()
        session.connection.receive_until(RESULT)
        session.end(1)
        while (frame := session.connection.receive()).type != END:
            pass
        self.assertEqual(frame.payload, b"\x01")
        session.run()
        self.assertEqual(session.connection.receive_until(RESULT).id, 2)

    def test_what_trickles_is_handed_on_as_it_comes(self):
        session = self.ready(
            raw("request(connection)\nconnection.sendall(b'HTTP/1.1 200 OK\\r\\nTransfer-Encoding: chunked\\r\\n\\r\\n')\nfor part in (b'1\\r\\na\\r\\n', b'1\\r\\nb\\r\\n', b'0\\r\\n\\r\\n'):\n    time.sleep(0.2)\n    connection.sendall(part)")
        )
        session.run()
        kinds = [session.connection.receive().type for _ in range(4)]
        self.assertEqual(kinds, [RESULT, DATA, DATA, END])


class ConnectionTest(DialectTest):
    def test_an_idle_connection_that_ended_is_no_error(self):
        session = self.ready(raw("request(connection)\nconnection.sendall(b'HTTP/1.1 200 OK\\r\\nContent-Length: 1\\r\\n\\r\\n' + str(number).encode())\ntime.sleep(0.05)\nconnection.close()"))
        for number in range(1, 6):
            self.assertEqual(session.exchange(b"x").body, str(number).encode())
            time.sleep(0.1)

    def test_a_request_that_the_server_did_not_take_is_sent_again(self):
        # It closes with the request unread, which resets the connection.
        session = self.ready(raw("if number == 1:\n    request(connection)\n    connection.sendall(b'HTTP/1.1 200 OK\\r\\nContent-Length: 1\\r\\n\\r\\na')\n    connection.recv(1)\n    reset(connection)\n    return\nhead, body = request(connection)\nconnection.sendall(b'HTTP/1.1 200 OK\\r\\nContent-Length: 3\\r\\n\\r\\n' + body)"))
        self.assertEqual(session.exchange(b"one").body, b"a")
        self.assertEqual(session.exchange(b"two").body, b"two")

    def test_a_request_that_the_server_read_before_it_closed_is_not_sent_again(self):
        session = self.ready(raw("while (seen := request(connection)):\n    print('got', seen[1], flush=True)\n    if seen[1] == b'two': return connection.close()\n    connection.sendall(b'HTTP/1.1 200 OK\\r\\nContent-Length: 1\\r\\n\\r\\na')"))
        self.assertEqual(session.exchange(b"one").body, b"a")
        result = session.exchange(b"two")
        self.assertEqual((result.status, result.type), (1, "BrokenConnection"))
        self.assertEqual(session.exchange(b"three").body, b"a")
        self.wait_for_text(b"three")
        self.assertEqual(self.bridge.text().count(b"two"), 1)

    def test_listens_on_all_addresses_and_late(self):
        session = self.begin(RAW + "time.sleep(0.5)\nl = socket.create_server(('::', 8080), family=socket.AF_INET6, dualstack_ipv6=True)\nwhile True:\n    c, _ = l.accept()\n    while request(c): c.sendall(b'HTTP/1.1 204 x\\r\\n\\r\\n')\n")
        with self.assertRaises(TimeoutError):
            session.connection.receive(0.2)
        self.assertEqual(session.init_result()[0], 0)
        self.assertEqual(session.exchange().http, 204)


class LifeTest(DialectTest):
    def test_a_command_that_ends_before_it_listens_fails_init(self):
        session = self.begin("import sys; print('bye'); sys.exit(3)")
        status, kind, message, _ = session.init_result()
        self.assertEqual((status, kind), (1, "Exited"))
        self.assertIn("exit code 3", message)
        exit_frame = self.bridge.receive_exit()
        self.assertEqual((exit_frame.how, exit_frame.value), (0, 3))
        self.assertEqual(self.bridge.text(call=0), b"bye\n")

    def test_a_command_that_is_killed_or_missing_fails_init(self):
        session = self.begin(command=["sh", "-c", "kill -11 $$"])
        self.assertIn("signal 11", session.init_result()[2])
        self.exit_status()
        session = self.begin(command=["/no/such"])
        self.assertIn("exit code 127", session.init_result()[2])
        self.bridge.receive_exit()
        self.assertIn(b"cannot start /no/such", self.bridge.text())

    def test_a_program_that_ends_in_a_call_is_an_exit_and_no_result(self):
        session = self.ready(ECHO)
        session.run(b"import os; os._exit(7)", headers=[(":path", "/exec")])
        exit_frame = self.bridge.receive_exit()
        self.assertEqual((exit_frame.call, exit_frame.how, exit_frame.value), (1, 0, 7))
        self.assertIsNone(session.connection.receive())

    def test_lines_have_the_number_of_their_call(self):
        session = self.ready("print('init', flush=True)\n" + ECHO)
        for word in ("one", "two", "three"):
            session.exchange(headers=[(":path", f"/say/{word}")])
        self.wait_for_text(b"three\n")
        self.assertEqual([self.bridge.text(call=k) for k in range(4)], [b"init\n", b"one\n", b"two\n", b"three\n"])

    def test_scratch_is_wiped_but_for_what_init_left(self):
        session = self.ready("open('/tmp/kept', 'w').close()\n" + ECHO)
        session.exchange(b"open('/tmp/gone', 'w').close()", headers=[(":path", "/exec")])
        session.exchange(b"print(os.listdir('/tmp'), flush=True)", headers=[(":path", "/exec")])
        self.wait_for_text(b"['kept']\n", call=2)

    def test_children_of_the_program_stay_and_orphans_go(self):
        session = self.ready(ECHO)
        code = b"import subprocess; global kept; kept = subprocess.Popen(['sleep', '60']); subprocess.run(['sh', '-c', 'sleep 61 & sleep 62 &'])"
        session.exchange(code, headers=[(":path", "/exec")])
        session.exchange()
        self.assertEqual(self.bridge.status().processes, 2)

    def test_a_call_that_waits_for_the_cleaning_is_served(self):
        session = self.ready(ECHO)
        for _ in range(3):
            session.exchange(b"import subprocess; subprocess.run(['sh', '-c', 'sleep 60 &'])", headers=[(":path", "/exec")])
        self.assertEqual(session.exchange().http, 200)

    def test_an_event_that_is_broken_off_is_no_call(self):
        session = self.ready(ECHO)
        session.run(b"abc", more=True)
        session.data(b"def")
        session.end(1)
        result = session.exchange(b"x", number=1)
        self.assertEqual(json.loads(result.body)["body"], "x")

    def test_a_second_init_ends_the_container(self):
        session = self.ready(ECHO)
        session.init()
        self.assertEqual(self.exit_status(), 76)

    def test_a_run_before_init_ends_the_container(self):
        self.start(contract="http", command=["sleep", "60"])
        self.invoker.accept().welcome()
        session = Session(self.invoker.accept())
        session.welcome()
        session.run()
        self.assertEqual(self.exit_status(), 76)

    def test_an_idle_container_is_adopted(self):
        session = self.ready(ECHO)
        session.exchange()
        session.exchange()
        self.invoker.vanish()
        time.sleep(0.3)
        self.invoker.listen()
        connections = [self.invoker.accept() for _ in range(2)]
        for connection in connections:
            connection.welcome()
        hello = [connection.hello for connection in connections if connection.hello.role == 1][0]
        self.assertEqual((hello.revision, hello.completed, hello.in_flight), ("rev-1", 2, []))
        session = Session([connection for connection in connections if connection.hello.role == 1][0])
        session.call = 2
        self.assertEqual(session.exchange().http, 200)

    def test_a_call_in_flight_is_told_of_and_its_result_is_not_sent(self):
        session = self.ready(ECHO)
        session.run(headers=[(":path", "/sleep/1")])
        time.sleep(0.2)
        self.invoker.vanish()
        self.invoker.listen()
        hellos = {}
        for _ in range(2):
            connection = self.invoker.accept()
            connection.welcome()
            hellos[connection.hello.role] = connection
        self.assertEqual(hellos[1].hello.in_flight, [1])
        with self.assertRaises(TimeoutError):
            hellos[1].receive(1.5)

    def test_an_unknown_contract_is_refused(self):
        self.start(contract="cgi", command=["true"])
        self.assertEqual(self.exit_status(), 64)
        self.assertIn("http|openwhisk|lambda", self.stderr())

    def test_kill_ends_it(self):
        self.ready(ECHO)
        self.bridge.send(13)
        self.assert_killed_and_proven(self.bridge)
