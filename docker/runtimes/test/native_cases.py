"""What only the native runtime does: objects and programs, callbacks, crashes, what cannot be loaded."""

import json
import os
import signal
import struct
import tempfile
import unittest

import functions
from compiling import OBJECT, compiled
from invoker import Gone, Invoker
from subject import COMMAND, NATIVE, act, of, start

HEADER = "#include <hearth.h>\n#include <stdio.h>\n#include <stdlib.h>\n#include <unistd.h>\n"
# The sanitizers report crashes in their own way.
CHECKED = "checked" in COMMAND[0]
IN_IMAGE = os.path.exists("/opt/hearth/runtime")


def handler(body):
    return {"f.c": HEADER + "int handle(void *state, hearth_call *call) { %s }\n" % body}


def program(body, *options):
    return {"main": compiled("#include <stdio.h>\n#include <stdlib.h>\n#include <string.h>\n#include <unistd.h>\n#include <signal.h>\nextern char **environ;\n"
                             "int main(int argc, char **argv) { %s return 0; }\n" % body, *options)}


def load_failure(files, handler_name="", **options):
    with Invoker(COMMAND) as invoker:
        invoker.accept()
        invoker.welcome()
        write_executable(invoker, files)
        status, kind, message, _ = invoker.init({k: v for k, v in files.items() if k.endswith(".c")}, handler_name, **options)
        assert status == 1, status
        return kind, message


def write_executable(invoker, files, mode=0o755):
    for name, data in files.items():
        if isinstance(data, bytes):
            path = os.path.join(invoker.code, name)
            with open(path, "wb") as f:
                f.write(data)
            os.chmod(path, mode)


def started(files, handler_name="", entry="main", **options):
    invoker = Invoker(COMMAND, **{k: options.pop(k) for k in ("page",) if k in options})
    invoker.accept()
    invoker.welcome()
    write_executable(invoker, files)
    result = invoker.init({}, handler_name, entry=entry, **options)
    assert result == (0, "", "", ""), result
    return invoker


