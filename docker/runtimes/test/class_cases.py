"""Handlers that are classes, and the init that they are constructed with."""

import json
import unittest

from invoker import Invoker
from subject import COMMAND, PYTHON, of, start

COUNTERS = {
    "python3": {
        "m.py": """
made = 0

class Counter:
    def __init__(self, start=0, step=1):
        global made
        made += 1
        print("made", start, step)
        self.at, self.step = start, step

    def handle(self, event, context):
        self.at += self.step
        return {"at": self.at, "made": made, "init": context.init}

    async def later(self, event, context):
        return "later"

class Unwilling:
    def __init__(self, *given):
        print("before it fails")
        raise ValueError("no " + repr(given))

    def handle(self, event, context):
        pass

class Idle:
    pass

def handle(event, context):
    return context.init
"""
    },
    "nodejs": {
        "m.js": """
let made = 0;

exports.Counter = class Counter {
  constructor(given, step = 1) {
    const { start = 0, step: by = step } = given?.start === undefined ? { start: given ?? 0 } : given;
    made++;
    console.log('made', start, by);
    this.at = start;
    this.step = by;
  }

  handle(event, context) {
    this.at += this.step;
    return { at: this.at, made, init: context.init };
  }

  async later() {
    return 'later';
  }
};

exports.Unwilling = class Unwilling {
  constructor(...given) {
    console.log('before it fails');
    throw new RangeError(`no ${JSON.stringify(given)}`);
  }

  handle() {}
};

exports.Idle = class Idle {};

exports.handle = (event, context) => context.init;
"""
    },
}


class Classes(unittest.TestCase):
    def test_is_constructed_once_with_its_init_and_called_for_each_event(self):
        with start(of(COUNTERS), "Counter", value='{"start": 10, "step": 5}') as invoker:
            self.assertIn("made 10 5", invoker.stdout_now())
            first = json.loads(invoker.call(b"1")["body"])
            self.assertEqual(first, {"at": 15, "made": 1, "init": {"start": 10, "step": 5}})
            self.assertEqual(json.loads(invoker.call(b"1")["body"])["at"], 20)

    def test_takes_an_array_as_arguments_and_anything_else_as_the_only_one(self):
        for value, at in (("[7, 2]", 9), ("3", 4), ("", 1)):
            with self.subTest(value), start(of(COUNTERS), "m.Counter", value=value) as invoker:
                self.assertEqual(json.loads(invoker.call(b"1")["body"])["at"], at)

    def test_calls_the_method_that_is_named(self):
        for handler in ("Counter.later", "m.Counter.later"):
            with self.subTest(handler), start(of(COUNTERS), handler) as invoker:
                self.assertEqual(invoker.call(b"1")["body"], b"later")

    def test_finds_a_class_in_an_archive(self):
        files = {name.replace("m.", "main."): text for name, text in of(COUNTERS).items()}
        files["note.txt"] = "so that it is none but an archive"
        for handler in ("Counter", "main.Counter", "Counter.handle", "main.Counter.handle"):
            with self.subTest(handler), start(files, handler, value="[1]") as invoker:
                self.assertEqual(json.loads(invoker.call(b"1")["body"])["at"], 2)

    def test_a_constructor_that_raises_fails_init(self):
        status, kind, message, stack = self.init("Unwilling", "[1]")
        self.assertEqual(status, 1)
        self.assertIn(kind, ("ValueError", "RangeError"))
        self.assertIn("no ", message)
        self.assertNotEqual(stack, "")

    def test_names_what_a_class_lacks(self):
        status, kind, message, _ = self.init("Idle")
        self.assertEqual((status, kind), (1, "HandlerNotFound"))
        self.assertIn("has no method 'handle'", message)
        status, kind, message, _ = self.init("handle.more")
        self.assertEqual((status, kind), (1, "HandlerNotFound"))
        self.assertIn("'handle' is no class" if PYTHON else "'handle' of m.js is no class", message)

    def test_a_function_reads_its_init_from_the_context(self):
        with start(of(COUNTERS), value='{"a": [1, null]}') as invoker:
            self.assertEqual(json.loads(invoker.call(b"1")["body"]), {"a": [1, None]})
        with start(of(COUNTERS)) as invoker:
            self.assertEqual(invoker.call(b"1")["body"], b"null")

    def init(self, handler, value=""):
        with Invoker(COMMAND) as invoker:
            invoker.accept()
            invoker.welcome()
            return invoker.init(of(COUNTERS), handler, value=value)
