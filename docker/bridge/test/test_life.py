"""Greeting, refusal, redial, the end of a runtime and its figures."""

import os
import signal
import time

from harness import BridgeTest
from invoker import KILL, REFUSE, STAT, pack_str


class GreetingTest(BridgeTest):
    def test_starts_the_command_only_after_welcome(self):
        self.start("say('started'); rest()")
        connection = self.invoker.accept()
        with self.assertRaises(TimeoutError):
            connection.receive(0.4)
        connection.welcome()
        connection.wait_for_text(b"started\n", call=0, stream=1)

    def test_waits_for_an_invoker_that_listens_later(self):
        self.invoker.vanish()
        self.start("say('started'); rest()")
        time.sleep(0.3)
        self.invoker.listen()
        connection = self.invoker.accept()
        connection.welcome()
        connection.wait_for_text(b"started\n")

    def test_refuse_is_printed_and_ends_with_70(self):
        self.start()
        connection = self.invoker.accept()
        connection.send(REFUSE, 0, pack_str("major 1 is too old"))
        self.assertEqual(self.exit_status(), 70)
        self.assertIn("major 1 is too old", self.stderr())

    def test_ends_with_71_when_nobody_answers_for_the_adopt_grace(self):
        self.invoker.vanish()
        self.start(grace=1)
        self.assertEqual(self.exit_status(), 71)

    def test_ends_with_71_when_nobody_welcomes_for_the_adopt_grace(self):
        self.start(grace=1)
        self.invoker.accept()
        self.assertEqual(self.exit_status(), 71)

    def assert_setting_refused(self, name, value):
        self.start(env={name: value})
        self.assertEqual(self.exit_status(), 64)
        self.assertIn(name, self.stderr())

    def test_says_that_the_adopt_grace_is_no_number(self):
        self.assert_setting_refused("HEARTH_ADOPT_GRACE", "soon")

    def test_says_that_the_socket_path_is_too_long(self):
        self.assert_setting_refused("HEARTH_SOCKET", "/" + "x" * 108)

    def test_will_not_run_as_another_process_than_pid_1(self):
        binary = os.path.join(os.path.dirname(self.directory), "bridge-checked")
        self.assertEqual(os.waitstatus_to_exitcode(os.system(f"{binary} -- true 2>/dev/null")), 64)


class RedialTest(BridgeTest):
    def test_goes_on_with_the_invoker_that_comes_back(self):
        connection = self.connect(code="init(); say('one'); end(1); time.sleep(1); say('two'); end(2); say('three'); rest()")
        connection.wait_for_text(b"one\n", call=1)
        self.invoker.vanish()
        time.sleep(1.3)
        self.invoker.listen()
        connection = self.invoker.accept()
        with self.assertRaises(TimeoutError):
            connection.receive(0.3)
        connection.welcome()
        connection.wait_for_text(b"three\n", call=3)
        self.assertEqual(connection.text(call=2), b"two\n")

    def test_keeps_the_newest_lines_while_the_invoker_is_away(self):
        connection = self.connect(
            code="say('go'); time.sleep(0.5); [os.write(1, b'%09d\\n' % i) for i in range(20000)]; say('end'); rest()"
        )
        connection.wait_for_text(b"go\n")
        self.invoker.vanish()
        time.sleep(2)
        self.invoker.listen()
        connection = self.invoker.accept()
        connection.welcome()
        connection.wait_for_text(b"were dropped while the invoker was away\n", stream=2)
        kept = connection.text(stream=1)
        self.assertTrue(kept.endswith(b"000019999\nend\n"), kept[-40:])
        self.assertLessEqual(len(kept), 64 * 1024)
        # The headers of frames count too, and a frame of one such line is mostly header.
        self.assertGreater(len(kept), 16 * 1024)

    def test_kills_everything_and_ends_with_71_after_the_adopt_grace(self):
        connection = self.connect(code="say('go'); rest()", grace=1)
        connection.wait_for_text(b"go\n")
        began = time.monotonic()
        self.invoker.vanish()
        self.assertEqual(self.exit_status(), 71)
        self.assertGreater(time.monotonic() - began, 0.9)

    def test_a_restarted_invoker_may_refuse(self):
        connection = self.connect(code="say('go'); rest()")
        connection.wait_for_text(b"go\n")
        connection.close()
        self.invoker.accept().send(REFUSE, 0, pack_str("not yours"))
        self.assertEqual(self.exit_status(), 70)

    def test_tells_of_an_exit_that_the_restarting_invoker_missed(self):
        connection = self.connect(code="say('go'); time.sleep(0.5); say('bye'); os._exit(5)")
        connection.wait_for_text(b"go\n")
        self.invoker.vanish()
        time.sleep(1.2)
        self.invoker.listen()
        connection = self.invoker.accept()
        connection.welcome()
        exit_frame = connection.receive_exit()
        self.assertEqual((exit_frame.how, exit_frame.value), (0, 5))
        self.assertEqual(connection.text(), b"bye\n")


