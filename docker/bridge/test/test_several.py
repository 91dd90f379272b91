"""Several calls at a time: of a runtime that says so, and of a program behind the contract `http`."""

import json
import os
import random
import struct
import time

from dialects import DialectTest, unpack_result
from harness import STATIC, BridgeTest
from invoker import CREDIT, DATA, END, KILL, LOG, RESULT, RETIRE
from servers import ECHO, raw

SEVERAL = 5
STORM_CALLS = 300


class ControlTest(BridgeTest):
    def test_lines_have_no_number_once_several_calls_may_run(self):
        connection = self.connect(code="tell(b'I', 5); answer(); say('one'); end(3); say('two'); end(7); say('last'); rest()")
        connection.wait_for_text(b"last\n")
        self.assertEqual(connection.text(call=0), b"one\ntwo\nlast\n")

    def test_one_call_at_a_time_is_0_or_1(self):
        for number in (0, 1):
            connection = self.connect(code=f"tell(b'I', {number}); answer(); say('one'); end(1); say('two'); rest()")
            connection.wait_for_text(b"two\n", call=2)
            self.assertEqual(connection.text(call=1), b"one\n")
            connection.send(KILL)
            self.assert_killed_and_proven(connection)

    def test_the_end_of_all_cleans_up(self):
        connection = self.connect(
            code="tell(b'I', 9); answer(); open('/tmp/f', 'w').close(); subprocess.run(['sh', '-c', 'sleep 60 &']); end(4)\n"
            "say(str(os.listdir('/tmp'))); rest()"
        )
        connection.wait_for_text(b"[]\n", call=0)
        self.assertEqual(connection.status().processes, 1)

    def test_an_end_that_counts_back_is_a_breach(self):
        connection = self.connect(code="tell(b'I', 2); answer(); end(5); tell(b'E', 5); rest()")
        connection.receive_exit()
        self.assertEqual(self.exit_status(), 76)

    def test_no_call_ends_quietly(self):
        connection = self.connect(code="tell(b'I', 2); answer(); end(1); end(2); time.sleep(0.05); say(str(page[QUIET])); rest()")
        connection.wait_for_text(b"0\n", call=0)

    def test_a_container_that_cannot_be_cleaned_is_retired_after_all_that_are_over(self):
        connection = self.connect(
            code="tell(b'I', 3); answer(); f = open('/tmp/f', 'wb'); f.write(b'x' * 1000000); f.flush(); os.unlink('/tmp/f'); tell(b'E', 6); rest()"
        )
        self.assertEqual(connection.receive_until(RETIRE).id, 6)


class Several(DialectTest):
    def ready_for(self, code, concurrency=SEVERAL, **options):
        self.open_ones = {}
        return self.ready(code, concurrency=concurrency, **options)

    def results(self, session, count):
        """By call, whole, in the order of their ends."""
        open_ones, done = self.open_ones, {}
        while len(done) < count:
            frame = session.connection.receive()
            self.assertIsNotNone(frame)
            if frame.type == CREDIT:
                continue
            self.assertIn(frame.type, (RESULT, DATA, END))
            if frame.type == RESULT:
                self.assertNotIn(frame.id, open_ones | done)
                open_ones[frame.id], more = unpack_result(frame.payload)
                got = len(open_ones[frame.id].body)
            elif frame.type == DATA:
                open_ones[frame.id].body += frame.payload
                more, got = True, len(frame.payload)
            else:
                open_ones[frame.id].complete = frame.payload == b"\0"
                more = False
            if more:
                session.connection.send(CREDIT, frame.id, struct.pack(">I", got))
            else:
                done[frame.id] = open_ones.pop(frame.id)
        return done


