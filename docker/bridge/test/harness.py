"""Starts a bridge as PID 1 of namespaces of its own, with a tmpfs on /tmp, and a fake invoker beside it."""

import os
import shutil
import subprocess
import sys
import tempfile
import unittest

from invoker import Invoker

HERE = os.path.dirname(os.path.abspath(__file__))
BUILD = os.path.join(os.path.dirname(HERE), "build")
CHECKED = os.path.join(BUILD, "bridge-checked")
# The interpreter that runs the tests may lie in a home directory that other users cannot enter.
PYTHON = shutil.which("python3", path="/usr/bin:/usr/local/bin") or sys.executable
STATIC = os.path.join(BUILD, "bridge")
SCRATCH_BYTES = 8 << 20

with open(os.path.join(HERE, "standin.py"), encoding="utf-8") as standin:
    STANDIN = standin.read()

# A dialect's program has a port of its own: where the tests may, they give each bridge a loopback of its own.
LOOPBACK_UP = """
import fcntl, os, socket, struct, sys
fcntl.ioctl(socket.socket(), 0x8914, struct.pack("16sh14x", b"lo", 1))
os.execvp(sys.argv[1], sys.argv[1:])
"""
NET_ADMIN = 1 << 12


def may_make_networks():
    with open("/proc/self/status", encoding="ascii") as status:
        return any(line.startswith("CapEff:") and int(line.split()[1], 16) & NET_ADMIN for line in status)


ENTER = 'mount -t tmpfs -o size="$1",mode=1777 tmpfs /tmp && shift && exec "$@"'


class BridgeTest(unittest.TestCase):
    """Each test has an invoker; start() runs a bridge, which is gone and checked for faults afterwards."""

    def setUp(self):
        self.directory = tempfile.mkdtemp(prefix="run-", dir=BUILD)
        self.addCleanup(shutil.rmtree, self.directory)
        self.invoker = Invoker(self.directory)
        self.addCleanup(self.invoker.vanish)
        self.invoker.listen()
        self.process = None

    def start(self, code=None, command=None, binary=CHECKED, grace=None, scratch=SCRATCH_BYTES, env=None, unprivileged=False, contract=None):
        """Runs the bridge with a Python stand-in made of `code`, or with `command`."""
        environment = dict(os.environ, HEARTH_SOCKET=self.invoker.path, ASAN_OPTIONS="detect_leaks=0:exitcode=99")
        environment.update(env or {})
        if grace is not None:
            environment["HEARTH_ADOPT_GRACE"] = str(grace)
        if command is None:
            command = [PYTHON, "-I", "-S", "-c", STANDIN + "\n" + (code or "rest()")]
        # As in a container: a uid that is nobody's, and no right to pass by the permissions of files.
        drop = ["setpriv", "--reuid=54321", "--regid=54321", "--clear-groups"] if unprivileged else []
        if unprivileged:
            os.chmod(self.directory, 0o755)
        options = [] if contract is None else ["--contract", contract]
        network = contract is not None and may_make_networks()
        self.errors = open(os.path.join(self.directory, "stderr"), "w+b")
        self.process = subprocess.Popen(
            ["unshare", "--pid", "--fork", "--kill-child", "--mount", "--mount-proc"]
            + (["--net", PYTHON, "-I", "-S", "-c", LOOPBACK_UP] if network else [])
            + ["sh", "-c", ENTER, "sh", str(scratch)]
            + drop
            + [binary, *options, "--"]
            + command,
            env=environment,
            stdin=subprocess.DEVNULL,
            stderr=self.errors,
        )
        self.addCleanup(self._stop, self.process, self.errors)

    def _stop(self, process, errors):
        if process.poll() is None:
            process.kill()
        process.wait()
        text = self._text_of(errors)
        errors.close()
        self.assertNotRegex(text, "runtime error|AddressSanitizer")

    @staticmethod
    def _text_of(errors):
        errors.seek(0)
        return errors.read().decode(errors="replace")

    def stderr(self):
        return self._text_of(self.errors)

    def connect(self, **options):
        """Starts and welcomes."""
        self.start(**options)
        connection = self.invoker.accept()
        connection.welcome()
        return connection

    def exit_status(self, seconds=15):
        return self.process.wait(seconds)

    def bridge_pid(self):
        with open(f"/proc/{self.process.pid}/task/{self.process.pid}/children", encoding="ascii") as children:
            return int(children.read().split()[0])

    def assert_killed_and_proven(self, connection):
        exit_frame = connection.receive_exit()
        self.assertEqual((exit_frame.how, exit_frame.value), (1, 9))
        self.assertEqual(exit_frame.figures.processes, 0)
        self.assertIsNone(connection.receive())
        self.assertEqual(self.exit_status(), 137)
        return exit_frame
