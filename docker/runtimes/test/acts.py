"""The function that most cases run, in each language."""

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
