"""Frames and datagrams that break the contract, and a seeded storm of them."""

import os
import random
import struct
import time

from harness import BridgeTest
from invoker import KILL, LOG, REFUSE, STAT, STATUS, WELCOME, pack

FUZZ_SECONDS = float(os.environ.get("FUZZ_SECONDS", "10"))
IGNORED_TYPES = [0, 1, 4, 5, 6, 7, 8, 9, 10, 11, 12, 14, 16, 17, 99, 255]
KNOWN_ENDS = (70, 76, 137)


class HostileInvokerTest(BridgeTest):
    def assert_protocol_error(self, data):
        connection = self.connect(code="subprocess.Popen(['sleep', '60']); say('up'); rest()")
        connection.wait_for_text(b"up\n")
        connection.send_bytes(data)
        self.assertIsNone(connection.receive())
        self.assertEqual(self.exit_status(), 76)

    def test_a_length_of_zero(self):
        self.assert_protocol_error(b"\0\0\0\0")

    def test_a_length_of_eight(self):
        self.assert_protocol_error(struct.pack(">IQ", 8, 0))

    def test_a_length_of_two_gigabytes(self):
        self.assert_protocol_error(struct.pack(">IBQ", 1 << 31, STAT, 0))

    def test_a_length_just_too_long(self):
        self.assert_protocol_error(struct.pack(">IBQ", 65537, STAT, 0))

    def test_a_bad_length_behind_good_frames(self):
        self.assert_protocol_error(pack(99, 1, b"x" * 65527) + pack(WELCOME) + b"\xff" * 4)

    def test_a_bad_length_before_welcome(self):
        self.start()
        self.invoker.accept().send_bytes(b"\0\0\0\0")
        self.assertEqual(self.exit_status(), 76)

    def test_unknown_types_are_ignored(self):
        connection = self.connect(code="say('up'); rest()")
        connection.wait_for_text(b"up\n")
        for size in (0, 1, 1000, 65527):
            for frame_type in IGNORED_TYPES:
                connection.send(frame_type, 7, b"z" * size)
        self.assertEqual(connection.status().processes, 1)

    def test_a_second_welcome_is_ignored(self):
        connection = self.connect(code="say('up'); rest()")
        connection.wait_for_text(b"up\n")
        connection.welcome()
        self.assertEqual(connection.status().processes, 1)
        self.assertEqual(connection.text(), b"up\n")

    def test_stat_before_welcome_is_ignored(self):
        self.start(code="say('up'); rest()")
        connection = self.invoker.accept()
        connection.send(STAT, 5)
        connection.welcome()
        connection.wait_for_text(b"up\n")
        self.assertEqual(connection.status(nonce=6).processes, 1)

    def test_byte_by_byte(self):
        self.start(code="say('up'); rest()")
        connection = self.invoker.accept()
        for byte in pack(WELCOME, 0, b"\0\0\4\0\0") + pack(99, 0, b"abc") + pack(STAT, 9):
            connection.send_bytes(bytes([byte]))
            time.sleep(0.001)
        self.assertEqual(connection.receive_until(STATUS).id, 9)

    def test_many_frames_in_one_write(self):
        connection = self.connect(code="say('up'); rest()")
        connection.wait_for_text(b"up\n")
        connection.send_bytes(pack(99, 0, b"q" * 31) * 5000 + pack(STAT, 3))
        self.assertEqual(connection.receive_until(STATUS).id, 3)

    def test_a_truncated_frame_and_a_new_connection(self):
        connection = self.connect(code="say('up'); rest()")
        connection.wait_for_text(b"up\n")
        connection.send_bytes(pack(99, 0, b"x" * 100)[:50])
        connection.close()
        connection = self.invoker.accept()
        connection.welcome()
        self.assertEqual(connection.status().processes, 1)

    def test_refuse_with_a_length_that_lies(self):
        for payload in (b"", b"\0", b"\xff\xffabc"):
            with self.subTest(payload=payload):
                connection = self.connect(code="rest()")
                connection.send(REFUSE, 0, payload)
                self.assertEqual(self.exit_status(), 70)


