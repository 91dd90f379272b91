"""A runtime that keeps to the protocol until a call's event names what it is to do wrong."""

import os
import random
import signal
import socket
import struct
import sys
import time

HELLO, INIT, INIT_RESULT, RUN, RESULT, DATA, END, CREDIT = 1, 4, 5, 6, 7, 8, 9, 10
control = socket.socket(fileno=int(os.environ["HEARTH_CONTROL_FD"]))
line = socket.socket(socket.AF_UNIX)


def text(value):
    return struct.pack(">H", len(value)) + value


def frame(kind, number, payload=b""):
    return struct.pack(">IBQ", 9 + len(payload), kind, number) + payload


def send(*parts):
    line.sendall(frame(*parts))


def hello(revision=b""):
    return struct.pack(">BBB", 2, 0, 1) + text(b"python3") + text(revision) + struct.pack(">QH", 0, 0)


def result(number, body, more=0, length=-1):
    send(RESULT, number, b"\0" + text(b"text/plain") + struct.pack(">qB", length, more) + body)


def read(count):
    got = b""
    while len(got) < count:
        part = line.recv(count - len(got))
        if not part:
            sys.exit(71)
        got += part
    return got


def next_frame():
    length, kind, number = struct.unpack(">IBQ", read(13))
    return kind, number, read(length - 9)


def over(letter, number):
    control.send(letter + struct.pack(">Q", number))
    control.recv(16)


def event_of(payload):
    at = 8
    for _ in range(2):
        at += 2 + struct.unpack_from(">H", payload, at)[0]
    at += 4 + struct.unpack_from(">I", payload, at)[0]
    return payload[at + 1 :].decode()


def again():
    other = socket.socket(socket.AF_UNIX)
    other.connect(os.environ["HEARTH_SOCKET"])
    return other


def close(number):
    line.close()
    time.sleep(60)


def mute(number):
    for each in range(1, 65):
        try:
            signal.signal(each, signal.SIG_IGN)
        except (OSError, ValueError):
            pass
    while True:
        time.sleep(1)


def garbage(number):
    line.sendall(random.Random(7).randbytes(100_000))
    time.sleep(60)


def huge(number):
    line.sendall(struct.pack(">IBQ", (1 << 31) - 1, RESULT, number) + b"x" * 60_000)
    time.sleep(60)


def short(number):
    send(RESULT, number, b"\0\0")
    time.sleep(60)


def half(number):
    line.sendall(frame(RESULT, number, b"\0" + text(b"text/plain"))[:20])
    line.shutdown(socket.SHUT_WR)
    time.sleep(60)


def kinds(number):
    for kind in (0, 2, 3, 11, 12, 13, 14, 15, 16, 99, 255):
        send(kind, number, b"\xff" * 40)
    result(number, b"fine")


def greet(number):
    send(HELLO, 0, hello())
    result(number, b"fine")


def second(number):
    other = again()
    other.sendall(frame(HELLO, 0, hello()))
    other.settimeout(5)
    other.recv(100)
    time.sleep(60)


def strangers(number):
    held = [again() for _ in range(20)]
    result(number, b"fine")
    return held


def others(number):
    for wrong in (0, number - 1, number + 1, number + 7, (1 << 64) - 1):
        if wrong != number:
            result(wrong % (1 << 64), b"not mine")
            send(DATA, wrong % (1 << 64), b"not mine")
            send(END, wrong % (1 << 64), b"\0")
    result(number, b"fine")
    result(number, b"once more")


def credit(number):
    line.sendall(frame(CREDIT, number, struct.pack(">I", (1 << 31) - 1)) * 20_000)
    line.sendall(frame(CREDIT, number, struct.pack(">I", (1 << 32) - 1)) * 20_000)
    result(number, b"fine")


def flood(number):
    result(number, b"", more=1)
    for _ in range(1_000):
        send(DATA, number, b"x" * 60_000)
    send(END, number, b"\0")


def longer(number):
    result(number, b"abc", more=1, length=4)
    send(DATA, number, b"defg")
    send(END, number, b"\0")


def unsaid(number):
    send(INIT_RESULT, 0, b"\1" + text(b"Late") + text(b"never mind") + text(b""))
    result(number, b"fine")


line.connect(os.environ["HEARTH_SOCKET"])
send(HELLO, 0, hello())
while True:
    kind, number, payload = next_frame()
    if kind == INIT:
        over(b"I", 0)
        send(INIT_RESULT, 0, b"\0" + text(b"") * 3)
    elif kind == RUN:
        what = event_of(payload)
        if what in globals():
            kept = globals()[what](number)
        else:
            result(number, what.encode())
        over(b"E", number)
