"""Programs behind a dialect that mean harm or are broken: what the bridge holds stays bounded, and a kill ends it."""

import os
import random
import shutil
import subprocess
import time
import unittest

from dialects import DialectTest
from harness import BUILD, STATIC
from invoker import KILL
from servers import ECHO, answers, raw, runtime

BOUND_KIB = 6 * 1024
STORM_SECONDS = float(os.environ.get("FUZZ_SECONDS", "10")) / 4


class ParsersTest(unittest.TestCase):
    def test_the_parsers_on_seeded_damage(self):
        subprocess.run([os.path.join(BUILD, "parsers-test")], check=True, timeout=60)


class HostileProgramTest(DialectTest):
    def bridge_kib(self):
        with open(f"/proc/{self.bridge_pid()}/status", encoding="ascii") as status:
            return next(int(line.split()[1]) for line in status if line.startswith("VmRSS:"))

    def assert_bounded_and_killed(self, seconds=0.7):
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            time.sleep(0.1)
            self.assertLess(self.bridge_kib(), BOUND_KIB)
        self.bridge.send(KILL)
        self.assert_killed_and_proven(self.bridge)

    def endure(self, serve, body=b"", more=False):
        session = self.ready(raw(serve), binary=STATIC)
        session.run(body, more=more)
        return session

    def test_a_program_that_never_reads(self):
        session = self.endure("time.sleep(60)", b"x" * 60000, more=True)
        for _ in range(3):
            session.data(b"x" * 65000)
        self.assert_bounded_and_killed()

    def test_headers_without_end(self):
        session = self.endure("request(connection)\nwhile True: connection.sendall(b'HTTP/1.1 200 OK\\r\\n' + b'A: b\\r\\n' * 1000)")
        self.assertEqual(session.result().type, "InvalidResponse")
        self.assert_bounded_and_killed()

    def test_interim_responses_without_end(self):
        self.endure("request(connection)\nwhile True: connection.sendall(b'HTTP/1.1 100 Continue\\r\\n\\r\\n' * 1000)")
        self.assert_bounded_and_killed()

    def test_a_body_of_two_gigabytes_that_nobody_takes(self):
        self.endure("request(connection)\nconnection.sendall(b'HTTP/1.1 200 OK\\r\\nContent-Length: 2147483648\\r\\n\\r\\n')\nwhile True: connection.sendall(b'x' * 65536)")
        self.assert_bounded_and_killed()

    def test_trailers_without_end(self):
        session = self.endure("request(connection)\nconnection.sendall(b'HTTP/1.1 200 OK\\r\\nTransfer-Encoding: chunked\\r\\n\\r\\n0\\r\\n')\nwhile True: connection.sendall(b'A: b\\r\\n' * 1000)")
        self.assertFalse(session.result().complete)
        self.assert_bounded_and_killed()

    def test_a_response_that_trickles(self):
        self.endure("request(connection)\nwhile True: connection.sendall(b'H'[:1]) or time.sleep(0.05)")
        self.assert_bounded_and_killed()

    def test_a_program_that_answers_before_it_is_asked(self):
        session = self.ready(raw("connection.sendall(b'HTTP/1.1 200 OK\\r\\nContent-Length: 1\\r\\n\\r\\nx' * 3)\nrequest(connection)\nconnection.sendall(b'HTTP/1.1 200 OK\\r\\nContent-Length: 1\\r\\n\\r\\ny')\nconnection.close()"))
        for _ in range(5):
            self.assertIn(session.exchange().http, (0, 200))

    def test_memory_after_large_calls(self):
        session = self.ready(ECHO, binary=STATIC)
        for _ in range(3):
            session.exchange(b"x" * 3_000_000, headers=[(":path", "/raw")])
        self.assertLess(self.bridge_kib(), BOUND_KIB)

    def test_a_storm_of_damaged_responses(self):
        seed = int(time.time())
        chance = random.Random(seed)
        whole = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nX: y\r\n\r\n5\r\nhello\r\n0\r\n\r\n"
        code = f"""
import random
chance = random.Random({seed})
whole = bytearray({whole!r})
while request(connection):
    data = bytearray(whole)
    for _ in range(chance.randrange(4)): data[chance.randrange(len(data))] = chance.choice(b"\\r\\n:; 05fx\\0\\xff")
    data = data[: chance.randrange(len(data)) if chance.random() < 0.2 else len(data)]
    connection.sendall(bytes(data))
    if chance.random() < 0.3: return reset(connection)
    if chance.random() < 0.5: return connection.close()
    time.sleep(0.01)
    return connection.close()
"""
        session = self.ready(raw(code.strip()))
        deadline = time.monotonic() + STORM_SECONDS
        calls = 0
        while time.monotonic() < deadline:
            calls += 1
            result = session.exchange(chance.randbytes(chance.randrange(100)))
            self.assertIn(result.status, (1, 3, 4), f"seed {seed}")
        self.assertGreater(calls, 10)