class SeveralTest(Several):
    def test_calls_run_beside_each_other_and_come_as_they_end(self):
        session = self.ready_for(ECHO)
        began = time.monotonic()
        for seconds in (0.6, 0.5, 0.4, 0.3, 0.2):
            session.run(headers=[(":path", f"/sleep/{seconds}")])
        results = self.results(session, 5)
        self.assertEqual(list(results), [5, 4, 3, 2, 1])
        self.assertLess(time.monotonic() - began, 1.5)
        about = [json.loads(result.body) for result in results.values()]
        self.assertEqual([dict(each["headers"])["Hearth-Invocation-Id"] for each in about], [f"inv-{k}" for k in (5, 4, 3, 2, 1)])

    def test_no_more_connections_than_calls_at_a_time_and_they_are_kept(self):
        session = self.ready_for(ECHO)
        ports = set()
        for _ in range(4):
            for _ in range(SEVERAL):
                session.run(headers=[(":path", "/sleep/0.05")])
            ports |= {json.loads(result.body)["port"] for result in self.results(session, SEVERAL).values()}
        self.assertLessEqual(len(ports), SEVERAL)

    def test_one_after_the_other_they_share_one_connection(self):
        session = self.ready_for(ECHO)
        ports = {json.loads(self.results_of(session, k).body)["port"] for k in range(1, 8)}
        self.assertEqual(len(ports), 1)

    def results_of(self, session, number):
        session.run()
        return self.results(session, 1)[number]

    def test_nothing_is_cleaned_before_the_last_one_is_over(self):
        session = self.ready_for(ECHO)
        session.run(b"open('/tmp/f', 'w').close(); time.sleep(0.6)", headers=[(":path", "/exec")])
        for _ in range(2):
            session.run(b"time.sleep(0.1)", headers=[(":path", "/exec")])
            self.results(session, 1)
        session.run(b"print(os.listdir('/tmp'), flush=True)", headers=[(":path", "/exec")])
        self.wait_for_text(b"['f']\n")
        self.results(session, 2)
        session.run(b"print('then', os.listdir('/tmp'), flush=True)", headers=[(":path", "/exec")])
        self.wait_for_text(b"then []\n")

    def test_lines_have_no_number(self):
        session = self.ready_for(ECHO)
        for word in ("one", "two"):
            session.run(headers=[(":path", f"/say/{word}")])
        self.results(session, 2)
        self.wait_for_text(b"two\n")
        self.assertEqual({log.call for log in self.bridge.logs}, {0})

    def test_one_call_more_than_may_be_under_way_is_a_breach(self):
        session = self.ready_for(ECHO, concurrency=2)
        for _ in range(3):
            session.run(headers=[(":path", "/sleep/5")])
        self.assertEqual(self.exit_status(), 76)

    def test_a_number_is_used_once(self):
        session = self.ready_for(ECHO)
        session.run(headers=[(":path", "/sleep/5")])
        session.run(headers=[(":path", "/sleep/5")], number=1)
        self.assertEqual(self.exit_status(), 76)

    def test_events_and_answers_of_several_calls_go_in_turns(self):
        session = self.ready_for(ECHO)
        bodies = {k: bytes([64 + k]) * 150000 for k in range(1, 5)}
        for body in bodies.values():
            session.run(body[:50000], "x/y", [(":path", "/raw")], more=True)
        for at in (50000, 100000):
            for k, body in bodies.items():
                session.connection.send(DATA, k, body[at : at + 50000])
        for k in bodies:
            session.connection.send(END, k, b"\0")
        results = self.results(session, 4)
        self.assertEqual({k: result.body for k, result in results.items()}, bodies)

    def test_an_answer_that_nobody_takes_does_not_stop_the_others(self):
        session = self.ready_for(raw_threads("size = 3000000 if b'/large' in head else 2\nconnection.sendall(b'HTTP/1.1 200 OK\\r\\nContent-Length: %d\\r\\n\\r\\n' % size + b'z' * size)"))
        session.run(headers=[(":path", "/large")])
        self.assertEqual(session.connection.receive_until(RESULT).id, 1)
        for k in range(2, 20):
            session.run()
            frame = session.connection.receive()
            while frame.id == 1 and frame.type == DATA:
                frame = session.connection.receive()
            self.assertEqual((frame.type, frame.id, unpack_result(frame.payload)[0].body), (RESULT, k, b"zz"))

    def test_an_event_that_is_broken_off_uses_its_number_up(self):
        session = self.ready_for(ECHO)
        session.run(b"abc", more=True)
        session.run(headers=[(":path", "/sleep/0.3")])
        session.connection.send(END, 1, b"\1")
        self.assertEqual(list(self.results(session, 1)), [2])
        session.run()
        self.assertEqual(list(self.results(session, 1)), [3])

    def test_calls_that_come_while_it_is_cleaned_wait(self):
        session = self.ready_for(ECHO)
        for round_of in range(10):
            for _ in range(SEVERAL):
                session.run(b"import subprocess; subprocess.run(['sh', '-c', 'sleep 60 &'])", headers=[(":path", "/exec")])
            self.results(session, SEVERAL)

    def test_of_an_adopted_container_the_calls_in_flight_are_told(self):
        session = self.ready_for(ECHO)
        for _ in range(3):
            session.run(headers=[(":path", "/sleep/5")])
        time.sleep(0.2)
        self.invoker.vanish()
        self.invoker.listen()
        hellos = {}
        for _ in range(2):
            connection = self.invoker.accept()
            connection.welcome()
            hellos[connection.hello.role] = connection.hello
        self.assertEqual(sorted(hellos[1].in_flight), [1, 2, 3])
        self.assertEqual(hellos[1].minor, 1)

    def test_other_contracts_take_one_call_at_a_time(self):
        self.contract = "openwhisk"
        session = self.begin(command=["sleep", "60"], concurrency=2)
        self.assertEqual(session.init_result()[:2], (1, "NotSupported"))