class EndTest(BridgeTest):
    def test_exit_code_of_the_runtime(self):
        connection = self.connect(code="init(); say('bye'); os._exit(3)")
        exit_frame = connection.receive_exit()
        self.assertEqual((exit_frame.call, exit_frame.how, exit_frame.value), (1, 0, 3))
        self.assertEqual(connection.text(call=1), b"bye\n")
        self.assertEqual(self.exit_status(), 3)

    def test_last_words_before_a_segmentation_fault(self):
        connection = self.connect(
            code="init(); end(1); os.write(1, b'half a line'); os.write(2, b'last words'); ctypes.string_at(0)"
        )
        exit_frame = connection.receive_exit()
        self.assertEqual((exit_frame.call, exit_frame.how, exit_frame.value), (2, 1, signal.SIGSEGV))
        self.assertEqual(connection.text(call=2, stream=1), b"half a line")
        self.assertEqual(connection.text(call=2, stream=2), b"last words")
        self.assertEqual(self.exit_status(), 128 + signal.SIGSEGV)

    def test_a_command_that_cannot_be_started(self):
        connection = self.connect(command=["/no/such/command"])
        exit_frame = connection.receive_exit()
        self.assertEqual((exit_frame.how, exit_frame.value), (0, 127))
        self.assertEqual(connection.text(stream=2), b"cannot start /no/such/command: No such file or directory\n")
        self.assertEqual(self.exit_status(), 127)

    def test_kills_a_tree_that_ignores_sigterm(self):
        connection = self.connect(
            code="""
signal.signal(signal.SIGTERM, signal.SIG_IGN)
for depth in range(6):
    if os.fork() == 0:
        if depth % 2:
            os.setsid()
        continue
    break
say('up'); rest()
"""
        )
        connection.wait_for_text(b"up\n" * 6)
        connection.send(KILL)
        self.assert_killed_and_proven(connection)

    def test_a_grandchild_that_holds_the_pipes_does_not_delay_the_end(self):
        connection = self.connect(code="subprocess.Popen(['sleep', '60'], start_new_session=True); say('bye'); os._exit(0)")
        exit_frame = connection.receive_exit(5)
        self.assertEqual((exit_frame.how, exit_frame.value, exit_frame.figures.processes), (0, 0, 0))

    def test_reports_the_exit_that_came_before_the_kill(self):
        connection = self.connect(code="os._exit(4)")
        connection.send(KILL)
        exit_frame = connection.receive_exit()
        self.assertIn((exit_frame.how, exit_frame.value), [(0, 4), (1, 9)])

    def test_kill_instead_of_welcome(self):
        self.start()
        connection = self.invoker.accept()
        connection.send(KILL)
        self.assert_killed_and_proven(connection)

    def test_sigterm_from_outside_is_a_kill(self):
        connection = self.connect(code="say('up'); rest()")
        connection.wait_for_text(b"up\n")
        os.kill(self.bridge_pid(), signal.SIGTERM)
        self.assert_killed_and_proven(connection)

    def test_reaps_orphans(self):
        connection = self.connect(
            code="""
for _ in range(20):
    if os.fork() == 0:
        if os.fork() == 0:
            time.sleep(0.1)
        os._exit(0)
    os.wait()
time.sleep(0.5); say('done'); rest()
"""
        )
        connection.wait_for_text(b"done\n")
        self.assertEqual(connection.status().processes, 1)


class FiguresTest(BridgeTest):
    def test_status_drains_the_pipes_and_counts(self):
        connection = self.connect(
            code="""
open('/tmp/file', 'wb').write(b'x' * (1 << 20))
child = subprocess.Popen(['sleep', '60'])
os.write(1, b'no newline'); say('.'); rest()
"""
        )
        connection.wait_for_text(b"no newline.\n")
        figures = connection.status(nonce=77)
        self.assertEqual(figures.scratch_used, 1 << 20)
        self.assertEqual(figures.scratch_free, 7 << 20)
        self.assertEqual(figures.processes, 2)

    def test_answers_every_stat_of_a_burst(self):
        connection = self.connect(code="say('up'); rest()")
        connection.wait_for_text(b"up\n")
        for nonce in range(8):
            connection.send(STAT, nonce)
        self.assertEqual([connection.receive().id for _ in range(8)], list(range(8)))
