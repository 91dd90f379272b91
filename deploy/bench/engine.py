"""The Docker Engine's API over its Unix socket, as raw as Python's standard library allows."""

import http.client
import json
import os
import socket
import urllib.parse

CALL_SECONDS = 60


class _UnixConnection(http.client.HTTPConnection):
    def __init__(self, path):
        super().__init__("localhost", timeout=CALL_SECONDS)
        self.path = path

    def connect(self):
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.settimeout(self.timeout)
        self.sock.connect(self.path)


class Engine:
    """One kept connection to the engine; its calls are made one after the other."""

    def __init__(self):
        host = os.environ.get("DOCKER_HOST", "unix:///var/run/docker.sock")
        if not host.startswith("unix://"):
            raise SystemExit(f"DOCKER_HOST is {host}: the cold floor needs an engine on a Unix socket of this machine.")
        self._connection = _UnixConnection(host.removeprefix("unix://"))

    def call(self, method, path, body=None, accept=(200, 201, 204)):
        headers = {"Content-Type": "application/json"} if body is not None else {}
        payload = None if body is None else json.dumps(body)
        response, answer = self._exchange(method, path, payload, headers)
        if response.status not in accept:
            raise RuntimeError(f"the engine answered {response.status} to {method} {path}: {answer[:500]!r}")
        return json.loads(answer) if answer else None

    def _exchange(self, method, path, payload, headers):
        """The engine closes a connection that has been idle for some minutes; then the call is made on a new one."""
        for last in (False, True):
            try:
                self._connection.request(method, path, payload, headers)
                response = self._connection.getresponse()
                return response, response.read()
            except (ConnectionError, http.client.RemoteDisconnected):
                self._connection.close()
                if last:
                    raise

    def version(self):
        return self.call("GET", "/version")

    def image(self, name):
        return self.call("GET", f"/images/{name}/json")

    def inspect(self, container):
        return self.call("GET", f"/containers/{container}/json")

    def create(self, name, body):
        return self.call("POST", f"/containers/create?name={name}", body)["Id"]

    def start(self, container):
        self.call("POST", f"/containers/{container}/start")

    def remove(self, container):
        """Also a container that is just being removed by somebody else."""
        self.call("DELETE", f"/containers/{container}?force=true", accept=(204, 404, 409))

    def labelled(self, label):
        """Ids of all containers with the label, running or not."""
        filters = urllib.parse.quote(json.dumps({"label": [label]}))
        return [entry["Id"] for entry in self.call("GET", f"/containers/json?all=true&filters={filters}")]
