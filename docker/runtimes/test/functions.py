"""The functions the cases run, the same in each language."""

from acts import ACTS as ACTS

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
