"""Calls that end without a word on the control socket: when they may, and what speaks against it."""

import json
import os
import unittest

from invoker import Invoker
from subject import COMMAND, PYTHON, start

# Each event is code to run; what it calls `answer` is the result.
RUNS = {
    "runs.py": '''
import os, subprocess, sys, threading
KEPT = {}

def handle(event, context):
    names = {"kept": KEPT}
    exec(event, globals(), names)
    return names.get("answer")
'''
}
IN_IMAGE = os.path.exists("/opt/hearth/runtime.py")


@unittest.skipUnless(PYTHON, "python3 only")
@unittest.skipUnless(IN_IMAGE, "needs pids and /tmp of its own")
class Quiet(unittest.TestCase):
    def setUp(self):
        self.invoker = self.enterContext(start(RUNS, page=True))

    def run_code(self, code):
        return self.invoker.result(self.invoker.start(json.dumps(code).encode()))

    def ends(self, code="pass"):
        """How a call of this code ends."""
        result = self.run_code(code)
        self.assertEqual(result["status"], 0, result)
        return self.invoker.ending()

    def assert_told(self, code):
        self.assertEqual((self.ends(), self.ends(code)), ("quiet", "told"), code)

    def test_a_call_that_left_nothing(self):
        self.assertEqual({self.ends() for _ in range(50)}, {"quiet"})
        self.assertEqual(self.ends("open('/tmp/f', 'w').close(); os.unlink('/tmp/f')"), "quiet")

    def test_a_call_that_failed(self):
        self.assertEqual(self.run_code("1 / 0")["type"], "ZeroDivisionError")
        self.assertIn(self.invoker.ending(), ("quiet", "told"))
        self.assertEqual(self.run_code("1 / 0")["status"], 1)
        self.assertEqual(self.invoker.ending(), "quiet")

    def test_output(self):
        for code in (
            "print('x')",
            "print('x', file=sys.stderr)",
            "sys.stdout.write('no newline')",
            "os.write(1, b'x')",
            "os.write(2, b'x')",
        ):
            with self.subTest(code):
                self.assert_told(code)

    def test_output_that_the_bridge_has_read(self):
        self.ends()
        code = "os.write(1, b'x'); __import__('time').sleep(0.3)"
        number = self.invoker.start(json.dumps(code).encode())
        while self.invoker.output_now() != b"x":
            pass
        self.invoker.forbid_quiet()
        self.invoker.result(number)
        self.assertEqual(self.invoker.ending(), "told")
        self.assertEqual(self.ends(), "quiet")

    def test_processes_and_threads(self):
        for code in (
            "subprocess.run(['true'])",
            "subprocess.Popen(['sleep', '0.1'], start_new_session=True).wait()",
            "os.fork() or os._exit(0); os.wait()",
            "each = threading.Thread(target=len, args=('',)); each.start(); each.join()",
        ):
            with self.subTest(code):
                self.assert_told(code)

    def test_files(self):
        self.assert_told("open('/tmp/f', 'w').close()")
        self.assertEqual((self.ends(), self.ends("os.unlink('/tmp/f')"), self.ends()), ("told", "quiet", "quiet"))
        self.assert_told("kept['f'] = open('/tmp/f', 'w'); os.unlink('/tmp/f')")
        self.assertEqual((self.ends(), self.ends("kept.pop('f').close()")), ("told", "quiet"))

    def test_streams_that_the_function_replaced(self):
        self.ends()
        replace = "kept['out'] = os.dup(1); null = os.open('/dev/null', 1); os.dup2(null, 1); os.dup2(null, 2)"
        self.assertEqual(self.ends(replace), "quiet")
        self.assertEqual(self.ends("print('lost')"), "quiet")
        self.assert_told("os.write(kept['out'], b'x')")
        self.assertEqual(self.ends("os.close(1); os.close(2)"), "quiet")
        self.assert_told("os.write(kept['out'], b'x')")

    def test_descriptors_that_the_function_closed(self):
        close_pids = """
for fd in map(int, os.listdir('/proc/self/fd')):
    path = f'/proc/self/fd/{fd}'
    if os.path.exists(path) and os.readlink(path).endswith(('ns_last_pid', 'loadavg')):
        os.close(fd)
"""
        self.assertEqual((self.ends(), self.ends(close_pids), self.ends()), ("quiet", "told", "told"))

    def test_the_bridge_has_the_last_word(self):
        self.assertEqual(self.ends(), "quiet")
        self.invoker.forbid_quiet()
        self.assertEqual((self.ends(), self.ends()), ("told", "quiet"))

    def test_a_forked_child_has_neither_page_nor_descriptors(self):
        code = """
ours, theirs = os.pipe()
if os.fork() == 0:
    found = {os.path.realpath('/proc/self/fd/' + fd) for fd in os.listdir('/proc/self/fd')}
    shared = [f for f in found for word in ('memfd', 'last_pid', 'loadavg') if word in f]
    os.write(theirs, repr([sum('pipe:' in f for f in found), shared, '/tmp' in found]).encode())
    os._exit(0)
os.wait(); answer = os.read(ours, 1000).decode(); os.close(ours); os.close(theirs)
"""
        self.ends()
        # Its standard output and error, and the pipe of its own.
        self.assertEqual(self.run_code(code)["body"], b"[3, [], False]")
        self.assertEqual(self.invoker.ending(), "told")
        code = "if os.fork() == 0: answer = 'child'\nelse: os.wait(); answer = 'parent'"
        self.assertEqual(self.run_code(code)["body"], b"parent")
        self.assertEqual((self.invoker.ending(), self.ends()), ("told", "quiet"))

    def test_children_inherit_neither(self):
        self.ends()
        code = """
command = ['sh', '-c', 'ls -l /proc/self/fd; echo $HEARTH_CALLS_FD']
answer = subprocess.check_output(command, close_fds=False).decode()
"""
        listing = self.run_code(code)["body"].decode()
        self.assertNotRegex(listing, "memfd|last_pid|loadavg|/tmp")
        self.assertTrue(listing.endswith("\n\n"), listing)

    def test_quiet_calls_count_when_it_dials_again(self):
        self.assertEqual([self.ends() for _ in range(5)], ["quiet"] * 5)
        self.assertEqual(self.invoker.accept()["completed"], 5)
        self.invoker.welcome()
        self.assertEqual((self.ends(), self.ends("print('x')"), self.invoker.calls), ("quiet", "told", 7))

    def test_the_end_of_a_call_from_before_the_break(self):
        self.ends()
        self.invoker.start(json.dumps("import time; time.sleep(0.3)").encode())
        self.assertEqual(self.invoker.accept()["completed"], 2)
        self.assertEqual(self.invoker.ending(), "quiet")
        self.invoker.welcome()
        self.assertTrue(self.invoker.silent())
        self.assertEqual(self.ends(), "quiet")


@unittest.skipUnless(PYTHON, "python3 only")
class NoPage(unittest.TestCase):
    def test_serves_on_where_the_page_is_none(self):
        with Invoker(COMMAND, page=True, page_bytes=0) as invoker:
            invoker.accept()
            invoker.welcome()
            self.assertEqual(invoker.init(RUNS)[0], 0)
            invoker.call(b'"pass"')
            invoker.call(b'"pass"')
