// The runtime's life: hello, init, then one call after the other.
'use strict';

const output = require('./output');
const frames = require('./frames');
const payload = require('./payload');
const errors = require('./errors');
const { Connection } = require('./connection');
const { Context } = require('./context');
const { Control } = require('./control');
const { leave, EXIT_PROTOCOL, EXIT_REFUSED } = require('./exits');
const { Request } = require('./request');
const { load, codeDirectory } = require('./loading');

const RUNTIME = 'nodejs';
const DEFAULT_SOCKET = '/hearth/run/s';
const DEFAULT_GRACE_SECONDS = 30;
// Credit is granted when this part of the window has been taken: few frames, and the sender never waits.
const CREDIT_PART = 4;
const FUNCTION_RAISED = 1;

const { KIND } = frames;

function main() {
  output.prepare();
  const { HEARTH_SOCKET, HEARTH_CONTROL_FD, HEARTH_ADOPT_GRACE } = process.env;
  delete process.env.HEARTH_SOCKET;
  delete process.env.HEARTH_CONTROL_FD;
  delete process.env.HEARTH_CALLS_FD;
  const control = new Control(HEARTH_CONTROL_FD ? Number(HEARTH_CONTROL_FD) : undefined);
  const graceMs = 1000 * Number(HEARTH_ADOPT_GRACE || DEFAULT_GRACE_SECONDS);
  new Runtime(HEARTH_SOCKET || DEFAULT_SOCKET, graceMs, control).serve();
}

/** Holds at most one function and runs at most one call. */
class Runtime {
  #connection;
  #control;
  #handler;
  #loading = false;
  #revision = '';
  #window = 0;
  #completed = 0;
  #incoming; // the call whose event is still arriving
  #call; // the call that runs or whose result is being sent

