"""What is left of a call when the next one begins."""

import os

from harness import SCRATCH_BYTES, BridgeTest
from invoker import RETIRE

LIST = """
def tree(top='/tmp'):
    return sorted(os.path.relpath(os.path.join(d, n), top) for d, ds, fs in os.walk(top) for n in ds + fs)
"""


class CleaningTest(BridgeTest):
    def run_calls(self, code, scratch=None, **options):
        """Runs the code, which must end with a line "done"."""
        if scratch:
            options["scratch"] = scratch
        connection = self.connect(code=LIST + code + "\nsay('done'); rest()", **options)
        connection.wait_for_text(b"done\n", seconds=30)
        return connection

    def assert_retired(self, connection, call, reason):
        frame = connection.receive_until(RETIRE)
        self.assertEqual(frame.id, call)
        self.assertIn(reason, frame.payload[2:].decode())
        with self.assertRaises(TimeoutError):
            connection.wait_for_text(b"answered", seconds=0.5)


class ProcessesTest(CleaningTest):
    def test_kills_what_a_call_left_running_and_keeps_what_init_started(self):
        connection = self.run_calls(
            """
kept = subprocess.Popen(['sleep', '60'])
init()
left = subprocess.Popen(['sh', '-c', 'trap "" TERM; sleep 60 & sleep 60'], start_new_session=True)
time.sleep(0.2); end(1)
say(f'{kept.poll()} {left.wait()}')
""")
        self.assertIn(b"None -9\n", connection.text(call=2))
        self.assertEqual(connection.status().processes, 2)

    def test_kills_a_daemon_that_detached(self):
        connection = self.run_calls(
            """
init()
if os.fork() == 0:
    os.setsid()
    if os.fork() == 0:
        time.sleep(60)
    os._exit(0)
os.wait(); end(1)
""")
        self.assertEqual(connection.status().processes, 1)

    def test_kills_a_tree_that_keeps_forking(self):
        connection = self.run_calls(
            """
init()
if os.fork() == 0:
    os.setsid()
    while True:
        if os.fork() > 0:
            time.sleep(0.005); os._exit(0)
time.sleep(0.1); end(1)
""")
        self.assertEqual(connection.status().processes, 2, "the runtime and its dead child")

    def test_a_dead_main_thread_does_not_hide_a_living_process(self):
        connection = self.run_calls(
            """
init()
if os.fork() == 0:
    threading.Thread(target=rest, daemon=True).start()
    ctypes.CDLL(None).syscall(60, 0)
time.sleep(0.2); end(1)
say(str(os.waitpid(-1, 0)[1]))
""")
        self.assertIn(b"9\n", connection.text(call=2))

    def test_threads_are_left_alone(self):
        self.run_calls(
            """
init()
for k in range(1, 20):
    threading.Thread(target=rest, daemon=True).start(); end(k)
""")

    def test_retires_a_runtime_that_never_reaps(self):
        connection = self.connect(
            code="""
init()
for _ in range(40):
    if os.fork() == 0: os._exit(0)
end(1); say('answered')
""")
        self.assert_retired(connection, 1, "unreaped")