class HostileRuntimeTest(DialectTest):
    contract = "lambda"

    def test_a_storm_of_damaged_requests(self):
        seed = int(time.time())
        handle = f"""
import random
chance = random.Random({seed} + int(id[4:]))
for _ in range(chance.randrange(30)):
    data = bytearray(f"POST {{BASE}}invocation/{{chance.choice((id, 'inv-0'))}}/{{chance.choice(('response', 'error'))}} HTTP/1.1\\r\\nContent-Length: 5\\r\\n\\r\\n".encode() + b'hello')
    for _ in range(chance.randrange(5)): data[chance.randrange(len(data))] = chance.choice(b"\\r\\n:; 05fx\\0\\xff")
    s = socket.create_connection(("127.0.0.1", 9001))
    s.sendall(bytes(data[: chance.randrange(len(data))] if chance.random() < 0.3 else data))
    s.settimeout(0.02)
    try: s.recv(100) if chance.random() < 0.5 else None
    except OSError: pass
    s.close()
answer(id, b"done")
"""
        session = self.ready(runtime(handle))
        deadline = time.monotonic() + STORM_SECONDS
        while time.monotonic() < deadline:
            try:
                self.assertIn(session.exchange(b"{}").status, (0, 1, 3))
            except AssertionError as error:
                raise AssertionError(f"seed {seed}, log {self.bridge.text()!r}, bridge {self.stderr()!r}") from error


if shutil.which("node"):

    class NodeTest(DialectTest):
        def test_a_server_of_nodes_own(self):
            code = """
require('http').createServer((request, response) => {
  const parts = [];
  request.on('data', (part) => parts.push(part)).on('end', () => {
    response.setHeader('Set-Cookie', ['a=1', 'b=2']);
    if (request.url === '/parts') { response.write('one,'); setTimeout(() => response.end('two'), 50); }
    else response.end(Buffer.concat(parts));
  });
}).listen(process.env.PORT)
"""
            session = self.ready(command=[shutil.which("node"), "-e", code])
            body = bytes(1000) * 1000
            result = session.exchange(body)
            self.assertEqual((result.http, result.body, result.header("set-cookie")), (200, body, ["a=1", "b=2"]))
            self.assertEqual(session.exchange(headers=[(":path", "/parts")]).body, b"one,two")
            self.assertEqual([session.exchange(str(k).encode()).body for k in range(20)], [str(k).encode() for k in range(20)])


class FileServerTest(DialectTest):
    def test_pythons_own_file_server(self):
        with open(os.path.join(self.directory, "file.txt"), "w", encoding="ascii") as file:
            file.write("text\n")
        script = f"exec python3 -m http.server --directory {self.directory} $PORT"
        session = self.ready(command=["sh", "-c", script])
        result = session.exchange(headers=[(":method", "GET"), (":path", "/file.txt")])
        self.assertEqual((result.http, result.content_type, result.body), (200, "text/plain", b"text\n"))
        self.assertEqual(session.exchange(headers=[(":method", "GET"), (":path", "/none")]).http, 404)
        self.assertEqual(session.exchange(headers=[(":method", "HEAD"), (":path", "/file.txt")]).http, 200)