  constructor(path, graceMs, control) {
    this.#control = control;
    this.#connection = new Connection(path, graceMs, {
      greet: () => frames.hello(RUNTIME, this.#revision, this.#call ? [this.#call.number] : [], this.#completed),
      take: (kind, number, data) => this.#take(kind, number, data),
      lost: () => this.#lost(),
    });
  }

  serve() {
    process.on('uncaughtException', (error) => this.#uncaught(error));
    process.on('unhandledRejection', (reason) => this.#uncaught(reason));
    this.#connection.dial();
  }

  #take(kind, number, data) {
    switch (kind) {
      case KIND.welcome: this.#window = data.readUInt32BE(frames.HEADER_BYTES + 1); break;
      case KIND.refuse: leave(EXIT_REFUSED, frames.readString(data, frames.HEADER_BYTES)[0]); break;
      case KIND.init: this.#init(frames.readInit(data)); break;
      case KIND.run: this.#run(number, data); break;
      case KIND.data: this.#eventPart(number, data); break;
      case KIND.end: this.#ended(number, data[frames.HEADER_BYTES]); break;
      case KIND.credit: this.#credit(number, data.readUInt32BE(frames.HEADER_BYTES)); break;
      default: // of a newer minor version
    }
  }

  async #init(init) {
    let failure;
    this.#loading = true;
    try {
      this.#handler = await load(init);
      this.#revision = init.revision;
    } catch (e) {
      failure = errors.describeLoad(e, codeDirectory(init));
    }
    this.#loading = false;
    this.#connection.write(frames.initResult(failure));
    this.#control.initDone();
  }

  #run(number, data) {
    if (this.#call || this.#incoming) throw new frames.ProtocolError(`run ${number} before the call before it was over`);
    const call = { number, ended: false, sending: false, lost: false, allowed: 0, ...frames.readRun(data) };
    call.request = new Request(data, call.headersAt, call.bodyAt);
    if (!call.more) {
      this.#start(call);
      return;
    }
    call.request.own();
    const first = call.request.body();
    this.#incoming = { call, parts: [first], taken: first.length };
  }

  #eventPart(number, data) {
    const incoming = this.#incoming;
    if (incoming?.call.number !== number) return;
    const part = Buffer.from(data.subarray(frames.HEADER_BYTES));
    incoming.parts.push(part);
    incoming.taken += part.length;
    if (incoming.taken >= Math.floor(this.#window / CREDIT_PART)) {
      this.#connection.write(frames.credit(number, incoming.taken));
      incoming.taken = 0;
    }
  }

  #ended(number, status) {
    const incoming = this.#incoming;
    if (incoming?.call.number === number) {
      this.#incoming = undefined;
      if (status === frames.COMPLETE) {
        incoming.call.request.setBody(Buffer.concat(incoming.parts));
        this.#start(incoming.call);
      }
    } else if (this.#call?.number === number && this.#call.sending) {
      this.#connection.write(frames.end(number, frames.BROKEN_OFF), () => this.#over(this.#call));
    }
  }

  #credit(number, bytes) {
    if (this.#call?.number !== number || !this.#call.sending) return;
    this.#call.allowed += bytes;
    this.#sendParts(this.#call);
  }

  #start(call) {
    const { request } = call;
    this.#control.awaitClean();
    this.#call = call;
    try {
      const event = payload.event(call.contentType, request);
      const value = (0, this.#handler)(event, new Context(call.invocationId, call.contentType, call.deadlineMs, request));
      if (typeof value?.then === 'function') {
        request.own();
        Promise.resolve(value).then((v) => this.#succeed(call, v), (e) => this.#fail(call, e));
      } else {
        this.#succeed(call, value);
      }
    } catch (e) {
      this.#fail(call, e);
    } finally {
      request.close();
    }
  }

  #succeed(call, value) {
    if (call.ended) return;
    let answer;
    try {
      answer = payload.result(value);
    } catch (e) {
      this.#fail(call, e);
      return;
    }
    call.ended = true;
    const { kind, body } = answer;
    const isText = typeof body === 'string';
    const size = isText ? Buffer.byteLength(body) : body.length;
    if (size > frames.INLINE_BYTES) {
      this.#sendFirst(call, kind, isText ? Buffer.from(body) : Buffer.from(body.buffer, body.byteOffset, size));
      return;
    }
    const out = kind.head(call.number, size, 0, size);
    if (isText) out.utf8Write(body, kind.bodyAt, size);
    else out.set(body, kind.bodyAt);
    this.#send(call, out);
  }

  #fail(call, error) {
    if (call.ended) return;
    call.ended = true;
    const failed = error instanceof payload.Unacceptable
      ? frames.failedResult(call.number, error.status, 0, { type: error.type, message: error.message, stack: '' })
      : frames.failedResult(call.number, FUNCTION_RAISED, errors.detail(error), errors.describe(error));
    this.#send(call, failed);
  }

  #send(call, data) {
    if (call.lost) this.#over(call);
    else this.#connection.write(data, () => this.#over(call));
  }

  #sendFirst(call, kind, body) {
    if (call.lost) {
      this.#over(call);
      return;
    }
    const size = Math.min(frames.INLINE_BYTES, this.#window);
    const out = kind.head(call.number, body.length, 1, size);
    body.copy(out, kind.bodyAt, 0, size);
    call.rest = body.subarray(size);
    call.allowed = this.#window - size;
    call.sending = true;
    this.#connection.write(out);
    this.#sendParts(call);
  }

  /** As much as credit allows; runs again when more is granted. */
  #sendParts(call) {
    while (call.rest.length > 0 && call.allowed > 0) {
      const part = call.rest.subarray(0, Math.min(frames.DATA_BYTES, call.allowed));
      call.rest = call.rest.subarray(part.length);
      call.allowed -= part.length;
      this.#connection.write(frames.frame(KIND.data, call.number, part));
    }
    if (call.rest.length > 0) return;
    call.sending = false;
    this.#connection.write(frames.end(call.number, frames.COMPLETE), () => this.#over(call));
  }

  /** All output is in the pipes by now: every write of it is synchronous. */
  #over(call) {
    if (this.#call !== call) return;
    this.#call = undefined;
    this.#control.callOver(++this.#completed);
  }

  /** A call that still runs goes on, but its result has nowhere to go. */
  #lost() {
    this.#incoming = undefined;
    const call = this.#call;
    if (!call) return;
    call.lost = true;
    if (call.ended) this.#over(call);
  }

  #uncaught(error) {
    if (error instanceof frames.ProtocolError) leave(EXIT_PROTOCOL, `protocol error: ${error.message}`);
    if (this.#call && !this.#call.ended) {
      this.#fail(this.#call, error);
      return;
    }
    const { type, message, stack } = errors.describe(error);
    const when = this.#loading ? 'while the code was loaded' : 'outside a call';
    output.write(2, `uncaught ${when}: ${stack || `${type}: ${message}`}\n`);
  }
}

module.exports = { main };
