// The runtime's life: hello, init, then calls: one after the other, or several at once.
'use strict';

const output = require('./output');
const frames = require('./frames');
const payload = require('./payload');
const errors = require('./errors');
const scope = require('./scope');
const scratch = require('./scratch');
const { Call } = require('./call');
const { Connection } = require('./connection');
const { Context } = require('./context');
const { Control } = require('./control');
const { leave, EXIT_PROTOCOL, EXIT_REFUSED } = require('./exits');
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

/** Holds at most one function and runs at most `concurrency` calls. */
class Runtime {
  #connection;
  #control;
  #handler;
  #loading = false;
  #revision = '';
  #window = 0;
  #concurrency = 1;
  #latest = 0; // highest number of a call that was started
  #completed = 0; // all calls up to this one are over, and the bridge was told
  #calls = new Map(); // by number: those that arrive, run, or whose result is being sent

  constructor(path, graceMs, control) {
    this.#control = control;
    this.#connection = new Connection(path, graceMs, {
      greet: () => frames.hello(RUNTIME, this.#revision, [...this.#calls.keys()], this.#completed),
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
    this.#concurrency = init.concurrency;
    if (init.concurrency > 1) {
      scope.follow();
      scratch.share();
    }
    try {
      this.#handler = await load(init);
      this.#revision = init.revision;
    } catch (e) {
      failure = errors.describeLoad(e, codeDirectory(init));
    }
    this.#loading = false;
    this.#connection.write(frames.initResult(failure));
    this.#control.initDone(this.#concurrency);
  }

  #run(number, data) {
    if (this.#calls.size >= this.#concurrency) {
      throw new frames.ProtocolError(`run ${number} beside as many calls as may run: ${[...this.#calls.keys()]}`);
    }
    const call = new Call(number, data, this.#concurrency > 1 ? this.#connection : undefined);
    this.#calls.set(number, call);
    if (call.more) call.arrive();
    else this.#start(call);
  }

  #eventPart(number, data) {
    const call = this.#calls.get(number);
    if (!call?.arriving) return;
    const part = Buffer.from(data.subarray(frames.HEADER_BYTES));
    const taken = call.take(part, Math.floor(this.#window / CREDIT_PART));
    if (taken > 0) this.#connection.write(frames.credit(number, taken));
  }

  #ended(number, status) {
    const call = this.#calls.get(number);
    if (call?.arriving) {
      if (status === frames.COMPLETE) {
        call.arrived();
        this.#start(call);
      } else {
        this.#calls.delete(number);
        this.#rest();
      }
    } else if (call?.sending) {
      this.#connection.write(frames.end(number, frames.BROKEN_OFF), () => this.#over(call));
    }
  }

  #credit(number, bytes) {
    const call = this.#calls.get(number);
    if (!call?.sending) return;
    call.allowed += bytes;
    this.#sendParts(call);
  }

  #start(call) {
    this.#control.awaitClean();
    this.#latest = Math.max(this.#latest, call.number);
    scope.run(call, () => this.#invoke(call));
  }

  #invoke(call) {
    const { request } = call;
    try {
      const event = payload.event(call.contentType, request);
      const value = (0, this.#handler)(event, new Context(call));
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
    call.flush();
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
    call.flush();
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

  /** All output is in the pipes by now, or went before the result: every write of it is synchronous. */
  #over(call) {
    if (call.over) return;
    call.close();
    this.#calls.delete(call.number);
    this.#rest();
  }

  /** The bridge cleans up when no call runs. */
  #rest() {
    if (this.#calls.size > 0 || this.#latest === this.#completed) return;
    this.#completed = this.#latest;
    this.#control.callOver(this.#completed);
  }

  /** Calls that still run go on, but their results have nowhere to go. */
  #lost() {
    for (const call of [...this.#calls.values()]) {
      if (call.arriving) {
        this.#calls.delete(call.number);
        continue;
      }
      call.lost = true;
      if (call.ended) this.#over(call);
    }
    this.#rest();
  }

  #uncaught(error) {
    if (error instanceof frames.ProtocolError) leave(EXIT_PROTOCOL, `protocol error: ${error.message}`);
    const call = this.#concurrency > 1 ? scope.current() : this.#only();
    if (call && !call.ended) {
      this.#fail(call, error);
      return;
    }
    const { type, message, stack } = errors.describe(error);
    const when = this.#loading ? 'while the code was loaded' : 'outside a call';
    output.write(2, `uncaught ${when}: ${stack || `${type}: ${message}`}\n`);
  }

  #only() {
    return [...this.#calls.values()].find((call) => !call.arriving);
  }
}

module.exports = { main };
