"""What a test's stand-in for a runtime starts with: the control socket, and a few ways to misbehave."""

import ctypes, os, signal, socket, struct, subprocess, sys, threading, time

control = socket.socket(fileno=int(os.environ["HEARTH_CONTROL_FD"]))


def say(text):
    os.write(1, text.encode() + b"\n")


def tell(letter, number):
    control.send(struct.pack(">cQ", letter, number))


def answer():
    letter, number = struct.unpack(">cQ", control.recv(64))
    assert letter == b"C", letter
    return number


def init():
    tell(b"I", 0)
    assert answer() == 0


def end(number):
    tell(b"E", number)
    assert answer() == number


def rest():
    time.sleep(60)