@unittest.skipUnless(NATIVE, "native only")
class Objects(unittest.TestCase):
    def test_bytes_go_out_as_bytes_unless_a_type_is_set(self):
        with start(of(functions.ECHO)) as invoker:
            for body in (b"", b"\0\xff", b"{not json"):
                result = invoker.call(body, "application/json")
                self.assertEqual((result["content_type"], result["body"]), ("application/octet-stream", body))
        with start(of(functions.ACTS)) as invoker:
            result = act(invoker, "type")
            self.assertEqual((result["content_type"], result["body"]), ("text/html; charset=utf-8", b"<p>"))
            self.assertEqual(act(invoker, "count")["content_type"], "application/octet-stream")

    def test_a_type_that_is_none_fails_the_call(self):
        with start(of(functions.ACTS)) as invoker:
            self.assertEqual(act(invoker, "wrong type")["type"], "InvalidContentType")

    def test_a_handler_that_returns_another_number_than_0_has_failed(self):
        with start(of(functions.ACTS)) as invoker:
            result = act(invoker, "number")
            self.assertEqual((result["status"], result["type"], result["message"]), (1, "Error", "the handler returned 42"))

    def test_state_is_created_once_and_handed_to_each_call(self):
        source = HEADER + (
            "int hearth_create(const hearth_function *f, void **state, char *error, size_t size) {\n"
            "  int *n = calloc(1, sizeof *n); *n = (int)f->memory_mib; *state = n; return 0; }\n"
            'void hearth_destroy(void *state) { fprintf(stderr, "destroyed %d\\n", *(int *)state); }\n'
            "int handle(void *state, hearth_call *call) {\n"
            '  char text[20]; snprintf(text, sizeof text, "%d", ++*(int *)state); return hearth_append_text(call, text); }\n'
        )
        with start({"f.c": source}, grace=0.1) as invoker:
            self.assertEqual([invoker.call()["body"] for _ in range(2)], [b"129", b"130"])
            invoker.server.close()
            invoker.connection.close()
            self.assertEqual(invoker.exit_code(), 71)
            self.assertIn("destroyed 130", invoker.stderr_now())

    def test_what_cannot_be_created_fails_init_with_its_reason(self):
        source = HEADER + (
            "int hearth_create(const hearth_function *f, void **state, char *error, size_t size) {\n"
            '  snprintf(error, size, "no model in %s", f->directory); return 7; }\n'
            "int handle(void *state, hearth_call *call) { return 0; }\n"
        )
        kind, message = load_failure({"f.c": source})
        self.assertEqual(kind, "CreateFailed")
        self.assertRegex(message, r"no model in /.*/code \(hearth_create returned 7\)")

    def test_another_function_cannot_be_called_yet(self):
        with start(of(functions.ACTS)) as invoker:
            self.assertEqual(act(invoker, "nested")["body"], b"NotSupported")

    def test_threads_may_append_while_the_call_runs_and_not_after(self):
        with start(of(functions.ACTS)) as invoker:
            self.assertEqual(len(act(invoker, "threads")["body"]), 80_000)
            act(invoker, "late")
            self.assertEqual(act(invoker, "sleep", 0.2)["body"], b"")
            self.assertEqual(act(invoker, "count")["body"], b"101")

    def test_a_result_beyond_all_limits_fails_the_call(self):
        with start(of(functions.ACTS)) as invoker:
            self.assertEqual(act(invoker, "huge")["type"], "ResultTooLarge")
            self.assertEqual(act(invoker, "count")["body"], b"1")

    def test_headers_are_found_by_name(self):
        with start(of(functions.ACTS)) as invoker:
            lines = b"x-a: 1\nx-b: two words\nx-b: 3\n"
            self.assertEqual(invoker.call(b'{"act":"headers"}', headers=lines)["body"], lines + b"two words")
            self.assertEqual(invoker.call(b'{"act":"headers"}')["body"], b"none")

    def test_an_event_in_parts_ends_with_a_nul_and_has_its_context(self):
        body = ' size_t n; const char *v = hearth_header(call, "x-a", &n); if (call->event[call->event_size] != 0) return 1;' \
               " hearth_append(call, v, n); hearth_append_text(call, call->content_type); return hearth_append_text(call, call->invocation_id); "
        with start(handler(body)) as invoker:
            for size in (0, 3, 59_000, 300_000):
                self.assertEqual(invoker.call(b"x" * size, "a/b", headers=b"x-a: here\n")["status"], 0)
            self.assertEqual(invoker.call(b"x" * 300_000, "a/b", headers=b"x-a: here\n")["body"], b"herea/bid-5")

    def test_an_object_in_c_plus_plus(self):
        source = '#include <hearth.h>\n#include <string>\nextern "C" int handle(void *, hearth_call *call) {\n' \
                 "  std::string text(reinterpret_cast<const char *>(call->event), call->event_size);\n" \
                 "  try { std::stoi(text); } catch (const std::exception &e) { return hearth_fail(call, \"std::exception\", e.what()); }\n" \
                 "  return hearth_append_text(call, std::to_string(std::stoi(text) + 1).c_str());\n}\n"
        with started({"main": compiled(source, *OBJECT, compiler="g++")}) as invoker:
            self.assertEqual(invoker.call(b"41")["body"], b"42")
            self.assertEqual(invoker.call(b"x")["message"], "stoi")

    def test_libraries_lie_beside_the_code(self):
        with Invoker(COMMAND) as invoker:
            invoker.accept()
            invoker.welcome()
            library = os.path.join(invoker.code, "libfruit.so")
            with open(library, "wb") as f:
                f.write(compiled('const char *fruit(void) { return "quince"; }\n', *OBJECT, "-Wl,-soname,libfruit.so"))
            source = HEADER + "const char *fruit(void);\nint handle(void *s, hearth_call *call) { return hearth_append_text(call, fruit()); }\n"
            with open(os.path.join(invoker.code, "libtool.so"), "wb") as f:
                f.write(compiled(source, *OBJECT, library, "-Wl,-rpath,$ORIGIN"))
            self.assertEqual(invoker.init({}, "tool.handle", entry=""), (0, "", "", ""))
            self.assertEqual(invoker.call()["body"], b"quince")


