"""An action container as OpenWhisk describes it: /init, /run, the end of each stream's log marked."""
import json
import sys
from http.server import BaseHTTPRequestHandler, HTTPServer

SENTINEL = "XXX_THE_END_OF_A_WHISK_ACTIVATION_XXX"


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self):
        message = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        if self.path == "/init":
            self.answer(200, {"ok": True})
            return
        value = message["value"]
        if "fail" in value:
            self.answer(502, {"error": value["fail"]})
        else:
            name = value.get("name", "you")
            print("greeting " + name)
            self.answer(200, {"greeting": f"Hello, {name}!", "activation": message["activation_id"]})
        for stream in (sys.stdout, sys.stderr):
            print(SENTINEL, file=stream, flush=True)

    def answer(self, status, value):
        body = json.dumps(value).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *ignored):
        pass


HTTPServer(("0.0.0.0", 8080), Handler).serve_forever()
