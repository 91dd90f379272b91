"""An HTTP server that tells what it was asked, or does what it is told to."""
import json
import os
import sys
import time
from http.server import BaseHTTPRequestHandler, HTTPServer


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self):
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode()
        order = json.loads(body) if body.startswith("{") else {}
        if "exit" in order:
            os._exit(order["exit"])
        time.sleep(order.get("sleep", 0))
        if "bytes" in order:
            self.answer(200, b"x" * order["bytes"], "application/octet-stream")
            return
        print("a line of the server")
        seen = {
            "method": self.command, "path": self.path, "body": body, "type": self.headers.get("Content-Type"),
            "mine": self.headers.get("X-Mine"), "invocation": self.headers.get("Hearth-Invocation-Id"),
            "folder": os.getcwd(), "user": f"{os.getuid()}:{os.getgid()}",
            "colour": os.environ.get("COLOUR"), "fruit": os.environ.get("FRUIT"),
        }
        self.answer(201, json.dumps(seen).encode(), "application/json")

    def answer(self, status, body, kind):
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("X-Server", "mine")
        self.send_header("Set-Cookie", "a=1")
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *ignored):
        pass


if os.environ.get("DEAF"):
    print("I hear nothing")
    time.sleep(60)
    sys.exit(1)
HTTPServer(("127.0.0.1", int(os.environ["PORT"])), Handler).serve_forever()
