// The context a handler is given: one call as its function sees it.
'use strict';

const { isUtf8 } = require('buffer');
const { format } = require('util');
const { Response } = require('./response');

// Functions may replace the global clock (test doubles do).
const { now } = Date;

const STDERR = 2;

const logger = loggerTo((line) => process.stderr.write(line));

function loggerTo(write) {
  const log = (level, words) => { write(`${level} ${format(...words)}\n`); };
  return {
    info: (...words) => log('INFO', words),
    warn: (...words) => log('WARN', words),
    error: (...words) => log('ERROR', words),
  };
}

/** What is the same for every call stands on the prototype; see `describeFunction`. */
class Context {
  #deadlineMs;
  #request;
  #headers;
  #call;
  #logger;

  constructor(call) {
    this.invocationId = call.invocationId;
    this.contentType = call.contentType;
    this.#deadlineMs = call.deadlineMs;
    this.#request = call.request;
    this.#call = call;
  }

  /** When the call is cut off, in seconds since the Unix epoch. */
  get deadline() {
    return this.#deadlineMs / 1000;
  }

  /** The request's headers by lower-case name, frozen; values of a repeated one are joined by ", ". */
  get headers() {
    return (this.#headers ??= parse(this.#request.headers()));
  }

  /** The bytes of the event as they were received. */
  get body() {
    return this.#request.body();
  }

  /** Milliseconds until the deadline, never below 0. */
  remainingMs() {
    return Math.max(0, this.#deadlineMs - now());
  }

  /** A result with another content type than its kind of value has. */
  response(body, contentType) {
    return new Response(body, contentType);
  }

  /** Its lines are the call's, wherever they are written. */
  get logger() {
    return (this.#logger ??= this.#call.isAmongOthers ? this.#ownLogger() : logger);
  }

  #ownLogger() {
    return loggerTo((line) => this.#call.log(STDERR, Buffer.from(line)) || process.stderr.write(line));
  }

  /** A directory for the call: its own one where others run beside it, gone when the call ends. */
  get scratch() {
    return this.#call.scratch();
  }
}

/** Without a prototype, so that no header is mistaken for a method, nor a method for a header. */
function parse(lines) {
  const values = new Map();
  let start = 0;
  for (let stop = lines.indexOf(10); stop >= 0; stop = lines.indexOf(10, start)) {
    const colon = lines.indexOf(58, start);
    const name = lines.latin1Slice(start, colon);
    const value = text(lines.subarray(colon + 2, stop));
    const known = values.get(name);
    if (known === undefined) values.set(name, [value]);
    else known.push(value);
    start = stop + 1;
  }
  const headers = Object.create(null);
  for (const [name, all] of values) headers[name] = all.join(', ');
  return Object.freeze(headers);
}

/** As UTF-8, which most senders mean; what is none is ISO-8859-1, as HTTP says. */
function text(bytes) {
  return isUtf8(bytes) ? bytes.utf8Slice() : bytes.latin1Slice();
}

/** `init` is what was registered with the function, null without it. */
function describeFunction({ function: name, revision, namespace, memoryMib }, init) {
  for (const [key, value] of Object.entries({ function: name, revision, namespace, memoryMib, init })) {
    Object.defineProperty(Context.prototype, key, { value, enumerable: true, configurable: true });
  }
}

module.exports = { Context, describeFunction };
