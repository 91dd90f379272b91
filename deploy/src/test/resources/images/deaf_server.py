"""A server that ignores every signal that can be ignored."""

import http.server
import os
import signal
import time

for number in range(1, 65):
    try:
        signal.signal(number, signal.SIG_IGN)
    except (OSError, ValueError):
        pass


class Deaf(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self):
        if self.rfile.read(int(self.headers.get("Content-Length", 0))) == b"sleep":
            time.sleep(60)
        self.send_response(200)
        self.send_header("Content-Length", "4")
        self.end_headers()
        self.wfile.write(b"deaf")

    def log_message(self, *arguments):
        pass


http.server.HTTPServer(("127.0.0.1", int(os.environ["PORT"])), Deaf).serve_forever()
