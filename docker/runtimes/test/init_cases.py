"""What a function is registered with as `init`: constructors, and context.init."""

import json
import unittest

from compiling import compiled
from invoker import Invoker
from native_cases import HEADER, started
from subject import COMMAND, NATIVE, by_language, of, start

CLASSES = {
    "java": {
        "Shop.java": """
import dev.hearth.function.Context;
import java.util.*;

public class Shop {
    static int made;
    final List<Object> given;
    public Shop() { this(List.of("nothing").toArray()); }
    public Shop(Map<String, Object> value) { this(new Object[] {"map", value}); }
    public Shop(String value) { this(new Object[] {"text", value}); }
    public Shop(long value) { this(new Object[] {"long", value}); }
    public Shop(String one, int two) { this(new Object[] {"both", one, two}); }
    public Shop(List<?> all) { this(new Object[] {"list", all}); }
    private Shop(Object[] given) { made++; System.out.println("made"); this.given = Arrays.asList(given); }
    public Object handle(Object event, Context context) { return Arrays.asList(made, given, context.init()); }
}
"""
    },
}
FAILING = {
    "java": {
        "Bad.java": "public class Bad {\n  public Bad(int n) { System.out.println(\"tries\"); throw new IllegalArgumentException(\"not \" + n); }\n"
        "  public int handle() { return 1; }\n}\n"
    },
}
PLAIN = {"java": {"plain.java": "import dev.hearth.function.Context;\nstatic Object handle(Object event, Context context) { return Arrays.asList(context.init()); }\n"}}


class Construction(unittest.TestCase):
    def made(self, value):
        with start(of(CLASSES), by_language("", "", "Shop.handle"), value=value) as invoker:
            first = json.loads(invoker.call(b"1")["body"])
            self.assertEqual(json.loads(invoker.call(b"2")["body"]), first)
            self.assertEqual(invoker.stdout_now(), "made\n")
            self.assertEqual(first[0], 1)
            self.assertEqual(first[2], json.loads(value) if value else None)
            return first[1]

    def test_the_constructor_that_takes_the_value(self):
        for value, given in (
            ("", ["nothing"]),
            ('{"a": [1]}', ["map", {"a": [1]}]),
            ('"words"', ["text", "words"]),
            ("7", ["long", 7]),
            ('["one", 2]', ["both", "one", 2]),
            ("[1, 2, 3]", ["list", [1, 2, 3]]),
            ("true", ["nothing"]),
        ):
            with self.subTest(value):
                self.assertEqual(self.made(value), given)

    def failure(self, files, value):
        with Invoker(COMMAND) as invoker:
            invoker.accept()
            invoker.welcome()
            status, *failure = invoker.init(files, value=value)
            self.assertEqual(status, 1)
            return failure, invoker.stdout_now()

    def test_an_exception_of_the_constructor_fails_init(self):
        (kind, message, stack), text = self.failure(of(FAILING), "3")
        self.assertIn("IllegalArgumentException", kind)
        self.assertIn("not 3", message)
        self.assertIn("Bad", stack)
        self.assertEqual(text, "tries\n")

    def test_a_value_that_no_constructor_takes_fails_init(self):
        (kind, message, _), _ = self.failure(of(FAILING), '{"a": 1}')
        self.assertEqual(kind, "HandlerNotFound")
        self.assertIn("a JSON object", message)

    def test_without_a_class_the_value_is_in_the_context(self):
        for value in ("", '{"a": [1, null]}', "[1]", '"é"'):
            with self.subTest(value), start(of(PLAIN), value=value) as invoker:
                self.assertEqual(json.loads(invoker.call(b"1")["body"]), [json.loads(value) if value else None])


# An object of before `init`: it was compiled with the structure as it was.
VERSION_1 = """
#include <stdint.h>
#include <stddef.h>
#include <string.h>
const uint32_t hearth_abi = 1;
struct function { uint32_t abi, memory_mib; const char *name, *revision, *name_space, *directory; };
struct call { int (**callbacks)(void *, const void *, size_t); const struct function *function; };
int hearth_create(const struct function *f, void **state, char *error, size_t size) { *state = (void *)f; return 0; }
int handle(void *state, struct call *call) { const char *name = ((struct function *)state)->name; return call->callbacks[0](call, name, strlen(name)); }
"""


@unittest.skipUnless(NATIVE, "native only")
class NativeInit(unittest.TestCase):
    def test_the_value_is_given_to_create(self):
        source = HEADER + (
            "int hearth_create(const hearth_function *f, void **state, char *error, size_t size) {\n"
            "  *state = strdup(f->init); if (strlen(f->init) != f->init_size) return 3;\n"
            '  if (f->abi != 2 || strcmp(f->init, "\\"bad\\"") == 0) { snprintf(error, size, "bad init"); return 7; } return 0; }\n'
            "int handle(void *state, hearth_call *call) { return hearth_append_text(call, state); }\n"
        )
        for value in ("", '{"a": "é"}', "7"):
            with start({"f.c": source}, value=value) as invoker:
                self.assertEqual(invoker.call()["body"].decode(), value)
        with Invoker(COMMAND) as invoker:
            invoker.accept()
            invoker.welcome()
            self.assertEqual(invoker.init({"f.c": source}, value='"bad"')[1:3], ("CreateFailed", "bad init (hearth_create returned 7)"))

    def test_an_object_of_the_first_version_still_loads(self):
        with start({"old.c": VERSION_1}, value='{"a": 1}') as invoker:
            self.assertEqual(invoker.call()["body"], b"greet")

    def test_a_program_has_it_in_its_environment(self):
        files = {"main": compiled('#include <stdio.h>\n#include <stdlib.h>\nint main(void) { char *v = getenv("HEARTH_INIT"); fputs(v ? v : "none", stdout); return 0; }\n')}
        for value, expected in (("", b"none"), ("[1, 2]", b"[1, 2]")):
            with started(files, value=value) as invoker:
                self.assertEqual(invoker.call()["body"], expected)
