"""A node to measure: one that the bench starts for itself and removes again, or a running one that is only called."""

import http.client
import json
import os
import shutil
import signal
import socket
import subprocess
import tempfile
import threading
import time
import urllib.parse

import machine
from functions import echo

READY_SECONDS = 90
STOP_SECONDS = 30
CALL_SECONDS = 90
POLL_SECONDS = 0.005
KEY_SECONDS = 60
# Three times as often as deploy/prometheus/prometheus.yml has it.
SCRAPE_SECONDS = 5
LAUNCHER = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "hearth")


class Node:
    """A client of a node, over one kept connection."""

    pid = None
    key = os.environ.get("HEARTH_KEY", "")

    def __init__(self, url):
        parts = urllib.parse.urlsplit(url)
        self.url = url.rstrip("/")
        self._address = (parts.hostname, parts.port or 80)
        self._connection = None

    def request(self, method, path, body=None, content_type="application/octet-stream"):
        """Status, headers and body of an answer."""
        if self._connection is None:
            self._connection = http.client.HTTPConnection(*self._address, timeout=CALL_SECONDS)
        try:
            headers = {"Content-Type": content_type} if body is not None else {}
            if self.key:
                headers["Authorization"] = f"Bearer {self.key}"
            self._connection.request(method, path, body, headers)
            response = self._connection.getresponse()
            return response.status, response.headers, response.read()
        except (OSError, http.client.HTTPException):
            self.hang_up()
            raise

    def hang_up(self):
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def ask(self, method, path, body=None, content_type="application/octet-stream"):
        status, headers, answer = self.request(method, path, body, content_type)
        if not 200 <= status < 300:
            raise RuntimeError(f"{method} {path} was answered by {status}: {answer[:500].decode(errors='replace')}")
        return headers, answer

    def register(self, name, runtime, **spec):
        code = echo(runtime)
        query = urllib.parse.urlencode({"runtime": runtime, "handler": code.handler, "wait": "30s", **spec})
        _, answer = self.ask("PUT", f"/v1/functions/{name}?{query}", code.upload, code.content_type)
        state = json.loads(answer).get("state")
        if state != "READY":
            raise RuntimeError(f"function {name} is {state}, not READY")

    def delete(self, name):
        self.ask("DELETE", f"/v1/functions/{name}")

    def invoke(self, name, event):
        """Milliseconds at the client, and the kind of start that the node names."""
        began = time.perf_counter()
        headers, answer = self.ask("POST", f"/v1/functions/{name}/invoke", event)
        elapsed = (time.perf_counter() - began) * 1000
        if answer != event:
            raise RuntimeError(f"function {name} answered {answer[:200]!r} instead of its event")
        return elapsed, headers.get("Hearth-Start"), headers.get("Server-Timing", "")

    def status(self):
        return json.loads(self.ask("GET", "/v1/nodes")[1])["nodes"][0]

    def pool(self):
        """The containers as they are now; the node's status is as old as its last beat."""
        return json.loads(self.ask("GET", f"/v1/nodes/{self.status()['id']}/containers")[1])["containers"]

    def is_ready(self):
        try:
            return self.request("GET", "/health/ready")[0] == 200
        except (OSError, http.client.HTTPException):
            return False


class Scraper:
    """Asks a node for its metrics as Prometheus does, until it is stopped."""

    def __init__(self, url, key):
        self._node = Node(url)
        self._node.key = key
        self._done = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def _run(self):
        while not self._done.wait(SCRAPE_SECONDS):
            self._node.ask("GET", "/metrics")

    def stop(self):
        self._done.set()
        self._thread.join()
        self._node.hang_up()


class OwnNode(Node):
    """A node with a port and a data folder of its own, which asks for a key and is scraped, unless it is bare."""

    key = ""

    def __init__(self, engine, settings=(), bare=False, launcher=LAUNCHER):
        self._engine = engine
        self._launcher = launcher
        self._bare = bare
        self._scraper = None
        self._settings = list(settings)
        self._home = tempfile.mkdtemp(prefix="hearth-bench-")
        self.id = "bench-" + os.path.basename(self._home)[-8:].lower().replace("_", "0")
        self._process = None
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        super().__init__(f"http://127.0.0.1:{port}")

    @property
    def pid(self):
        return self._process.pid

    @property
    def home(self):
        """Its data folder."""
        return self._home

    @property
    def log(self):
        return os.path.join(self._home, "node.log")

    def start(self):
        """Milliseconds from the start of the launcher to the first `ready`."""
        arguments = [f"invoker.id={self.id}", f"gateway.port={self._address[1]}", *self._settings]
        command = [self._launcher, "standalone", *(part for a in arguments for part in ("--set", a))]
        environment = self._environment()
        if not self._bare and not self.key:
            self.key = self._made_key(environment)
        with open(self.log, "ab") as log:
            began = time.perf_counter()
            self._process = subprocess.Popen(
                command, env=environment, stdout=log, stderr=log, stdin=subprocess.DEVNULL, start_new_session=True
            )
        while not self.is_ready():
            if self._process.poll() is not None:
                raise RuntimeError(f"the node died while it started: {self._log_tail()}")
            if time.perf_counter() - began > READY_SECONDS:
                raise RuntimeError(f"the node is not ready after {READY_SECONDS} s: {self._log_tail()}")
            time.sleep(POLL_SECONDS)
        took = (time.perf_counter() - began) * 1000
        if not self._bare:
            self._scraper = Scraper(self.url, self.key)
        return took

    def _environment(self):
        return {**os.environ, "HEARTH_HOME": self._home, "HEARTH_PORT": str(self._address[1])}

    def _made_key(self, environment):
        made = subprocess.run(
            [self._launcher, "keys", "create", "bench"], env=environment, capture_output=True, text=True, timeout=KEY_SECONDS
        )
        if made.returncode != 0:
            raise RuntimeError(f"no key could be made: {made.stderr}")
        return made.stdout.strip()

    def _log_tail(self):
        with open(self.log, encoding="utf-8", errors="replace") as log:
            return log.read()[-2000:]

    def stop(self):
        self.hang_up()
        if self._scraper is not None:
            self._scraper.stop()
            self._scraper = None
        if self._process is None or self._process.poll() is not None:
            return
        self._process.send_signal(signal.SIGTERM)
        try:
            self._process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def containers(self):
        return self._engine.labelled(f"hearth.node={self.id}")

    def wipe(self):
        """Stops the node and removes all that it made."""
        self.stop()
        for container in self.containers():
            self._engine.remove(container)
        shutil.rmtree(self._home, ignore_errors=True)

    def cpu_ms(self):
        """Processor time since the launcher began: it tells more than the clock while others use the machine."""
        return machine.cpu_seconds(self.pid) * 1000
