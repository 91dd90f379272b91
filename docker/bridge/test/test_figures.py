"""Where the memory figures are read, in both versions of the cgroup files."""

import os
import shutil
import subprocess
import tempfile
import unittest

from harness import BUILD

UNKNOWN = f"{2**32 - 1} {2**64 - 1} {2**64 - 1}"


class MemoryFiguresTest(unittest.TestCase):
    def setUp(self):
        self.root = tempfile.mkdtemp(prefix="cgroup-", dir=BUILD)
        self.addCleanup(shutil.rmtree, self.root)

    def _figures(self, files):
        for name, text in files.items():
            path = os.path.join(self.root, name)
            os.makedirs(os.path.dirname(path), exist_ok=True)
            with open(path, "w", encoding="ascii") as file:
                file.write(text)
        command = [os.path.join(BUILD, "figures-test"), self.root]
        return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()

    def test_version_1(self):
        figures = self._figures(
            {
                "memory/memory.oom_control": "oom_kill_disable 0\nunder_oom 0\noom_kill 3\n",
                "memory/memory.max_usage_in_bytes": "4096\n",
                "memory/memory.usage_in_bytes": "2048\n",
            }
        )
        self.assertEqual(figures, "3 4096 2048")

    def test_version_2(self):
        figures = self._figures(
            {
                "memory.events": "low 0\nhigh 0\nmax 9\noom 5\noom_kill 2\noom_group_kill 7\n",
                "memory.peak": "8192\n",
                "memory.current": "1024\n",
            }
        )
        self.assertEqual(figures, "2 8192 1024")

    def test_version_2_of_a_kernel_without_a_peak(self):
        figures = self._figures({"memory.events": "oom_kill 0\n", "memory.current": "1\n"})
        self.assertEqual(figures, f"0 {2**64 - 1} 1")

    def test_no_memory_cgroup(self):
        self.assertEqual(self._figures({}), UNKNOWN)

    def test_files_that_hold_no_number(self):
        self.assertEqual(self._figures({"memory.events": "", "memory.peak": "max\n", "memory.current": ""}), UNKNOWN)