class FilesTest(CleaningTest):
    def test_wipes_what_a_call_wrote_and_keeps_what_init_wrote(self):
        self.run_calls(
            """
os.makedirs('/tmp/kept/deep'); open('/tmp/kept/deep/a', 'w').write('a'); os.symlink('/etc', '/tmp/kept/link')
before = tree(); init()
for k in range(1, 4):
    os.makedirs('/tmp/new/x/y/z'); open('/tmp/new/x/f', 'w').close(); open('/tmp/kept/deep/b', 'w').close()
    os.makedirs('/tmp/kept/more'); os.symlink('/tmp/kept', '/tmp/kept/loop'); os.mkfifo('/tmp/fifo')
    socket.socket(socket.AF_UNIX).bind('/tmp/socket'); os.link('/tmp/kept/deep/a', '/tmp/hard')
    end(k); assert tree() == before, tree()
""")

    def test_a_kept_file_that_was_replaced_stays(self):
        self.run_calls(
            """
open('/tmp/cache', 'w').write('1'); init()
open('/tmp/new', 'w').write('2'); os.rename('/tmp/new', '/tmp/cache'); end(1)
assert open('/tmp/cache').read() == '2'
""")

    def test_wipes_an_empty_file_after_every_call(self):
        self.run_calls("init()\nfor k in range(1, 100): open(f'/tmp/{k}', 'w').close(); end(k); assert tree() == [], tree()")

    def test_wipes_as_many_empty_files_as_init_wrote_and_the_call_removed(self):
        self.run_calls(
            """
open('/tmp/a', 'w').close(); os.mkdir('/tmp/d'); init()
os.unlink('/tmp/a'); os.rmdir('/tmp/d'); open('/tmp/b', 'w').close(); os.mkdir('/tmp/e'); end(1)
assert tree() == [], tree()
open('/tmp/a', 'w').close(); open('/tmp/b', 'w').close(); end(2); assert tree() == ['a'], tree()
""")

    def test_wipes_a_file_in_the_place_of_a_deleted_one_that_init_held_open(self):
        self.run_calls(
            """
held = open('/tmp/held', 'wb', 0); held.write(b'x' * 5000); os.unlink('/tmp/held'); init()
end(1); held.close(); open('/tmp/new', 'wb').write(b'x' * 5000); end(2); assert tree() == [], tree()
""")

    def test_wipes_a_file_beside_a_deleted_one_that_is_open(self):
        self.run_calls(
            """
init(); held = open('/tmp/held', 'w'); os.unlink('/tmp/held'); end(1)
open('/tmp/new', 'w').close(); end(2); assert tree() == [], tree()
""")

    def test_wipes_where_inodes_are_not_counted(self):
        self.run_calls(
            "init()\nfor k in range(1, 4): open(f'/tmp/{k}', 'w').close(); end(k); assert tree() == [], tree()",
            scratch=f"{SCRATCH_BYTES},nr_inodes=0",
        )

    def test_a_directory_in_the_place_of_a_kept_file_goes(self):
        self.run_calls(
            """
open('/tmp/cache', 'w').close(); init()
os.unlink('/tmp/cache'); os.makedirs('/tmp/cache/a/b'); end(1); assert tree() == [], tree()
""")

    def test_never_follows_a_link(self):
        self.run_calls(
            """
outside = os.path.join(os.path.dirname(os.environ['HEARTH_SOCKET']), 'outside')
os.mkdir(outside); open(outside + '/precious', 'w').close(); os.mkdir('/tmp/kept'); init()
os.symlink(outside, '/tmp/a'); os.mkdir('/tmp/d'); os.symlink(outside, '/tmp/d/b')
os.rmdir('/tmp/kept'); os.symlink(outside, '/tmp/kept'); end(1)
assert tree() == [], tree()
assert os.listdir(outside) == ['precious']
""")

    def test_a_very_deep_tree(self):
        self.run_calls(
            """
init(); os.chdir('/tmp')
for _ in range(5000):
    os.mkdir('d'); os.chdir('d')
open('f', 'w').close(); os.chdir('/'); end(1); assert tree() == [], tree()
""", scratch=64 << 20)

    def test_a_very_wide_tree(self):
        self.run_calls(
            """
init(); os.mkdir('/tmp/wide')
for i in range(8000): open(f'/tmp/wide/{i}', 'w').close()
for i in range(1000): os.makedirs(f'/tmp/wide/d{i}/e')
end(1); assert tree() == [], tree()
""", scratch=64 << 20)

    def test_names_of_odd_bytes(self):
        self.run_calls(
            """
init()
for n in [b'\\n', b'-rf', b'\\xff\\xfe', b' ', b'...', b'x' * 255, b'.hearth-0-0', b'*']:
    os.makedirs(b'/tmp/' + n + b'/' + n); open(b'/tmp/' + n + b'/f' + n[:200], 'w').close()
end(1); assert tree() == [], tree()
""")

    def test_locked_directories_of_another_user(self):
        self.run_calls(
            """
init()
os.makedirs('/tmp/a/b/c/d'); open('/tmp/a/b/f', 'w').close()
for d in ['/tmp/a/b/c/d', '/tmp/a/b/c', '/tmp/a/b', '/tmp/a']: os.chmod(d, 0)
end(1); assert tree() == [], tree()
""", unprivileged=True)

    def test_a_kept_directory_that_a_call_locked(self):
        self.run_calls(
            """
os.makedirs('/tmp/kept/sub'); init()
open('/tmp/kept/sub/f', 'w').close(); os.chmod('/tmp/kept/sub', 0o500); os.chmod('/tmp/kept', 0); end(1)
assert tree() == ['kept', 'kept/sub'], tree()
""", unprivileged=True)

    def test_more_paths_than_can_be_remembered_keep_what_stood_at_the_top(self):
        self.run_calls(
            """
os.mkdir('/tmp/kept')
for i in range(5000): open(f'/tmp/kept/{i}', 'w').close()
init(); open('/tmp/kept/new', 'w').close(); open('/tmp/new', 'w').close(); end(1)
assert len(tree()) == 5002, len(tree()); assert not os.path.exists('/tmp/new')
""")

    def test_more_paths_at_the_top_than_can_be_remembered_are_all_kept(self):
        self.run_calls(
            """
for i in range(5000): open(f'/tmp/{i}', 'w').close()
init(); open('/tmp/new', 'w').close(); end(1); assert len(tree()) == 5001
""")

    def test_deeper_than_can_be_remembered_keeps_what_stood_at_the_top(self):
        self.run_calls(
            """
os.makedirs('/tmp/' + 'd/' * 60); init(); open('/tmp/d/new', 'w').close(); open('/tmp/new', 'w').close(); end(1)
assert len(tree()) == 61, tree()
""")

    def test_gives_the_space_back(self):
        connection = self.run_calls(
            """
init()
for k in range(1, 6):
    with open('/tmp/f', 'wb') as f: f.write(b'x' * (7 << 20))
    end(k)
""")
        self.assertEqual(connection.status().scratch_used, 0)