@unittest.skipUnless(NATIVE, "native only")
class NotLoaded(unittest.TestCase):
    def test_a_symbol_that_nothing_defines(self):
        kind, message = load_failure({"f.c": HEADER + "int nothing(void);\nint handle(void *s, hearth_call *c) { return nothing(); }\n"})
        self.assertEqual(kind, "LoadFailed")
        self.assertIn("undefined symbol: nothing", message)

    def test_a_library_that_is_not_there(self):
        with_library = compiled("int x(void) { return 1; }\n", *OBJECT, "-Wl,-soname,libabsent.so")
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, "libabsent.so")
            with open(path, "wb") as f:
                f.write(with_library)
            data = compiled("int x(void);\nint handle(void) { return x(); }\n", *OBJECT, path)
        kind, message = load_failure({"main": data}, entry="main")
        self.assertEqual(kind, "LoadFailed")
        self.assertIn("libabsent.so", message)

    def test_no_such_function(self):
        kind, message = load_failure({"f.c": "int other(void) { return 0; }\n"})
        self.assertEqual(kind, "HandlerNotFound")
        self.assertIn("there is no function 'handle' in f.so", message)
        self.assertIn('extern "C"', message)

    def test_a_file_for_another_machine(self):
        data = bytearray(compiled("int handle(void) { return 0; }\n", *OBJECT))
        for offset, layout, value, words in (
            (18, "<H", 183, "AArch64 of 64 bits"),
            (4, "B", 1, "of 32 bits"),
            (16, "<H", 1, "link it with -shared"),
            (54, "<H", 1, "header is broken"),
            (32, "<Q", 1 << 40, "cut off"),
            (0, "B", 0, "no ELF file"),
        ):
            with self.subTest(words):
                other = bytearray(data)
                struct.pack_into(layout, other, offset, value)
                kind, message = load_failure({"main": bytes(other)}, entry="main")
                self.assertEqual(kind, "LoadFailed")
                self.assertIn(words, message)

    def test_a_file_that_is_cut_off(self):
        data = compiled("int handle(void) { return 0; }\n", *OBJECT)
        for size in (0, 3, 20, 63, 64, 200):
            with self.subTest(size):
                self.assertEqual(load_failure({"main": data[:size]}, entry="main")[0], "LoadFailed")

    def test_a_newer_version_of_the_header(self):
        source = "#include <stdint.h>\nconst uint32_t hearth_abi = 9;\nint handle(void) { return 0; }\n"
        self.assertIn("version 9", load_failure({"f.c": source})[1])

    def test_a_program_for_a_loader_that_is_not_there(self):
        data = compiled("int main(void) { return 0; }\n", "-Wl,--dynamic-linker=/lib/ld-musl-x86_64.so.1")
        kind, message = load_failure({"main": data}, entry="main")
        self.assertEqual(kind, "LoadFailed")
        self.assertIn("ld-musl", message)


@unittest.skipUnless(NATIVE, "native only")
class Crashes(unittest.TestCase):
    @unittest.skipIf(CHECKED, "the sanitizers end it otherwise")
    def test_end_the_process_with_their_signal(self):
        for name, number in (("segv", signal.SIGSEGV), ("abort", signal.SIGABRT), ("deep", signal.SIGSEGV)):
            with self.subTest(name), start(of(functions.ACTS)) as invoker:
                invoker.start(b'{"act": "%s"}' % name.encode())
                with self.assertRaises(Gone):
                    invoker.receive()
                self.assertEqual(invoker.exit_code(), -number)

    def test_a_function_that_closes_its_output_loses_lines_only(self):
        with start(of(functions.ACTS)) as invoker:
            self.assertEqual(act(invoker, "close")["status"], 0)
            self.assertEqual(act(invoker, "print", "lost")["body"], b"4")
            self.assertEqual(act(invoker, "count")["body"], b"1")

    def test_a_function_that_closes_the_runtimes_descriptors_ends_it(self):
        with start(of(functions.ACTS), control=False, grace=1) as invoker:
            invoker.start(b'{"act": "close all"}')
            self.assertEqual(invoker.accept()["completed"], 1)
            invoker.welcome()
            self.assertEqual(act(invoker, "count")["body"], b"1")


