"""The static bridge in real containers, created as the invoker creates them. Needs an engine and the test image:
`make container`, not part of `make test`."""

import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
import unittest

from harness import BUILD, STANDIN, STATIC
from invoker import EXIT, KILL, RETIRE, STATUS, Invoker, unpack_figures

IMAGE = os.environ.get("HEARTH_TEST_IMAGE", "hearth/bridge-test")
MEBIBYTE = 1 << 20


class ContainerTest(unittest.TestCase):
    def setUp(self):
        self.directory = tempfile.mkdtemp(prefix="box-", dir=BUILD)
        os.chmod(self.directory, 0o755)
        self.addCleanup(shutil.rmtree, self.directory)
        self.invoker = Invoker(self.directory)
        self.invoker.listen()
        self.addCleanup(self.invoker.vanish)

    def connect(self, code, memory=64, disk=16):
        options = [
            "--network=none", "--read-only", "--cap-drop=ALL", "--security-opt=no-new-privileges", "--user=54321:54321",
            "--pids-limit=64", f"--memory={memory + disk}m", f"--memory-swap={memory + disk}m", "--ipc=none",
            f"--tmpfs=/tmp:rw,exec,nosuid,nodev,mode=1777,size={disk}m", "--log-driver=none", "--label=hearth.test=1",
            f"--volume={self.directory}:/hearth/run:ro", f"--volume={STATIC}:/hearth/bridge:ro",
            "--env=HEARTH_SOCKET=/hearth/run/s", "--env=HOME=/tmp", "--env=TMPDIR=/tmp", "--env=LANG=C.UTF-8",
            "--entrypoint=/hearth/bridge",
        ]  # fmt: skip
        command = ["docker", "create", *options, IMAGE, "--", "python3", "-I", "-S", "-c", STANDIN + "\n" + code]
        self.container = subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()
        self.addCleanup(subprocess.run, ["docker", "rm", "-f", self.container], capture_output=True, check=True)
        subprocess.run(["docker", "start", self.container], check=True, capture_output=True)
        connection = self.invoker.accept()
        connection.welcome()
        return connection

    def exit_code(self):
        command = ["docker", "wait", self.container]
        return int(subprocess.run(command, check=True, capture_output=True, text=True, timeout=30).stdout)

    def test_calls_are_cleaned_and_figures_are_read(self):
        connection = self.connect(
            """
init()
for k in range(1, 4):
    say(f'call {k}'); open('/tmp/f', 'wb').write(b'x' * 1000000)
    subprocess.Popen(['sh', '-c', 'sleep 60 & exec sleep 60'], start_new_session=True)
    end(k); assert os.listdir('/tmp') == []
say('done'); rest()
""")
        connection.wait_for_text(b"done\n")
        self.assertEqual([connection.text(call=k) for k in (1, 2, 3)], [b"call 1\n", b"call 2\n", b"call 3\n"])
        figures = connection.status()
        self.assertEqual((figures.oom_kills, figures.scratch_used, figures.scratch_free), (0, 0, 16 * MEBIBYTE))
        self.assertGreater(figures.peak_bytes, MEBIBYTE)
        self.assertLess(figures.current_bytes, 80 * MEBIBYTE)

    def test_tells_of_the_oom_kill_of_a_child_once_when_its_call_is_over_and_goes_on(self):
        connection = self.connect(
            """
init()
end(1)
say(str(subprocess.run([sys.executable, '-c', 'bytearray(200 << 20)']).returncode))
end(2); end(3); say('alive'); rest()
""")
        told = connection.receive_until(STATUS)
        self.assertEqual(told.id, 2)
        self.assertGreaterEqual(unpack_figures(told.payload).oom_kills, 1)
        connection.wait_for_text(b"alive\n")
        self.assertEqual(connection.text(call=2), b"-9\n")
        self.assertGreaterEqual(connection.status().oom_kills, 1)

    def test_tells_of_the_oom_kill_of_a_process_kept_from_init(self):
        connection = self.connect(
            """
kept = subprocess.Popen([sys.executable, '-c', 'input(); bytearray(200 << 20)'], stdin=subprocess.PIPE)
init()
end(1); end(2)
kept.stdin.write(b'\\n'); kept.stdin.flush()
say(str(kept.wait()))
end(3); end(4); say('alive'); rest()
""")
        told = connection.receive_until(STATUS)
        self.assertEqual(told.id, 3)
        self.assertGreaterEqual(unpack_figures(told.payload).oom_kills, 1)
        connection.wait_for_text(b"alive\n")
        self.assertEqual(connection.text(call=3), b"-9\n")

    def test_tells_once_of_the_oom_kill_of_a_child_in_init(self):
        connection = self.connect(
            "subprocess.run([sys.executable, '-c', 'bytearray(200 << 20)']); init()\n"
            "for k in range(1, 4): end(k)\n"
            "say('alive'); rest()"
        )
        self.assertEqual(connection.receive_until(STATUS).id, 1)
        connection.wait_for_text(b"alive\n")

    def test_tells_of_the_oom_kill_of_a_child_after_quiet_calls(self):
        connection = self.connect(
            """
begin(); assert end_quietly(2) and end_quietly(3)
subprocess.run([sys.executable, '-c', 'bytearray(200 << 20)'])
end(4); end(5); until(lambda: page[QUIET]); assert end_quietly(6); say('alive'); rest()
""")
        self.assertEqual(connection.receive_until(STATUS).id, 4)
        connection.wait_for_text(b"alive\n", call=7)

    def test_counts_the_oom_kill_of_the_runtime(self):
        connection = self.connect("init(); say('last words'); bytearray(200 << 20)")
        exit_frame = connection.receive_exit()
        self.assertEqual((exit_frame.how, exit_frame.value), (1, 9))
        self.assertGreaterEqual(exit_frame.figures.oom_kills, 1)
        self.assertEqual(connection.text(call=1), b"last words\n")
        self.assertEqual(self.exit_code(), 137)

    def test_a_full_disk_shows_in_the_exit_figures(self):
        connection = self.connect(
            """
init(); f = open('/tmp/f', 'wb', 0)
try:
    while True: f.write(b'x' * (1 << 20))
except OSError as error:
    say(error.strerror); os._exit(1)
""")
        exit_frame = connection.receive_exit()
        self.assertEqual(connection.text(call=1), b"No space left on device\n")
        self.assertEqual((exit_frame.figures.scratch_free, exit_frame.figures.oom_kills), (0, 0))

    def test_a_fork_bomb_ends_with_its_call_or_retires_the_container(self):
        connection = self.connect(
            """
init()
if os.fork() == 0:
    os.setsid()
    while True:
        try: os.fork()
        except OSError: pass
time.sleep(1); end(1); say('clean'); rest()
""")
        try:
            connection.wait_for_text(b"clean\n", seconds=20)
            self.assertLessEqual(connection.status().processes, 2)
            print("cleaned", end=" ", file=sys.stderr)
        except AssertionError as retired:
            print("retired", end=" ", file=sys.stderr)
            self.assertIn(f"type {RETIRE}", str(retired))
        connection.send(KILL)
        self.assertEqual(connection.receive_exit().figures.processes, 0)

    def test_ten_thousand_files_do_not_stop_the_wipe(self):
        connection = self.connect(
            "init(); [open(f'/tmp/{i}', 'w').close() for i in range(10000)]; end(1); say(str(os.listdir('/tmp'))); rest()"
        )
        connection.wait_for_text(b"[]\n", call=2)

    def test_docker_stop_is_a_kill(self):
        connection = self.connect("say('up'); rest()")
        connection.wait_for_text(b"up\n")
        began = time.monotonic()
        subprocess.run(["docker", "stop", self.container], check=True, capture_output=True)
        self.assertLess(time.monotonic() - began, 5)
        self.assertEqual(connection.receive_exit().value, 9)

    def test_kill_latency(self):
        samples = []
        for _ in range(5):
            connection = self.connect("[subprocess.Popen(['sleep', '60']) for _ in range(10)]; say('up'); rest()")
            connection.wait_for_text(b"up\n")
            began = time.monotonic()
            connection.send(KILL)
            connection.receive_until(EXIT)
            proven = time.monotonic()
            self.assertIsNone(connection.receive())
            samples.append(((proven - began) * 1000, (time.monotonic() - proven) * 1000))
        kill, eof = (statistics.median(column) for column in zip(*samples))
        print(f"kill to exit frame {kill:.1f} ms, exit frame to EOF {eof:.1f} ms", end=" ", file=sys.stderr)


if __name__ == "__main__":
    unittest.main(verbosity=2)