class HostileRuntimeTest(BridgeTest):
    def assert_breach(self, code, sentence):
        connection = self.connect(code=code + "\nrest()")
        exit_frame = connection.receive_exit()
        self.assertEqual((exit_frame.how, exit_frame.value), (1, 9))
        self.assertIn(sentence, connection.text(stream=2))
        self.assertEqual(self.exit_status(), 76)

    def test_an_end_before_init(self):
        self.assert_breach("tell(b'E', 1)", b"sent E 1 out of order in call 0")

    def test_an_end_that_was_there_before(self):
        self.assert_breach("init(); end(1); tell(b'E', 1)", b"sent E 1 out of order in call 2")

    def test_an_end_that_goes_back(self):
        self.assert_breach("init(); end(5); tell(b'E', 3)", b"sent E 3 out of order in call 6")

    def test_an_end_behind_which_no_call_can_come(self):
        self.assert_breach(
            "init(); tell(b'E', (1 << 64) - 1)", b"sent E 18446744073709551615 out of order in call 1"
        )

    def test_a_second_init(self):
        self.assert_breach("init(); tell(b'I', 0)", b"sent I 0 out of order in call 1")

    def test_an_end_that_does_not_wait_for_its_answer_is_served_in_order(self):
        connection = self.connect(
            code="init(); [tell(b'E', k) for k in range(1, 6)]; say(str([answer() for _ in range(5)])); rest()"
        )
        connection.wait_for_text(b"[1, 2, 3, 4, 5]\n")

    def test_datagrams_of_another_shape_are_ignored(self):
        connection = self.connect(
            code="""
for d in [b'I', b'E' * 8, b'I' + bytes(9), b'x' * 60000, b'C' + bytes(8), bytes(9)]: control.send(d)
init(); end(1); say('fine'); rest()
"""
        )
        connection.wait_for_text(b"fine\n", call=2)

    def test_a_runtime_that_closes_its_control_socket(self):
        connection = self.connect(code="control.close(); say('closed'); rest()")
        connection.wait_for_text(b"closed\n")
        self.assertEqual(connection.status().processes, 1)
        connection.send(KILL)
        self.assert_killed_and_proven(connection)

    def test_the_bridge_cannot_be_traced_or_read(self):
        connection = self.connect(
            code="""
libc = ctypes.CDLL(None, use_errno=True)
say(str([libc.ptrace(16, 1, 0, 0), ctypes.get_errno()]))
try: say(str(os.listdir('/proc/1/fd')))
except PermissionError: say('closed')
say(str(sorted(map(int, os.listdir('/proc/self/fd')))[:5]))
rest()
""",
            unprivileged=True,
        )
        connection.wait_for_text(b"[-1, 1]\nclosed\n")

    def test_the_runtime_inherits_nothing_but_its_control_socket_and_the_page(self):
        connection = self.connect(
            command=["sh", "-c", "echo $HEARTH_CONTROL_FD $HEARTH_CALLS_FD; cd /proc/$$/fd && echo *; exec grep Sig[BI] /proc/self/status"]
        )
        connection.receive_exit()
        own, found, blocked, ignored = connection.text().decode().splitlines()
        # The shell itself has the directory open that it lists, as 3.
        self.assertEqual(set(found.split()) - {"3"}, {"0", "1", "2", *own.split()})
        self.assertEqual(int(blocked.split()[1], 16), 0)
        # Signals 32 and 33 belong to the C library, which lets nobody change them.
        self.assertEqual(int(ignored.split()[1], 16) & ~(3 << 31), 0)


class StormTest(BridgeTest):
    """Both sides send seeded rubbish; the bridge must end in a known way, or answer, and never fault."""

    def _rubbish(self, rng):
        kind = rng.randrange(6)
        if kind == 0:
            return rng.randbytes(rng.randrange(1, 300))
        if kind == 1:
            return pack(rng.randrange(256), rng.getrandbits(64), rng.randbytes(rng.randrange(200)))
        if kind == 2:
            return struct.pack(">I", rng.choice([0, 8, 65537, 1 << 31, 0xFFFFFFFF])) + rng.randbytes(20)
        if kind == 3:
            return pack(STAT, rng.getrandbits(64))[: rng.randrange(1, 14)]
        return pack(rng.choice(IGNORED_TYPES + [STAT] * 9), rng.getrandbits(64), rng.randbytes(rng.randrange(3000)))

    def _storm(self, seed):
        rng = random.Random(seed)
        code = f"""
import random
rng = random.Random({seed})
init(); k = 0
while True:
    k += 1
    os.write(rng.choice([1, 2]), rng.randbytes(rng.randrange(1, 20000)))
    if rng.random() < 0.2: open('/tmp/%d' % k, 'wb').write(bytes(rng.randrange(9999)))
    if rng.random() < 0.1: subprocess.Popen(['sleep', '9'])
    if rng.random() < 0.02: control.send(rng.randbytes(rng.randrange(1, 20)))
    end(k)
"""
        connection = self.connect(code=code)
        for _ in range(rng.randrange(1, 25)):
            try:
                connection.send_bytes(self._rubbish(rng))
                if rng.random() < 0.3:
                    connection.receive(0.05)
                if rng.random() < 0.1:
                    connection.close()
                    connection = self.invoker.accept(1)
                    connection.welcome()
            except (OSError, TimeoutError, AssertionError):
                break
        connection.close()
        self.invoker.listener.setblocking(False)
        if self.process.poll() is None:
            self._kill_politely()
        status = self.exit_status()
        self.assertTrue(status in KNOWN_ENDS, f"seed {seed}: ended with {status}: {self.stderr()}")
        self.assertNotRegex(self.stderr(), "runtime error|AddressSanitizer", f"seed {seed}")

    def _kill_politely(self):
        try:
            os.kill(self.bridge_pid(), 15)
        except (ProcessLookupError, IndexError, FileNotFoundError):
            pass

    def test_storm(self):
        seed = int(os.environ.get("FUZZ_SEED", str(int(time.time()))))
        print(f"first seed {seed}", end=" ", flush=True)
        deadline = time.monotonic() + FUZZ_SECONDS
        while time.monotonic() < deadline:
            self._storm(seed)
            self.invoker.vanish()
            self.invoker.listen()
            seed += 1
