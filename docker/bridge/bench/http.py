"""Prints what the bridge adds to a call of a program that listens on $PORT. In a network of its own: see `make bench`."""

import os
import subprocess
import sys
import time
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "test"))

import harness
from harness import BUILD, STATIC, BridgeTest

CALLS = os.path.join(BUILD, "http-calls")


class Bench(BridgeTest):
    def test_http(self):
        self.invoker.vanish()
        invoker = subprocess.Popen([CALLS, self.invoker.path])
        while not os.path.exists(self.invoker.path):
            time.sleep(0.01)
        self.start(command=[CALLS, "serve"], binary=STATIC, contract="http")
        self.assertEqual(invoker.wait(120), 0)


if __name__ == "__main__":
    if len(sys.argv) == 1:
        inner = [sys.executable, "-B", os.path.abspath(__file__), "inside"]
        sys.exit(subprocess.run(["unshare", "--net", sys.executable, "-c", harness.LOOPBACK_UP, *inner], check=False).returncode)
    harness.may_make_networks = lambda: False
    unittest.main(argv=sys.argv[:1])