class RetireTest(CleaningTest):
    OPEN_DELETED = "init(); f = open('/tmp/f', 'wb', 0); f.write(b'x' * (1 << 20)); os.unlink('/tmp/f'); end(1); say('answered')"

    def test_retires_when_a_deleted_file_is_still_open(self):
        connection = self.connect(code=self.OPEN_DELETED)
        self.assert_retired(connection, 1, "1048576 bytes")

    def test_the_deleted_file_of_a_killed_process_is_no_reason(self):
        self.run_calls(
            """
init()
subprocess.Popen([sys.executable, '-c', '''
import os, time
f = open('/tmp/f', 'wb', 0); f.write(b'x' * (1 << 20)); os.unlink('/tmp/f'); os.mkdir('/tmp/ready'); time.sleep(60)'''])
while not os.path.exists('/tmp/ready'): time.sleep(0.01)
end(1)
""")

    def test_a_little_growth_of_a_kept_file_is_no_reason(self):
        self.run_calls("f = open('/tmp/log', 'wb', 0); init(); f.write(b'x' * 60000); end(1)")

    def test_tells_a_restarted_invoker_again(self):
        connection = self.connect(code=self.OPEN_DELETED)
        self.assert_retired(connection, 1, "bytes in /tmp")
        connection.close()
        connection = self.invoker.accept()
        connection.welcome()
        self.assert_retired(connection, 1, "bytes in /tmp")

    def test_a_retired_container_can_still_be_asked_and_killed(self):
        connection = self.connect(code=self.OPEN_DELETED)
        self.assert_retired(connection, 1, "bytes in /tmp")
        self.assertEqual(connection.status().scratch_used, 1 << 20)
        connection.send(13)
        self.assertEqual(self.assert_killed_and_proven(connection).call, 1)
