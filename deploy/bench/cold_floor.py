"""The cold floor: how long the engine itself needs from creating a container to the first correct reply.

Alone: cold_floor.py RUNTIME [COUNT], with the create body written here.
In the bench the create body is copied from a container that Hearth made, so that both ask the engine for the same.
"""

import copy
import itertools
import os
import shutil
import socket
import statistics
import sys
import tempfile
import time

from engine import Engine
from frames import BRIDGE, RUNTIME, Connection
from functions import ECHO

RUN = "/hearth/run"
EVENT = b"first correct reply"
MEBIBYTE = 1 << 20
LABEL = "hearth.bench"
COPIED = ("Image", "Hostname", "User", "Env", "Entrypoint", "Cmd", "WorkingDir", "NetworkDisabled", "Labels")
ETC = {"hosts": "127.0.0.1 localhost floor\n", "resolv.conf": "", "nsswitch.conf": "hosts: files\n"}


def body_of(inspected):
    """The create body that would make this container again."""
    config = inspected["Config"]
    body = {key: config[key] for key in COPIED if key in config}
    body["HostConfig"] = inspected["HostConfig"]
    return body


def body_for(engine, image, bridge):
    """The create body as the invoker writes it, for a measurement without Hearth."""
    config = engine.image(image)["Config"]
    own = {"HEARTH_SOCKET": f"{RUN}/s", "HOME": "/tmp", "TMPDIR": "/tmp", "LANG": "C.UTF-8"}
    return {
        "Image": image,
        "Entrypoint": ["/hearth/bridge", "--"],
        "Cmd": (config["Entrypoint"] or []) + (config["Cmd"] or []),
        "Env": [f"{name}={value}" for name, value in own.items()],
        "User": "61000:61000",
        "NetworkDisabled": True,
        "Labels": {},
        "HostConfig": {
            "Binds": [f"{bridge}:/hearth/bridge:ro", f":{RUN}:ro", *(f":/etc/{name}:ro" for name in ETC)],
            "ReadonlyRootfs": True,
            "CapDrop": ["ALL"],
            "SecurityOpt": ["no-new-privileges:true"],
            "Memory": 320 * MEBIBYTE,
            "MemorySwap": 320 * MEBIBYTE,
            "PidsLimit": 64,
            "CpuShares": 1024,
            "Tmpfs": {"/tmp": f"rw,exec,nosuid,nodev,size={64 * MEBIBYTE},mode=1777"},
            "IpcMode": "none",
            "LogConfig": {"Type": "none"},
            "Init": False,
        },
    }


class ColdFloor:
    """Makes containers from one create body, calls each once and removes it. All carry the label `hearth.bench=ID`."""

    def __init__(self, engine, body, runtime, ident):
        self._engine = engine
        self._body = body
        self._runtime = runtime
        self._ident = ident
        self._numbers = itertools.count(1)

    def once(self):
        """Milliseconds from the create call to the reply."""
        folder = tempfile.mkdtemp(prefix="hearth-floor-")
        container = None
        try:
            listener = self._prepare(folder)
            body = self._body_in(folder)
            began = time.perf_counter()
            container = self._engine.create(f"{self._ident}-{next(self._numbers)}", body)
            self._engine.start(container)
            self._first_call(listener)
            return (time.perf_counter() - began) * 1000
        finally:
            if container is not None:
                self._engine.remove(container)
            shutil.rmtree(folder)

    def _prepare(self, folder):
        os.chmod(folder, 0o755)
        os.makedirs(f"{folder}/run/code")
        entry, source = ECHO[self._runtime]
        for name, text in {f"run/code/{entry}": source, **ETC}.items():
            with open(f"{folder}/{name}", "w", encoding="utf-8") as file:
                file.write(text)
        listener = socket.socket(socket.AF_UNIX)
        listener.bind(f"{folder}/run/s")
        os.chmod(f"{folder}/run/s", 0o666)
        listener.listen(4)
        listener.settimeout(30)
        return listener

    def _body_in(self, folder):
        body = copy.deepcopy(self._body)
        body["Labels"] = {LABEL: self._ident}
        targets = {RUN: f"{folder}/run", **{f"/etc/{name}": f"{folder}/{name}" for name in ETC}}
        binds = []
        for bind in body["HostConfig"]["Binds"]:
            source, target, mode = bind.split(":")
            binds.append(f"{targets.get(target, source)}:{target}:{mode}")
        body["HostConfig"]["Binds"] = binds
        return body

    def _first_call(self, listener):
        connections = {}
        with listener:
            while RUNTIME not in connections or BRIDGE not in connections:
                connection = Connection(listener.accept()[0])
                connections[connection.greet()] = connection
        runtime = connections[RUNTIME]
        runtime.init(f"{RUN}/code", ECHO[self._runtime][0], 256)
        reply = runtime.run(EVENT)
        if reply != EVENT:
            raise RuntimeError(f"the cold floor answered {reply!r}")
        for connection in connections.values():
            connection.close()


def main():
    runtime = sys.argv[1]
    count = int(sys.argv[2]) if len(sys.argv) > 2 else 10
    here = os.path.dirname(os.path.abspath(__file__))
    bridge = os.environ.get("HEARTH_BRIDGE", os.path.join(here, "..", "target", "hearth", "bridge"))
    engine = Engine()
    body = body_for(engine, f"hearth/{runtime}:latest", os.path.realpath(bridge))
    floor = ColdFloor(engine, body, runtime, f"hearth-floor-{os.getpid()}")
    samples = [floor.once() for _ in range(count)]
    print(f"{runtime}: median {statistics.median(samples):.0f} ms, best {min(samples):.0f} ms of {count}")


if __name__ == "__main__":
    main()
