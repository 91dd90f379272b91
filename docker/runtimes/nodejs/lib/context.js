// The context a handler is given: one call as its function sees it.
'use strict';

const { isUtf8 } = require('buffer');
const { format } = require('util');
const { Response } = require('./response');

// Functions may replace the global clock (test doubles do).
const { now } = Date;

const logger = {
  info: (...words) => log('INFO', words),
  warn: (...words) => log('WARN', words),
  error: (...words) => log('ERROR', words),
};

function log(level, words) {
  process.stderr.write(`${level} ${format(...words)}\n`);
}

/** What is the same for every call stands on the prototype; see `describeFunction`. */
class Context {
  #deadlineMs;
  #request;
  #headers;

  constructor(invocationId, contentType, deadlineMs, request) {
    this.invocationId = invocationId;
    this.contentType = contentType;
    this.#deadlineMs = deadlineMs;
    this.#request = request;
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

  get logger() {
    return logger;
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

function describeFunction({ function: name, revision, namespace, memoryMib }) {
  for (const [key, value] of Object.entries({ function: name, revision, namespace, memoryMib })) {
    Object.defineProperty(Context.prototype, key, { value, enumerable: true, configurable: true });
  }
}

module.exports = { Context, describeFunction };
