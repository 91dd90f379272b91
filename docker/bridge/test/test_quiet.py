"""Calls that end without a word to the bridge, by the page that it shares with the runtime."""

import time

from harness import BridgeTest
from invoker import KILL, RETIRE


class QuietTest(BridgeTest):
    def lines(self, connection, calls):
        return [connection.text(call=k) for k in calls]

    def test_lines_carry_the_number_of_their_call_after_quiet_ones(self):
        connection = self.connect(
            code="""
begin()
for k in range(2, 60):
    if k % 7 == 0:
        say(str(k)); os.write(2, b'%d\\n' % k); assert not end_quietly(k); end(k); until(lambda: page[QUIET])
    else:
        assert end_quietly(k)
say('over'); rest()
""")
        connection.wait_for_text(b"over\n", call=60)
        for stream in (1, 2):
            found = [connection.text(call=k, stream=stream) for k in range(7, 60, 7)]
            self.assertEqual(found, [b"%d\n" % k for k in range(7, 60, 7)])

    def test_lines_that_the_bridge_reads_while_their_call_ends(self):
        connection = self.connect(
            code="""
import random
rng = random.Random(5); quiet = 0; init()
for k in range(1, 3001):
    if rng.random() < 0.3: os.write(rng.choice([1, 2]), b'%d\\n' % k)
    if rng.random() < 0.3: time.sleep(rng.random() / 5000)
    if end_quietly(k): quiet += 1
    else: end(k)
say(f'quiet {quiet}'); rest()
""")
        connection.wait_for_text(b"quiet ", seconds=30)
        self.assertGreater(int(connection.text(call=3001).split()[1]), 1000)
        for log in connection.logs:
            if log.call <= 3000:
                self.assertEqual(log.data, b"%d\n" % log.call)

    def test_a_line_without_its_end_that_the_bridge_holds_speaks_against_it(self):
        connection = self.connect(
            code="""
begin(); assert end_quietly(2)
os.write(1, b'half'); until(lambda: not in_pipes()); assert not end_quietly(3); end(3)
os.write(1, b'other half\\n'); end(4); say('over'); rest()
""")
        connection.wait_for_text(b"over\n")
        self.assertEqual(self.lines(connection, (2, 3, 4)), [b"", b"half", b"other half\n"])

    def test_a_flood_at_the_end_of_a_call(self):
        connection = self.connect(
            code="""
begin(); assert end_quietly(2)
lines = b'y' * 99 + b'\\n'
for _ in range(5000): os.write(1, lines)
assert not end_quietly(3); end(3); say('over'); rest()
""")
        connection.wait_for_text(b"over\n", call=4)
        self.assertEqual(len(connection.text(call=3)), 500000)

    def test_the_last_words_of_a_call_after_quiet_ones(self):
        connection = self.connect(
            code="begin(); [end_quietly(k) for k in range(2, 8)]; os.write(2, b'last words'); os._exit(3)"
        )
        exit_frame = connection.receive_exit()
        self.assertEqual((exit_frame.call, exit_frame.value), (8, 3))
        self.assertEqual(connection.text(call=8), b"last words")

    def test_hello_counts_quiet_calls(self):
        connection = self.connect(code="begin(); [end_quietly(k) for k in range(2, 8)]; say('up'); rest()")
        self.assertEqual(connection.completed, 0)
        connection.wait_for_text(b"up\n", call=8)
        connection.close()
        self.assertEqual(self.invoker.accept().completed, 7)

    def test_retires_after_quiet_calls(self):
        connection = self.connect(
            code="begin(); [end_quietly(k) for k in range(2, 8)]\n"
            "f = open('/tmp/f', 'wb', 0); f.write(b'x' * (1 << 20)); os.unlink('/tmp/f'); tell(b'E', 8); rest()"
        )
        self.assertEqual(connection.receive_until(RETIRE).id, 8)

    def test_the_control_socket_may_skip_calls(self):
        connection = self.connect(code="init(); end(3); say('four'); end(4); end(1000); say('on'); rest()")
        connection.wait_for_text(b"on\n", call=1001)
        self.assertEqual(connection.text(call=4), b"four\n")

    def test_what_speaks_against_it_from_init_on(self):
        for code in (
            "subprocess.Popen(['sleep', '60'])",
            "open('/tmp/kept', 'w').close()",
            "held = open('/tmp/held', 'w'); os.unlink('/tmp/held')",
        ):
            with self.subTest(code):
                connection = self.connect(
                    code=code + "; init()\nfor k in range(1, 9): end(k)\ntime.sleep(0.2); say(str(page[QUIET])); rest()"
                )
                connection.wait_for_text(b"0\n")
                connection.send(KILL)
                self.assert_killed_and_proven(connection)

    def test_a_call_that_left_much_behind_does_not_speak_against_it_for_long(self):
        connection = self.connect(
            code="""
begin()
subprocess.Popen(['sleep', '60']); open('/tmp/f', 'w').close(); say('three'); end(2)
until(lambda: page[QUIET]); say('over'); rest()
""")
        connection.wait_for_text(b"over\n")


class ForgedPageTest(BridgeTest):
    def test_numbers_never_go_below_what_the_control_socket_said(self):
        connection = self.connect(code="begin(); end(7); page[NUMBER] = 3; say('eight'); end(8); say('nine'); rest()")
        connection.wait_for_text(b"nine\n", call=9)
        self.assertEqual(connection.text(call=8), b"eight\n")

    def test_the_control_socket_puts_a_number_right_that_is_too_high(self):
        for number in (1000, (1 << 63) + 1, (1 << 64) - 1):
            with self.subTest(number):
                connection = self.connect(
                    code=f"begin(); page[NUMBER] = {number}; say('lost'); until(lambda: not page[QUIET])\n"
                    "end(2); say('three'); until(lambda: not in_pipes()); rest()"
                )
                connection.wait_for_text(b"three\n", call=3)
                self.assertEqual(connection.text(call=number), b"lost\n")
                connection.send(KILL)
                self.assert_killed_and_proven(connection)

    def test_the_page_cannot_be_cut_off(self):
        connection = self.connect(
            code="""
fd = int(os.environ['HEARTH_CALLS_FD']); begin()
for size in (0, 1 << 20):
    try: os.ftruncate(fd, size)
    except PermissionError: say('refused')
libc = ctypes.CDLL(None); libc.fallocate(fd, 3, ctypes.c_long(0), ctypes.c_long(4096)); end(2)
say('over'); rest()
""")
        connection.wait_for_text(b"over\n", call=3)
        self.assertEqual(connection.text(call=2), b"refused\nrefused\n")

    def test_rubbish_harms_nothing_but_the_numbers(self):
        connection = self.connect(
            code="""
import random
rng = random.Random(3); begin()
def scribble():
    while True: page[rng.randrange(512)] = rng.getrandbits(64); time.sleep(0)
threading.Thread(target=scribble, daemon=True).start()
for k in range(2, 300): os.write(rng.choice([1, 2]), b'x\\n' * rng.randrange(99)); end(k)
say('over'); rest()
""")
        deadline = time.monotonic() + 15
        while b"over\n" not in connection.text() and time.monotonic() < deadline:
            connection.receive()
        self.assertEqual(connection.status().processes, 1)
