"""Which call a line belongs to, and floods."""

import os
import random
import signal
import time

from harness import STATIC, BridgeTest
from invoker import KILL


class TaggingTest(BridgeTest):
    def test_lines_carry_the_number_of_their_call(self):
        connection = self.connect(
            code="""
say('starting'); init()
for k in range(1, 51):
    say(f'out {k}'); os.write(2, f'err {k}\\n'.encode()); end(k)
say('over'); rest()
"""
        )
        connection.wait_for_text(b"over\n", call=51)
        self.assertEqual(connection.text(call=0), b"starting\n")
        for k in range(1, 51):
            self.assertEqual(connection.text(call=k, stream=1), f"out {k}\n".encode())
            self.assertEqual(connection.text(call=k, stream=2), f"err {k}\n".encode())

    def test_a_line_without_newline_belongs_to_its_call(self):
        connection = self.connect(code="init(); os.write(1, b'a'); end(1); os.write(1, b'b'); end(2); say('c'); rest()")
        connection.wait_for_text(b"c\n")
        self.assertEqual([connection.text(call=k) for k in (1, 2, 3)], [b"a", b"b", b"c\n"])

    def test_lines_of_children_and_of_those_that_are_killed(self):
        connection = self.connect(
            code="""
init()
subprocess.run(['sh', '-c', 'echo child'])
subprocess.Popen(['sh', '-c', 'echo grandchild; exec sleep 60'], start_new_session=True)
time.sleep(0.3); end(1); say('next'); rest()
"""
        )
        connection.wait_for_text(b"next\n", call=2)
        self.assertEqual(connection.text(call=1), b"child\ngrandchild\n")

    def test_lines_that_the_bridge_finds_together_with_the_end_of_their_call(self):
        connection = self.connect(
            code="""
ours, theirs = socket.socketpair()
if os.fork() == 0:
    theirs.recv(1); os.write(2, b'kept\\n'); theirs.send(b'.'); rest()
init(); say('ready')
while open('/proc/1/stat').read().split()[2] != 'T': time.sleep(0.01)
ours.send(b'.'); ours.recv(1); say('last'); tell(b'E', 1)
open(os.path.dirname(os.environ['HEARTH_SOCKET']) + '/told', 'w').close()
assert answer() == 1; say('next'); rest()
"""
        )
        connection.wait_for_text(b"ready\n")
        os.kill(self.bridge_pid(), signal.SIGSTOP)
        deadline = time.monotonic() + 10
        while not os.path.exists(os.path.join(self.directory, "told")) and time.monotonic() < deadline:
            time.sleep(0.01)
        os.kill(self.bridge_pid(), signal.SIGCONT)
        connection.wait_for_text(b"next\n", call=2)
        self.assertEqual(connection.text(call=1, stream=1), b"ready\nlast\n")
        self.assertEqual(connection.text(call=1, stream=2), b"kept\n")

    def test_what_a_process_writes_between_the_end_of_its_call_and_its_death(self):
        connection = self.connect(
            code="""
init()
for k in range(1, 101):
    started, start = os.pipe()
    if os.fork() == 0:
        while True:
            os.write(1, b'%d\\n' % k); os.write(start, b'.'); time.sleep(0.0002)
    os.read(started, 1); end(k); os.wait(); os.close(started); os.close(start)
say('over'); rest()
"""
        )
        connection.wait_for_text(b"over\n", seconds=30)
        for k in range(1, 101):
            self.assertEqual(set(connection.text(call=k).split()), {b"%d" % k})

    def test_the_time_of_a_line_is_now(self):
        connection = self.connect(code="say('x'); rest()")
        connection.wait_for_text(b"x\n")
        self.assertLess(abs(connection.logs[0].micros / 1e6 - time.time()), 5)

    def test_a_dot_shows_while_the_line_is_open(self):
        connection = self.connect(code="os.write(1, b'.'); rest()")
        connection.wait_for_text(b".", seconds=2)


class VolumeTest(BridgeTest):
    def test_a_burst_of_a_megabyte_is_whole_and_in_one_call(self):
        connection = self.connect(
            code="""
init()
lines = b''.join(b'%07d\\n' % i for i in range(131072))
os.write(1, lines[:0]); out = os.fdopen(1, 'wb', closefd=False); out.write(lines); out.flush()
end(1); say('next'); rest()
"""
        )
        connection.wait_for_text(b"next\n")
        self.assertEqual(connection.text(call=1), b"".join(b"%07d\n" % i for i in range(131072)))
        self.assertEqual(connection.text(call=2), b"next\n")

    def test_frames_hold_whole_lines(self):
        connection = self.connect(code="[say('x' * 100) for _ in range(5000)]; say('end'); rest()")
        connection.wait_for_text(b"end\n")
        torn = [log for log in connection.logs if not log.data.endswith(b"\n")]
        self.assertEqual(torn, [])

    def test_a_line_longer_than_a_frame_comes_in_pieces(self):
        connection = self.connect(code="init(); sys.stdout.write('x' * 300000 + '\\n'); sys.stdout.flush(); end(1); say('n'); rest()")
        connection.wait_for_text(b"n\n", call=2)
        self.assertEqual(connection.text(call=1), b"x" * 300000 + b"\n")

    def test_any_bytes_come_through_unchanged(self):
        data = random.Random(7).randbytes(200000)
        connection = self.connect(
            code="import random; d = random.Random(7).randbytes(200000)\n"
            "init()\n"
            "while d: d = d[os.write(2, d[:9999]):]\n"
            "end(1); say('n'); rest()"
        )
        connection.wait_for_text(b"n\n", call=2)
        self.assertEqual(connection.text(call=1, stream=2), data)

    def _resident_bytes(self):
        with open(f"/proc/{self.bridge_pid()}/status", encoding="ascii") as status:
            fields = dict(line.split(":", 1) for line in status)
        return int(fields["VmRSS"].split()[0]) * 1024

    def test_a_flood_blocks_the_function_and_not_the_memory(self):
        self.start(code="""
init(); chunk = b'y' * 99 + b'\\n'
for i in range(100000): os.write(1, chunk)
end(1); say('next'); rest()
""", binary=STATIC)
        connection = self.invoker.accept(receive_buffer=4096)
        connection.welcome()
        time.sleep(1.5)
        self.assertLess(self._resident_bytes(), 2 << 20)
        connection.wait_for_text(b"next\n", call=2, seconds=30)
        self.assertEqual(len(connection.text(call=1)), 100000 * 100)

    def test_a_kill_gets_through_a_flood_that_nobody_reads(self):
        self.start(code="while True: os.write(1, b'y' * 999 + b'\\n')")
        connection = self.invoker.accept(receive_buffer=4096)
        connection.welcome()
        time.sleep(1)
        connection.send(KILL)
        time.sleep(0.5)
        self.assert_killed_and_proven(connection)

    def test_a_flood_of_a_thread_does_not_keep_a_call_from_ending(self):
        connection = self.connect(
            code="""
init()
def flood():
    while True: os.write(1, b'y' * 999 + b'\\n')
threading.Thread(target=flood, daemon=True).start()
for k in range(1, 20): end(k)
os.write(2, b'done\\n'); rest()
"""
        )
        connection.wait_for_text(b"done\n", stream=2, seconds=30)

    def test_an_invoker_that_never_reads_cannot_hold_up_the_end(self):
        self.start(code="while True: os.write(1, b'y' * 999 + b'\\n')")
        connection = self.invoker.accept(receive_buffer=4096)
        connection.welcome()
        time.sleep(0.5)
        connection.send(KILL)
        self.assertEqual(self.exit_status(6), 137)