@unittest.skipUnless(NATIVE, "native only")
class Programs(unittest.TestCase):
    CAT = "char b[65536]; ssize_t n; while ((n = read(0, b, sizeof b)) > 0) if (write(1, b, n) != n) abort();"

    def test_get_the_event_on_standard_input_and_answer_on_standard_output(self):
        with started(program(self.CAT)) as invoker:
            for size in (0, 1, 70_000, 6 << 20):
                body = os.urandom(size)
                result = invoker.call(body, "application/octet-stream")
                self.assertEqual(result["content_type"], "application/octet-stream")
                self.assertTrue(result["body"] == body)

    def test_may_be_static_and_leave_the_event_unread(self):
        with started(program('puts("hello");', "-static"), environment={"RESULT_CONTENT_TYPE": "text/plain"}) as invoker:
            result = invoker.call(b"x" * 1_000_000)
            self.assertEqual((result["content_type"], result["body"]), ("text/plain", b"hello\n"))

    def test_have_the_context_in_their_environment(self):
        body = 'for (char **e = environ; *e; e++) if (!strncmp(*e, "HEARTH_", 7) || !strncmp(*e, "A=", 2)) puts(*e); if (argc > 1) puts(argv[1]);'
        with started(program(body), "main.resize", environment={"A": "b"}) as invoker:
            lines = invoker.call(b"1", "a/b", headers=b"x-a: 1\nx-b: 2\n")["body"].decode()
            for line in ("A=b", "HEARTH_INVOCATION_ID=id-1", "HEARTH_CONTENT_TYPE=a/b", "HEARTH_HEADERS=x-a: 1\nx-b: 2\n",
                         "HEARTH_FUNCTION=greet", "HEARTH_REVISION=rev-7", "HEARTH_NAMESPACE=team", "HEARTH_MEMORY_MIB=128"):
                self.assertIn(line + "\n", lines)
            self.assertTrue(lines.endswith("\nresize\n"))
            self.assertNotIn("HEARTH_CONTROL_FD", lines)
            self.assertNotIn("HEARTH_SOCKET", lines)

    def test_fail_with_the_end_of_their_standard_error(self):
        with started(program('puts("half"); fprintf(stderr, "first\\nno such city\\n"); return 3;')) as invoker:
            result = invoker.call()
            self.assertEqual((result["status"], result["type"]), (1, "Exited"))
            self.assertEqual(result["message"], "the program exited with 3: no such city")
            self.assertEqual(result["stack"], "first\nno such city\n")
            self.assertEqual(invoker.stderr_now(), "first\nno such city\n")

    def test_fail_by_a_signal(self):
        with started(program("raise(SIGSEGV);")) as invoker:
            result = invoker.call()
            self.assertEqual((result["type"], result["message"]), ("Killed", "the program was killed by signal 11 (Segmentation fault)"))

    def test_much_on_standard_error_is_passed_on_and_its_end_kept(self):
        with started(program('for (int i = 0; i < 20000; i++) fprintf(stderr, "line %d\\n", i); return 1;')) as invoker:
            result = invoker.call()
            self.assertTrue(result["message"].endswith(": line 19999"))
            self.assertEqual(len(result["stack"]), 4096)
            self.assertEqual(len(invoker.stderr_now().splitlines()), 20_000)

    def test_do_not_wait_for_children_that_they_leave_behind(self):
        with started(program('if (fork() == 0) { sleep(3); _exit(0); } puts("done");')) as invoker:
            self.assertEqual(invoker.call()["body"], b"done\n")

    def test_have_no_descriptor_of_the_runtime(self):
        with started(program('execlp("ls", "ls", "-l", "/proc/self/fd", NULL);')) as invoker:
            listing = invoker.call()["body"].decode()
            self.assertIn("0 -> pipe", listing)
            self.assertNotRegex(listing, r" ([4-9]|\d\d+) -> |socket:|memfd")

    def test_one_that_may_not_be_executed_is_refused(self):
        with Invoker(COMMAND) as invoker:
            invoker.accept()
            invoker.welcome()
            write_executable(invoker, program(self.CAT), 0o644)
            kind, message = invoker.init({}, entry="main")[1:3]
            if os.getuid() != 0:
                self.assertEqual(kind, "LoadFailed")
            self.assertTrue(os.getuid() == 0 or "mode 755" in message)


@unittest.skipUnless(NATIVE, "native only")
@unittest.skipUnless(IN_IMAGE, "needs pids and /tmp of its own")
class QuietEnds(unittest.TestCase):
    def setUp(self):
        self.invoker = self.enterContext(start(of(functions.ACTS), page=True))

    def ends(self, name="count", value=None):
        number = self.invoker.start(json.dumps({"act": name, "value": value}).encode())
        self.invoker.result(number)
        return self.invoker.ending()

    def test_a_call_that_left_nothing(self):
        self.ends()
        self.assertEqual({self.ends() for _ in range(50)}, {"quiet"})
        self.assertEqual({self.ends("raise"), self.ends("bytes", 300_000)}, {"quiet"})

    def test_what_is_left_is_told(self):
        self.ends()
        for name, value in (("print", "x"), ("write", None), ("log", None), ("threads", None), ("fork", None), ("fds", None)):
            with self.subTest(name):
                self.assertEqual((self.ends(), self.ends(name, value)), ("quiet", "told"))

    def test_files(self):
        self.ends()
        self.assertEqual((self.ends("file"), self.ends("unlink"), self.ends()), ("told", "quiet", "quiet"))

    def test_the_bridge_has_the_last_word(self):
        self.ends()
        self.assertEqual(self.ends(), "quiet")
        self.invoker.forbid_quiet()
        self.assertEqual((self.ends(), self.ends()), ("told", "quiet"))