class HostileSeveralTest(Several):
    def test_a_program_that_closes_one_of_several_connections(self):
        session = self.ready_for(raw_threads("time.sleep(0.3)\nif b'/close' in head: return connection.close()\nconnection.sendall(b'HTTP/1.1 200 OK\\r\\nContent-Length: 2\\r\\n\\r\\nok')"))
        for k in range(1, SEVERAL + 1):
            session.run(headers=[(":path", "/close" if k == 3 else "/")])
        results = self.results(session, SEVERAL)
        self.assertEqual((results[3].status, results[3].type), (1, "BrokenConnection"))
        self.assertEqual([results[k].body for k in (1, 2, 4, 5)], [b"ok"] * 4)
        session.run()
        self.assertEqual(self.results(session, 1)[6].body, b"ok")

    def test_a_program_that_resets_one_in_the_middle_of_its_answer(self):
        session = self.ready_for(raw_threads("long = b'/reset' in head\nconnection.sendall(b'HTTP/1.1 200 OK\\r\\nContent-Length: %d\\r\\n\\r\\nok' % (99 if long else 2))\nif long: time.sleep(0.1); return reset(connection)"))
        for k in range(1, SEVERAL + 1):
            session.run(headers=[(":path", "/reset" if k == 1 else "/")])
        results = self.results(session, SEVERAL)
        self.assertFalse(results[1].complete)
        self.assertEqual([results[k].body for k in (2, 3, 4, 5)], [b"ok"] * 4)

    def test_a_program_that_dies_with_five_calls_under_way(self):
        session = self.ready_for(ECHO)
        for _ in range(SEVERAL - 1):
            session.run(headers=[(":path", "/sleep/5")])
        session.run(b"print('last', flush=True); time.sleep(0.2); os._exit(9)", headers=[(":path", "/exec")])
        exit_frame = self.bridge.receive_exit()
        self.assertEqual((exit_frame.how, exit_frame.value), (0, 9))
        self.assertEqual(self.bridge.text(call=0), b"last\n")
        while (frame := session.connection.receive()) is not None:
            self.assertNotEqual(frame.type, RESULT)

    def test_a_program_that_answers_what_was_not_asked(self):
        session = self.ready_for(raw_threads("connection.sendall(b'HTTP/1.1 200 OK\\r\\nContent-Length: 1\\r\\n\\r\\nx' * 3)"))
        for k in range(1, 30):
            session.run()
            self.assertIn(self.results(session, 1)[k].http, (0, 200))

    def test_a_storm_of_calls_with_a_program_that_breaks_some(self):
        seed = int(time.time())
        chance = random.Random(seed)
        serve = (
            f"import random\nchance = random.Random({seed} + number)\ntime.sleep(chance.random() / 100)\n"
            "if chance.random() < 0.05: return reset(connection)\n"
            "size = chance.choice((0, 10, 1000, 100000))\n"
            "connection.sendall(b'HTTP/1.1 200 OK\\r\\nContent-Length: %d\\r\\n\\r\\n' % size + b'z' * (size if chance.random() < 0.95 else size // 2))\n"
            "if chance.random() < 0.1: return connection.close()"
        )
        session = self.ready_for(raw_threads(serve, timeout=0.5), concurrency=8)
        done, under_way = 0, 0
        while done < STORM_CALLS:
            while under_way < 8 and session.call < STORM_CALLS:
                session.run(chance.randbytes(chance.randrange(1000)))
                under_way += 1
            for result in self.results(session, 1).values():
                self.assertIn(result.status, (1, 3, 4), f"seed {seed}")
            done, under_way = done + 1, under_way - 1

    def test_memory_of_the_bridge_with_many_calls_under_way(self):
        session = self.ready_for(ECHO.replace("queue_size = 8", "queue_size = 256"), concurrency=200, binary=STATIC)
        for _ in range(2):
            for _ in range(200):
                session.run(b"x" * 1000, headers=[(":path", "/sleep/0.2")])
            self.results(session, 200)
        with open(f"/proc/{self.bridge_pid()}/status", encoding="ascii") as status:
            self.assertLess(next(int(line.split()[1]) for line in status if line.startswith("VmRSS:")), 16 * 1024)


def raw_threads(serve, timeout=None):
    """As `raw`, with a thread for each connection, and `serve` for each request (`head`, `body`) on it."""
    lines = "".join(f"        {line}\n" for line in serve.strip().split("\n"))
    return (
        raw("pass").rsplit("\ndef serve", 1)[0]
        + f"""
import threading
def serve(connection, number):
    connection.settimeout({timeout})
    while (seen := request(connection)):
        head, body = seen
{lines}
def guarded(connection, number):
    try: serve(connection, number)
    except OSError: pass
    connection.close()
listener = listen(); number = 0
while True:
    connection, _ = listener.accept(); number += 1
    threading.Thread(target=guarded, args=(connection, number), daemon=True).start()
"""
    )
