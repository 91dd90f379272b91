"""The functions the cases run, the same in each language."""

ECHO = {
    "python3": {"hello.py": "def handle(event, context):\n    return event\n"},
    "nodejs": {"hello.js": "exports.handle = (event) => event;\n"},
    "java": {"hello.java": "Object handle(Object event) { return event; }\n"},
    "native": {
        "hello.c": "#include <hearth.h>\n"
        "int handle(void *state, hearth_call *call) { return hearth_append(call, call->event, call->event_size); }\n"
    },
}
KIND = {
    "python3": {"kind.py": "def handle(event, context):\n    return [type(event).__name__, repr(event)]\n"},
    "nodejs": {
        "kind.js": "exports.handle = (e) => [Buffer.isBuffer(e) ? 'Buffer' : e === null ? 'null' : typeof e,"
        " Buffer.isBuffer(e) ? e.toString('hex') : JSON.stringify(e)];\n"
    },
    "java": {
        "kind.java": "List<String> handle(Object e) {\n"
        "  return List.of(e == null ? \"null\" : e.getClass().getSimpleName(), e instanceof byte[] b ? Arrays.toString(b) : \"\" + e);\n}\n"
    },
}
# The event names what the function does; one source serves many cases.
ACTS = {
    "python3": {
        "acts.py": '''
import asyncio, os, sys, threading, errno
SEEN = []

class Wrong(Exception):
    pass

def deep(n):
    return deep(n + 1) + 1

async def later(value):
    await asyncio.sleep(0.01)
    return value

def handle(event, context):
    act = event["act"]
    if act == "raise":
        raise Wrong("broken on purpose")
    if act == "exit":
        sys.exit(3)
    if act == "kill":
        os._exit(9)
    if act == "async":
        return later(event["value"])
    if act == "deep":
        return deep(0)
    if act == "unserialisable":
        return {"a": {1, 2}}
    if act == "nan":
        return {"a": [None, float("nan")]}
    if act == "circular":
        a = []; a.append(a); return a
    if act == "nospace":
        try:
            raise OSError(errno.ENOSPC, "No space left on device")
        except OSError as e:
            raise Wrong("wrapped") from e
    if act == "print":
        print(event["value"])
        print("error line", file=sys.stderr)
        return len(event["value"])
    if act == "close":
        sys.stdout.close()
        return "closed"
    if act == "replace":
        sys.stdout = None
        return "replaced"
    if act == "bytes":
        return b"x" * event["value"]
    if act == "text":
        return "h\\u00e9llo"
    if act == "empty":
        return ""
    if act == "none":
        return None
    if act == "count":
        SEEN.append(1)
        return len(SEEN)
    if act == "context":
        return [context.invocation_id, context.function, context.revision, context.namespace, context.memory_mib,
                context.deadline, context.remaining_ms(), context.content_type]
    if act == "log":
        context.logger.info("a %s line", "logged")
    if act == "env":
        return [os.environ.get("GREETING"), os.getcwd(), os.environ.get("HEARTH_CONTROL_FD"), os.environ.get("HEARTH_SOCKET")]
    if act == "fds":
        import subprocess
        return subprocess.check_output(["sh", "-c", "ls -l /proc/self/fd"], close_fds=False).decode()
    if act == "fork":
        if os.fork() == 0:
            return "from the child"
        os.wait()
        return "from the parent"
    if act == "sleep":
        import time; time.sleep(event["value"])
        return "slept"
    if act == "hours":
        import time; return time.localtime(0).tm_hour
    if act == "mutate":
        event["value"] = "changed"
        return event
'''
    },
    "nodejs": {
        "acts.js": '''
const fs = require('fs');
let seen = 0;
class Wrong extends Error {}
const deep = (n) => deep(n + 1) + 1;
const sleep = (ms) => new Promise((ok) => setTimeout(ok, ms));
exports.handle = (event, context) => {
  const { act, value } = event;
  if (act === 'raise') throw new Wrong('broken on purpose');
  if (act === 'reject') return sleep(5).then(() => { throw new Wrong('broken later'); });
  if (act === 'throw later') { setTimeout(() => { throw new Wrong('broken elsewhere'); }, 5); return new Promise(() => {}); }
  if (act === 'unhandled') { Promise.reject(new Wrong('nobody listens')); return new Promise(() => {}); }
  if (act === 'stray') { setTimeout(() => { throw new Wrong('too late'); }, 50); return 'done'; }
  if (act === 'string') throw 'just a string';
  if (act === 'exit') process.exit(3);
  if (act === 'kill') process.exit(9);
  if (act === 'async') return sleep(10).then(() => value);
  if (act === 'deep') return deep(0);
  if (act === 'unserialisable') return { a: 10n };
  if (act === 'function') return () => 1;
  if (act === 'nan') return { a: [null, NaN] };
  if (act === 'circular') { const a = []; a.push(a); return a; }
  if (act === 'nospace') throw new Wrong('wrapped', { cause: Object.assign(new Error('no space'), { code: 'ENOSPC' }) });
  if (act === 'print') { console.log(value); console.error('error line'); return value.length; }
  if (act === 'close') { process.stdout.end(); process.stdout.destroy(); return 'closed'; }
  if (act === 'replace') { process.stdout.write = () => true; return 'replaced'; }
  if (act === 'bytes') return Buffer.alloc(value, 'x');
  if (act === 'text') return 'h\\u00e9llo';
  if (act === 'empty') return '';
  if (act === 'none') return undefined;
  if (act === 'count') return ++seen;
  if (act === 'context') {
    return [context.invocationId, context.function, context.revision, context.namespace, context.memoryMib,
      context.deadline, context.remainingMs(), context.contentType];
  }
  if (act === 'log') return context.logger.info('a %s line', 'logged');
  if (act === 'env') {
    const { GREETING = null, HEARTH_CONTROL_FD = null, HEARTH_SOCKET = null } = process.env;
    return [GREETING, process.cwd(), HEARTH_CONTROL_FD, HEARTH_SOCKET];
  }
  if (act === 'fds') return require('child_process').execFileSync('sh', ['-c', 'ls -l /proc/self/fd']).toString();
  if (act === 'fork') {
    fs.writeFileSync(`${process.env.TMPDIR || '/tmp'}/child.js`, 'process.send(process.argv[2])');
    const child = require('child_process').fork(`${process.env.TMPDIR || '/tmp'}/child.js`, ['from the parent']);
    return new Promise((ok, no) => { child.on('message', ok); child.on('exit', (c) => c && no(new Error(`child ${c}`))); });
  }
  if (act === 'sleep') return sleep(value * 1000).then(() => 'slept');
  if (act === 'hours') return new Date(0).getHours();
  if (act === 'mutate') { event.value = 'changed'; return event; }
  throw new Error(act);
};
'''
    },
    "java": {
        "acts.java": '''
import dev.hearth.function.Context;
import dev.hearth.function.Response;

class Wrong extends RuntimeException {
  Wrong(String message, Throwable cause) { super(message, cause); }
}
record Pair(String left, Optional<Integer> right) {}
int seen;
List<Object> kept = new ArrayList<>();
int deep(int n) { return deep(n + 1) + 1; }

Object handle(Map<String, Object> event, Context context) throws Exception {
  Object value = event.get("value");
  return switch ((String) event.get("act")) {
    case "raise" -> throw new Wrong("broken on purpose", null);
    case "exit" -> { System.exit(3); yield null; }
    case "kill" -> { Runtime.getRuntime().halt(9); yield null; }
    case "async" -> CompletableFuture.supplyAsync(() -> value);
    case "deep" -> deep(0);
    case "unserialisable" -> Map.of("a", new Object());
    case "nan" -> Map.of("a", Arrays.asList(null, Double.NaN));
    case "circular" -> { var a = new ArrayList<Object>(); a.add(a); yield a; }
    case "nospace" -> throw new Wrong("wrapped", new IOException("f: No space left on device"));
    case "print" -> {
      System.out.println(value);
      System.err.println("error line");
      yield ((String) value).length();
    }
    case "close" -> { System.out.close(); yield "closed"; }
    case "replace" -> { System.setOut(new PrintStream(OutputStream.nullOutputStream())); yield "replaced"; }
    case "bytes" -> { byte[] x = new byte[(int) value]; Arrays.fill(x, (byte) 'x'); yield x; }
    case "text" -> "h\\u00e9llo";
    case "empty" -> "";
    case "none" -> null;
    case "count" -> ++seen;
    case "context" -> List.of(context.invocationId(), context.function(), context.revision(), context.namespace(),
        context.memoryMib(), context.deadline().toEpochMilli() / 1000.0, context.remainingMs(), context.contentType());
    case "log" -> { context.logger().info("a logged line"); yield null; }
    case "env" -> Arrays.asList(System.getenv("GREETING"), context.code().toString(),
        System.getenv("HEARTH_CONTROL_FD"), System.getenv("HEARTH_SOCKET"));
    case "fds" -> output("ls -l /proc/self/fd");
    case "fork" -> output("printf 'from the parent'");
    case "child env" -> output("echo $GREETING ${HEARTH_SOCKET:-none}");
    case "sleep" -> { Thread.sleep((long) (1000 * ((Number) value).doubleValue())); yield "slept"; }
    case "hours" -> java.time.ZonedDateTime.ofInstant(java.time.Instant.EPOCH, java.time.ZoneId.systemDefault()).getHour();
    case "mutate" -> { event.put("value", "changed"); yield event; }
    case "body" -> new Response(context.body(), "image/png");
    case "records" -> List.of(new Pair("a", Optional.of(1)), new Pair("b", Optional.empty()), new int[] {1, 2}, 'c');
    case "heap" -> { while (true) kept.add(new long[1 << 20]); }
    case "huge" -> new int[Integer.MAX_VALUE].length;
    case "interrupt" -> {
      Thread call = Thread.currentThread();
      new Thread(() -> { for (int i = 0; i < 200; i++) call.interrupt(); }).start();
      yield new byte[300_000];
    }
    case "interrupted" -> Thread.currentThread().isInterrupted();
    case "thread" -> {
      Thread thread = new Thread(() -> { throw new Wrong("elsewhere", null); });
      thread.start();
      thread.join();
      yield "done";
    }
    default -> throw new IllegalArgumentException("" + event);
  };
}

ProcessBuilder of(String command) {
  ProcessBuilder child = new ProcessBuilder("sh", "-c", command);
  child.environment();
  return child;
}

String output(String command) throws Exception {
  Process process = of(command).start();
  return new String(process.getInputStream().readAllBytes());
}
'''
    },
    "native": {
        "acts.c": r'''
#include <hearth.h>
#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static int seen;
static hearth_call *kept;

static const char *value(hearth_call *call) { return strstr((const char *)call->event, "\"value\": ") + 9; }

static int print(hearth_call *call)
{
    const char *text = value(call) + 1;
    size_t size = strchr(text, '"') - text;
    char number[24];

    printf("%.*s\n", (int)size, text);
    fprintf(stderr, "error line\n");
    snprintf(number, sizeof number, "%zu", size);
    return hearth_append_text(call, number);
}

static int bytes(hearth_call *call)
{
    size_t size = atol(value(call));
    char *data = malloc(size);

    memset(data, 'x', size);
    hearth_append(call, data, size);
    free(data);
    return 0;
}

static int context(hearth_call *call)
{
    struct timespec now;
    char text[1000];

    clock_gettime(CLOCK_REALTIME, &now);
    snprintf(text, sizeof text, "[\"%s\", \"%s\", \"%s\", \"%s\", %u, %.3f, %lld, \"%s\"]", call->invocation_id,
             call->function->name, call->function->revision, call->function->name_space, call->function->memory_mib,
             call->deadline_ms / 1e3, (long long)(call->deadline_ms - (now.tv_sec * 1000LL + now.tv_nsec / 1000000)),
             call->content_type);
    return hearth_append_text(call, text);
}

static int env(hearth_call *call)
{
    const char *names[] = {"GREETING", NULL, "HEARTH_CONTROL_FD", "HEARTH_SOCKET"};

    hearth_append_text(call, "[");
    for (int i = 0; i < 4; i++) {
        const char *text = names[i] ? getenv(names[i]) : getcwd(NULL, 0);

        if (text) { hearth_append_text(call, "\""); hearth_append_text(call, text); hearth_append_text(call, "\""); }
        else hearth_append_text(call, "null");
        hearth_append_text(call, i < 3 ? "," : "]");
    }
    return 0;
}

static int fds(hearth_call *call)
{
    char text[4096];
    FILE *listing = popen("ls -l /proc/self/fd", "r");

    while (fgets(text, sizeof text, listing)) hearth_append_text(call, text);
    pclose(listing);
    return 0;
}

static void *append_later(void *call)
{
    usleep(50000);
    seen += 100 * (hearth_append(call, "late", 4) == -1);
    return NULL;
}

static void *append_now(void *call)
{
    for (int i = 0; i < 1000; i++) hearth_append(call, "0123456789", 10);
    return NULL;
}

static int threads(hearth_call *call, int count)
{
    pthread_t each[8];

    for (int i = 0; i < count; i++) pthread_create(&each[i], NULL, append_now, call);
    for (int i = 0; i < count; i++) pthread_join(each[i], NULL);
    return 0;
}

static int nested(hearth_call *call)
{
    hearth_request request = {"other", "text/plain", "x", 1};
    hearth_reply reply;
    int answer = hearth_invoke(call, &request, &reply);

    hearth_append_text(call, answer == -1 ? reply.error_type : "?");
    hearth_release(call, &reply);
    return 0;
}

static int headers(hearth_call *call)
{
    size_t size;
    const char *found = hearth_header(call, "x-b", &size);

    hearth_append_text(call, call->headers);
    return found ? hearth_append(call, found, size) : hearth_append_text(call, "none");
}

/* Not a tail call. */
__attribute__((noinline)) static int deep(volatile char *above) { volatile char here[1000]; here[0] = above ? *above : 1; return deep(here) + here[0]; }

int handle(void *state, hearth_call *call)
{
    char act[32] = "", text[64] = "";
    pthread_t thread;

    sscanf((const char *)call->event, "{\"act\": \"%31[^\"]", act);
    if (!*act) sscanf((const char *)call->event, "{\"act\":\"%31[^\"]", act);
#define ACT(name) if (strcmp(act, name) == 0)
    ACT("raise") return hearth_fail(call, "Wrong", "broken on purpose");
    ACT("number") return 42;
    ACT("exit") exit(3);
    ACT("kill") _exit(9);
    ACT("abort") abort();
    ACT("segv") return *(volatile int *)(uintptr_t)16;
    ACT("deep") return deep(NULL);
    ACT("nospace") return hearth_fail(call, "Wrong", strerror(ENOSPC));
    ACT("print") return print(call);
    ACT("close") { fclose(stdout); close(1); return 0; }
    ACT("close all") { for (int i = 3; i < 64; i++) close(i); return 0; }
    ACT("bytes") return bytes(call);
    ACT("count") { snprintf(text, sizeof text, "%d", ++seen); return hearth_append_text(call, text); }
    ACT("context") return context(call);
    ACT("log") return hearth_log(call, "INFO", "a logged line");
    ACT("env") return env(call);
    ACT("fds") return fds(call);
    ACT("fork") {
        if (fork() == 0) return hearth_append_text(call, "from the child");
        wait(NULL);
        return hearth_append_text(call, "from the parent");
    }
    ACT("sleep") { usleep(1e6 * atof(value(call))); return 0; }
    ACT("hours") { time_t zero = 0; snprintf(text, sizeof text, "%d", localtime(&zero)->tm_hour); return hearth_append_text(call, text); }
    ACT("type") return hearth_set_content_type(call, "text/html; charset=utf-8") + hearth_append_text(call, "<p>");
    ACT("wrong type") { hearth_set_content_type(call, "none\r\nx: y"); return 0; }
    ACT("threads") return threads(call, 8);
    ACT("late") { kept = call; pthread_create(&thread, NULL, append_later, kept); pthread_detach(thread); return 0; }
    ACT("nested") return nested(call);
    ACT("headers") return headers(call);
    ACT("file") { fclose(fopen("/tmp/f", "w")); return 0; }
    ACT("unlink") { unlink("/tmp/f"); return 0; }
    ACT("write") return write(1, "x", 1) - 1;
    ACT("huge") { hearth_append(call, "x", (size_t)2 << 30); return 0; }
    return hearth_fail(call, "NoSuchAct", act);
}
'''
    },
}
# Tells of the request what the event asks for; a text event is passed by.
REQUEST = {
    "python3": {
        "request.py": '''
KEPT = []

def handle(event, context):
    KEPT.append(context)
    headers = context.headers
    if event == "body":
        return context.body
    if event == "same":
        return [headers is context.headers, context.body is context.body]
    if event == "change":
        headers["x-a"] = "changed"
    if event == "odd":
        return [headers.get("constructor"), headers.get("__proto__"), headers.get("X-A"), len(headers)]
    if event == "kept":
        return [[c.headers.get("x-a"), c.body.decode()] for c in KEPT]
    if isinstance(event, bytes):
        return event == context.body
    return dict(headers)
'''
    },
    "nodejs": {
        "request.js": '''
'use strict';
const kept = [];
exports.handle = (event, context) => {
  kept.push(context);
  const { headers } = context;
  if (event === 'body') return context.body;
  if (event === 'same') return [headers === context.headers, context.body === context.body];
  if (event === 'change') headers['x-a'] = 'changed';
  if (event === 'odd') return [headers.constructor ?? null, headers['__proto__'] ?? null, headers['X-A'] ?? null, Object.keys(headers).length];
  if (event === 'kept') return kept.map((c) => { try { return [c.headers['x-a'] ?? null, c.body.toString()]; } catch (e) { return e.message; } });
  if (Buffer.isBuffer(event)) return event.equals(context.body);
  return headers;
};
'''
    },
    "java": {
        "request.java": '''
import dev.hearth.function.Context;
List<Context> kept = new ArrayList<>();
Object handle(Object event, Context context) {
  kept.add(context);
  var headers = context.headers();
  if ("body".equals(event)) return context.body();
  if ("same".equals(event)) return List.of(headers == context.headers(), context.body() == context.body());
  if ("change".equals(event)) headers.put("x-a", "changed");
  if ("odd".equals(event)) return Arrays.asList(headers.get("constructor"), headers.get("__proto__"), headers.get("X-A"), headers.size());
  if ("kept".equals(event)) return kept.stream().map(c -> Arrays.asList(c.headers().get("x-a"), new String(c.body()))).toList();
  if (event instanceof byte[] bytes) return bytes == context.body();
  return headers;
}
'''
    },
}
# Reads the request only after a turn of the event loop.
REQUEST_LATER = {
    "python3": {
        "later.py": "import asyncio\nasync def handle(event, context):\n    await asyncio.sleep(0.01)\n"
        "    return [context.headers['x-a'], len(context.body), context.body[-3:].decode()]\n"
    },
    "nodejs": {
        "later.js": "exports.handle = async (event, context) => {\n  await new Promise((ok) => setTimeout(ok, 10));\n"
        "  return [context.headers['x-a'], context.body.length, context.body.toString('latin1').slice(-3)];\n};\n"
    },
    "java": {
        "later.java": "import dev.hearth.function.Context;\nObject handle(Object event, Context context) throws Exception {\n"
        "  String body = new String(context.body());\n"
        "  return List.of(context.headers().get(\"x-a\"), body.length(), body.substring(Math.max(0, body.length() - 3)));\n}\n"
    },
}
RESPONSE = {
    "python3": {
        "response.py": "from hearth import Response\nBODIES = {'bytes': b'\\x89PNG', 'text': '<p>\u00e9', 'json': {'a': 1}, 'large': b'x' * 300_000}\n"
        "def handle(event, context):\n    kind, content_type = event\n"
        "    return Response(Response('', 'a/b') if kind == 'nested' else BODIES[kind], content_type=content_type)\n"
    },
    "nodejs": {
        "response.js": "const bodies = { bytes: Buffer.from('\\x89PNG', 'latin1'), text: '<p>\u00e9', json: { a: 1 }, large: Buffer.alloc(300_000, 'x') };\n"
        "exports.handle = ([kind, type], context) =>\n"
        "  context.response(kind === 'nested' ? context.response('', 'a/b') : bodies[kind], type);\n"
    },
    "java": {
        "response.java": '''
import dev.hearth.function.Response;
Object handle(List<Object> event) throws Exception {
  Object body = switch ((String) event.get(0)) {
    case "bytes" -> "\\u0089PNG".getBytes("ISO-8859-1");
    case "text" -> "<p>\\u00e9";
    case "json" -> Map.of("a", 1);
    case "large" -> "x".repeat(300_000).getBytes();
    default -> new Response("", "a/b");
  };
  return new Response(body, (String) event.get(1));
}
'''
    },
}
ARCHIVE = {
    "python3": {
        "main.py": "from vendored import name\nimport lib.part\ndef handle(event, context):\n    return name + lib.part.suffix\n",
        "lib/__init__.py": "",
        "lib/part.py": "suffix = ' and part'\ndef other(event, context):\n    return 'other'\n",
        "vendored/__init__.py": "name = 'vendored'\n",
    },
    "nodejs": {
        "main.js": "const { name } = require('vendored');\nconst { suffix } = require('./lib/part');\n"
        "exports.handle = () => name + suffix;\n",
        "lib/part.js": "exports.suffix = ' and part';\nexports.other = () => 'other';\n",
        "node_modules/vendored/package.json": '{"main": "v.js"}',
        "node_modules/vendored/v.js": "exports.name = 'vendored';\n",
    },
    "java": {
        "Main.java": "import vendored.Names;\npublic class Main {\n"
        "  public String handle(Object event) { return Names.NAME + lib.part.SUFFIX; }\n}\n",
        "lib/part.java": "package lib;\npublic class part {\n  static final String SUFFIX0 = \"\";\n"
        "  public static final String SUFFIX = \" and part\";\n  static String other() { return \"other\"; }\n}\n",
        "vendored/Names.java": "package vendored;\npublic interface Names { String NAME = \"vendored\"; }\n",
    },
    "native": {
        "main.c": '#include <hearth.h>\nint handle(void *state, hearth_call *call) { return hearth_append_text(call, "vendored and part"); }\n',
        "lib/part.c": '#include <hearth.h>\nint other(void *state, hearth_call *call) { return hearth_append_text(call, "other"); }\n',
    },
}
SYNTAX_ERROR = {
    "python3": {"bad.py": "x = 1\n\ndef handle(event, context:\n    pass\n"},
    "nodejs": {"bad.js": "const x = 1;\n\nexports.handle = (event => {;\n"},
    "java": {"bad.java": "int x = 1;\n\nObject handle(Object event {\n  return 1;\n}\n"},
}
IMPORT_ERROR = {
    "python3": {"bad.py": "import os\nimport nothing_like_this\n"},
    "nodejs": {"bad.js": "const x = 1;\nrequire('nothing_like_this');\n"},
    "java": {"bad.java": "import java.util.List;\nimport nothing_like_this.Thing;\nObject handle() { return 1; }\n"},
}
RAISES_AT_IMPORT = {
    "python3": {"bad.py": "def f():\n    raise ValueError('at import')\n\nf()\n"},
    "nodejs": {"bad.js": "function f() {\n  throw new RangeError('at import');\n}\nf();\n"},
    "java": {
        "bad.java": "class Bad {\n  static int f() { throw new IllegalStateException(\"at import\"); }\n"
        "  static final int X = f();\n  static int handle() { return X; }\n}\n"
    },
}
EXITS_AT_IMPORT = {"python3": {"bad.py": "import sys\nsys.exit('enough')\n"}}
PRINTS_AT_IMPORT = {
    "python3": {"p.py": "print('loading', end='')\ndef handle(e, c):\n    return 1\n"},
    "nodejs": {"p.js": "process.stdout.write('loading');\nexports.handle = () => 1;\n"},
    "java": {"p.java": "class P {\n  static { System.out.print(\"loading\"); }\n  int handle() { return 1; }\n}\n"},
    "native": {
        "p.c": "#include <hearth.h>\n#include <stdio.h>\n__attribute__((constructor)) static void loading(void) { printf(\"loading\"); }\n"
        "int handle(void *state, hearth_call *call) { return 0; }\n"
    },
}
ASYNC = {
    "python3": {
        "a.py": "import asyncio\nloops = set()\nasync def handle(event, context):\n    await asyncio.sleep(0)\n"
        "    loops.add(id(asyncio.get_running_loop()))\n    if event == 'exit': raise SystemExit(4)\n"
        "    if event: raise KeyError('gone')\n    return len(loops)\n"
    },
    "nodejs": {"a.js": "exports.handle = async (event) => { await null; if (event) throw new TypeError('gone'); return 1; };\n"},
    "java": {
        "a.java": "java.util.concurrent.Future<Integer> handle(Object event) {\n"
        "  return CompletableFuture.supplyAsync(() -> {\n"
        "    if (!event.equals(0)) throw new NoSuchElementException(\"gone\");\n    return 1;\n  });\n}\n"
    },
}
SHADOWS_STANDARD_LIBRARY = {
    "python3": {"json.py": "def handle(event, context):\n    import json\n    return json.dumps([__name__])\n"},
    "nodejs": {"fs.js": "exports.handle = () => JSON.stringify([typeof require('fs').readFileSync]);\n"},
    "java": {"String.java": "class String {\n  static java.lang.String handle() { return java.lang.String.valueOf(List.of(1)); }\n}\ninterface List { static int of(int n) { return n; } }\n"},
}
MODULES = {
    "suffix": {"m.mjs": "import os from 'os';\nexport const handle = async (e) => [e, typeof os.cpus, import.meta.url.endsWith('m.mjs')];\n"},
    "package": {"package.json": '{"type": "module"}', "main.js": "import { x } from './x.js';\nexport function handle() { return x; }\n", "x.js": "export const x = 5;\n"},
    "default": {"d.mjs": "export default { handle: () => 6 };\n"},
}
MODULE_SYNTAX_ERROR = {"bad.mjs": "const x = 1;\nexport const handle = = 1;\n"}
MODULE_IMPORT_ERROR = {"bad.mjs": "import x from 'nothing_like_this';\nexport const handle = () => x;\n"}
