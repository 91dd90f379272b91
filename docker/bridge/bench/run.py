"""Prints how long a call waits for the bridge at its end, and how long it takes from a kill to the proof of death."""

import os
import statistics
import sys
import time
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "test"))

from harness import BUILD, STATIC, BridgeTest
from invoker import EXIT, KILL, LOG

KILLS = 30


class Bench(BridgeTest):
    def test_roundtrip(self):
        connection = self.connect(command=[os.path.join(BUILD, "roundtrip")], binary=STATIC)
        while (frame := connection.receive(120)).type == LOG:
            log = connection.logs.pop()
            if log.stream == 1:
                print(log.data.decode(), end="", flush=True)
        self.assertEqual(frame.type, EXIT)

    def _kill_ms(self, code):
        connection = self.connect(code=code, binary=STATIC)
        connection.wait_for_text(b"up\n")
        began = time.monotonic()
        connection.send(KILL)
        connection.receive_exit()
        elapsed = (time.monotonic() - began) * 1000
        self.exit_status()
        return elapsed

    def test_kill(self):
        for what, code in (
            ("one process", "say('up'); rest()"),
            ("20 processes", "[subprocess.Popen(['sleep', '60']) for _ in range(20)]; say('up'); rest()"),
            ("one process of 200 MB", "x = bytearray(200 << 20); say('up'); rest()"),
        ):
            samples = [self._kill_ms(code) for _ in range(KILLS)]
            print(f"kill to exit frame, {what}: median {statistics.median(samples):.2f} ms, max {max(samples):.2f} ms")


if __name__ == "__main__":
    unittest.main()
