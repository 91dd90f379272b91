"""A cluster of deploy/cluster/up.sh, as the suite sees it: its API, its engines, its faults."""

import http.client
import json
import os
import pathlib
import subprocess

HERE = pathlib.Path(__file__).resolve().parent.parent
RIGS = pathlib.Path(os.environ.get("HEARTH_RIGS", "/tmp/hearth-rig"))
# Longer than any answer may take; what takes longer hangs.
ANSWER_SECONDS = 45
# A rolling restart of all.
COMMAND_SECONDS = 900


class Api:
    """One kept connection to the head; made again when it broke."""

    def __init__(self, port):
        self._port = port
        self._connection = None

    def request(self, method, path, body=None, content_type="application/json"):
        if self._connection is None:
            self._connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=ANSWER_SECONDS)
        try:
            self._connection.request(method, path, body, {"Content-Type": content_type} if body is not None else {})
            response = self._connection.getresponse()
            return response.status, response.headers, response.read()
        except (OSError, http.client.HTTPException):
            self.close()
            raise

    def ask(self, method, path, body=None, content_type="application/json"):
        status, _, answer = self.request(method, path, body, content_type)
        if not 200 <= status < 300:
            raise RuntimeError(f"{method} {path} was answered by {status}: {answer[:500].decode(errors='replace')}")
        return json.loads(answer) if answer.startswith((b"{", b"[")) else answer.decode()

    def close(self):
        if self._connection is not None:
            self._connection.close()
            self._connection = None


class FaultFailed(Exception):
    """fault.sh did not do what it was asked to."""


class Rig:
    def __init__(self, name):
        self.name = name
        self.folder = RIGS / name
        facts = dict(line.split("=", 1) for line in (self.folder / "rig").read_text().splitlines())
        self.port = int(facts["RIG_PORT"])
        self.workers = [f"w{number + 1}" for number in range(int(facts["RIG_WORKERS"]))]

    def api(self):
        return Api(self.port)

    def _asked(self, method, path):
        api = self.api()
        try:
            return api.ask(method, path)
        finally:
            api.close()

    def fault(self, *words):
        command = [HERE / "fault.sh", "--name", self.name, *map(str, words)]
        done = subprocess.run(command, capture_output=True, text=True, timeout=COMMAND_SECONDS, check=False)
        if done.returncode != 0:
            raise FaultFailed(f"fault.sh {' '.join(map(str, words))}: {done.stdout}{done.stderr}")

    def nodes(self):
        """What the head knows of each node; nothing while it does not answer."""
        try:
            return {node["id"]: node for node in self._asked("GET", "/v1/nodes")["nodes"]}
        except (OSError, http.client.HTTPException, RuntimeError):
            return {}

    def pool(self, worker):
        """The containers that the worker knows."""
        return self._asked("GET", f"/v1/nodes/{worker}/containers")["containers"]

    def engine(self, worker):
        """Names of the containers that the worker's engine has."""
        socket = f"unix://{self.folder}/{self.name}-{worker}/s"
        command = ["docker", "--host", socket, "ps", "-a", "--filter", "label=hearth.node", "--format", "{{.Names}}"]
        return subprocess.run(command, capture_output=True, text=True, timeout=60, check=True).stdout.split()

    def metric(self, name):
        """The sum over all labels."""
        lines = self._asked("GET", "/metrics").splitlines()
        return sum(float(line.rsplit(" ", 1)[1]) for line in lines if line.startswith((name + "{", name + " ")))

    def register(self, name, code, **spec):
        query = "&".join(f"{key}={value}" for key, value in {"runtime": "python3", "wait": "60s", **spec}.items())
        api = self.api()
        state = api.ask("PUT", f"/v1/functions/{name}?{query}", code.encode(), "text/x-python")["state"]
        api.close()
        if state != "READY":
            raise RuntimeError(f"function {name} is {state}, not READY")
