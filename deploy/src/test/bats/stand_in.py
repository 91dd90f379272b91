"""A server in a node's place, for what a real node does rarely or never. usage: stand_in.py MODE FILE

It prints its port and writes each request, with its headers, to FILE.
"""

import glob
import http.server
import socketserver
import sys
import time

MODE, FILE = sys.argv[1:]
ID = "01m7ytttx5br357fp07bgszgxw"
# First one of two, then both; a log line that looks like the answer's own field is no trap.
OTHER = "01m7ytttx5br357fp07bgszgx9"
WAITED = (
    '{"done":[{"id":"%s","cause":{"log":["\\"pending\\":[\\"%s\\"]"]}}],"pending":["%s"],"timedOut":true}' % (ID, ID, OTHER),
    "{}",
    '{"done":[{"id":"%s"}],"pending":[],"timedOut":false}' % OTHER,
)
asked = 0


def arguments():
    """The arguments of every process: what other users of the machine can read."""
    for path in glob.glob("/proc/[0-9]*/cmdline"):
        try:
            with open(path, "rb") as file:
                yield file.read().replace(b"\0", b" ").decode(errors="replace")
        except OSError:
            pass


class StandIn(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *args):
        pass

    def handle_any(self):
        global asked
        asked += 1
        length = int(self.headers.get("Content-Length") or 0)
        body = self.rfile.read(length)
        with open(FILE, "a") as file:
            file.write(f"{self.command} {self.path}\n{self.headers}body {len(body)}\n")
            if MODE == "key":
                file.writelines(f"process {line}\n" for line in arguments() if "curl" in line)
        getattr(self, MODE)()

    do_GET = do_PUT = do_POST = do_DELETE = handle_any

    def answer(self, text, status=200, kind="text/plain", **headers):
        data = text.encode()
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def key(self):
        self.answer("NAME  STATE\n")

    def pending(self):
        """READY at the third question."""
        if self.command == "PUT":
            self.answer("slow PENDING revision 1 (created)\n", 201)
        else:
            self.answer("function    slow\nstate       %s\n" % ("READY" if asked > 3 else "PENDING"))

    def failing(self):
        if self.command == "PUT":
            self.answer("slow PENDING revision 1 (created)\n", 201)
        else:
            self.answer("function    slow\nstate       FAILED\ncause       IMAGE_PULL_FAILED: no such image\n")

    def forever(self):
        self.answer("slow PENDING revision 1 (created)\n" if self.command == "PUT" else "state       PENDING\n")

    def pages(self):
        """1501 functions in pages of 1000."""
        first, last = (1001, 1501) if "after=f1000" in self.path else (1, 1000)
        self.answer("NAME   STATE\n" + "".join(f"f{i:04}  READY\n" for i in range(first, last + 1)))

    def stranger(self):
        self.answer("<html>Not Found</html>", 404, "text/html")

    def teapot(self):
        """A function whose own server gives the status."""
        self.answer("short and stout", 418, Hearth_Invocation_Id=ID)

    def silent(self):
        time.sleep(60)

    def broken(self):
        self.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf")
        self.close_connection = True

    def unauthenticated(self):
        self.answer("UNAUTHENTICATED: this needs an API key\nSend one.\n", 401)

    def caller(self):
        """What a key of the role `invoke` may: not ask for functions."""
        if self.path.startswith("/v1/functions"):
            self.answer("FORBIDDEN: this key may not do that\n", 403)
        elif "?" in self.path:
            self.answer("ID" + " " * 26 + "FUNCTION  STATE\n" + ID + "  f@1       DONE\n")
        else:
            self.answer("line\n")

    def later(self):
        """Takes asynchronous calls, and knows all about them but for one id."""
        path = self.path.split("?")[0]
        if path.endswith("/invocations") and self.command == "POST":
            self.answer("accepted\n", 202, Location="/v1/invocations/" + ID)
        elif path == "/v1/invocations/wait":
            self.answer(WAITED[min(asked, len(WAITED)) - 1], 200, "application/json")
        elif path.endswith("/output"):
            self.answer("the output")
        elif path.startswith("/v1/invocations/") and self.command == "GET":
            outcome = "TIMEOUT" if path.endswith("9") else "SUCCESS"
            self.answer(f"invocation  {path[-26:]}\nstate       DONE {outcome}\n")
        else:
            self.answer(f"{self.command} {self.path} done\n")

    def unknown(self):
        """As a node that knows no such invocation: in the form that was asked for."""
        if "json" in self.headers["Accept"]:
            self.answer('{"error":{"code":"NOT_FOUND"}}', 404, "application/json")
        else:
            self.answer("NOT_FOUND: no record of invocation x\n", 404)

    def nobody(self):
        """Nothing is ever done."""
        self.answer('{"done":[],"pending":["%s"],"timedOut":true}' % ID, 200, "application/json")

    def follow(self):
        """A log that comes line by line, with a pause in which the first line must have been printed."""
        if "follow=true" not in self.path:
            self.answer("invocation  " + ID + "\n")
            return
        self.send_response(200)
        self.send_header("Content-Type", "text/plain")
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        for line in ("one\n", "two\n"):
            self.wfile.write(b"%x\r\n%s\r\n" % (len(line), line.encode()))
            self.wfile.flush()
            time.sleep(1.5)
        self.wfile.write(b"0\r\n\r\n")


class Server(socketserver.ThreadingMixIn, socketserver.TCPServer):
    allow_reuse_address = True
    daemon_threads = True


with Server(("127.0.0.1", 0), StandIn) as server:
    print(server.server_address[1], flush=True)
    server.serve_forever()
