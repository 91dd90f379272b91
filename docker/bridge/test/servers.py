"""Programs for the tests of the dialects, as Python source: what an image's command may be."""

# Answers what it was asked, on connections that stay. In paths: /status/N, /sleep/S, /close, /say/WORD.
ECHO = '''
import http.server, json, os, socketserver, sys, time
class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    def log_message(self, *arguments): pass
    def body(self):
        if self.headers.get("Transfer-Encoding") != "chunked":
            return self.rfile.read(int(self.headers.get("Content-Length", 0)))
        parts = []
        while size := int(self.rfile.readline(), 16):
            parts.append(self.rfile.read(size)); self.rfile.readline()
        self.rfile.readline()
        return b"".join(parts)
    def answer(self, status, body, headers=()):
        self.send_response(status)
        for name, value in headers: self.send_header(name, value)
        if status not in (204, 304): self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD" and status not in (204, 304): self.wfile.write(body)
    def serve(self):
        body = self.body()
        kind, _, word = self.path.lstrip("/").partition("/")
        if kind == "status": return self.answer(int(word), b"status")
        if kind == "sleep": time.sleep(float(word))
        if kind == "say": print(word, flush=True)
        if kind == "exec": exec(body.decode())
        if kind == "raw": return self.answer(200, body, [("Content-Type", self.headers["Content-Type"] or "x/y")])
        if kind == "close": self.close_connection = True
        about = {"method": self.command, "path": self.path, "headers": self.headers.items(), "body": body.decode("latin-1"),
                 "port": self.client_address[1], "env": dict(os.environ) if kind == "env" else {}}
        self.answer(200, json.dumps(about).encode(), [("Content-Type", "application/json"), ("X-Two", "1"), ("X-Two", "2")])
    do_GET = do_POST = do_PUT = do_HEAD = do_DELETE = do_PATCH = serve
class Server(socketserver.ThreadingMixIn, http.server.HTTPServer):
    daemon_threads = True
    request_queue_size = 8
Server(("127.0.0.1", int(os.environ["PORT"])), Handler).serve_forever()
'''

# Serves connections one after the other with `serve(connection, number)`, which the test gives; `request` reads a request.
RAW = '''
import os, re, socket, struct, subprocess, sys, time
def request(connection):
    data = b""
    while b"\\r\\n\\r\\n" not in data:
        part = connection.recv(65536)
        if not part: return None
        data += part
    head, _, body = data.partition(b"\\r\\n\\r\\n")
    length = re.search(rb"(?i)content-length: (\\d+)", head)
    while length and len(body) < int(length[1]): body += connection.recv(65536)
    return head, body
def reset(connection):
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0)); connection.close()
def listen(host="127.0.0.1"):
    listener = socket.socket(); listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.bind((host, int(os.environ["PORT"]))); listener.listen(8)
    return listener
def serve_all():
    listener = listen(); number = 0
    while True:
        connection, _ = listener.accept(); number += 1
        try: serve(connection, number)
        except OSError as error: print(error, flush=True)
'''


def raw(serve):
    """A program whose connections are served by the body of serve(connection, number)."""
    lines = "".join(f"    {line}\n" for line in serve.strip().split("\n"))
    return f"{RAW}\ndef serve(connection, number):\n{lines}\nserve_all()\n"


def answers(response):
    """A program that gives the same bytes, or the bytes that an expression makes, to each request, and keeps the connection."""
    expression = response if isinstance(response, str) else repr(response)
    return raw(f"while request(connection):\n    connection.sendall({expression})\nconnection.close()")


# An action proxy after OpenWhisk's docs/actions-new.md. Its code is Python with a function `main`; /init takes it once.
PROXY = '''
import base64, http.server, io, json, os, sys, zipfile
MARKER = "XXX_THE_END_OF_A_WHISK_ACTIVATION_XXX"
MARKS = os.environ.get("MARKS", "both")
class Failure(Exception): pass
class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    action = None
    def log_message(self, *arguments): pass
    def init(self, value):
        if Handler.action: return 403, {"error": "Cannot initialize the action more than once."}
        names = {}
        os.environ.update(value["env"])
        try:
            if value["binary"]:
                archive = zipfile.ZipFile(io.BytesIO(base64.b64decode(value["code"], validate=True)))
                assert archive.testzip() is None
                value["code"] = archive.read("__main__.py").decode()
                Handler.archive = archive
                names["archive"] = archive
            exec(value.get("code") or "def main(event): return event", names)
            Handler.action = names[value["main"]]
        except Exception as error:
            return 502, {"error": "Initialization has failed due to: " + repr(error)}
        return 200, {"ok": True, "saw": value}
    def run(self, message):
        for name, value in message.items():
            if name != "value": os.environ["__OW_" + name.upper()] = value
        try:
            result = Handler.action(message["value"])
            if not isinstance(result, dict): raise Failure("The action did not return a dictionary.")
            return 200, result
        except Failure as error:
            return 502, {"error": str(error)}
        except Exception as error:
            return 400, {"error": {"type": type(error).__name__, "text": str(error)}}
        finally:
            sys.stdout.flush(); sys.stderr.flush()
            if MARKS != "none": print(MARKER, flush=True); print(MARKER, file=sys.stderr, flush=True)
    def do_POST(self):
        message = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        status, answer = self.init(message["value"]) if self.path == "/init" else self.run(message)
        body = json.dumps(answer).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
http.server.ThreadingHTTPServer.daemon_threads = True
http.server.ThreadingHTTPServer(("0.0.0.0", 8080), Handler).serve_forever()
'''

# The loop of a runtime of AWS Lambda. Tests add `handle(event, headers)`; `api` makes other requests.
RUNTIME = '''
import http.client, json, os, socket, subprocess, sys, time
BASE = "/2018-06-01/runtime/"
def dial(): return http.client.HTTPConnection(os.environ["AWS_LAMBDA_RUNTIME_API"])
kept = dial()
def api(method, path, body=None, headers={}, connection=None):
    connection = connection or kept
    connection.request(method, BASE + path, body, headers, encode_chunked="Transfer-Encoding" in headers)
    answer = connection.getresponse()
    return answer.status, answer.headers, answer.read()
def answer(id, result): return api("POST", f"invocation/{id}/response", result, {"Content-Type": "application/json"})
def fail(id, error): return api("POST", f"invocation/{id}/error", json.dumps(error))
def loop():
    while True:
        status, headers, event = api("GET", "invocation/next")
        assert status == 200, status
        handle(event, headers, headers["Lambda-Runtime-Aws-Request-Id"])
'''


def runtime(handle):
    """A Lambda runtime with the body of handle(event, headers, id)."""
    lines = "".join(f"    {line}\n" for line in handle.strip().split("\n"))
    return f"{RUNTIME}\ndef handle(event, headers, id):\n{lines}\nloop()\n"
