// The context a handler is given: one call as its function sees it.
'use strict';

const { format } = require('util');

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

  constructor(invocationId, contentType, deadlineMs) {
    this.invocationId = invocationId;
    this.contentType = contentType;
    this.#deadlineMs = deadlineMs;
  }

  /** When the call is cut off, in seconds since the Unix epoch. */
  get deadline() {
    return this.#deadlineMs / 1000;
  }

  /** Milliseconds until the deadline, never below 0. */
  remainingMs() {
    return Math.max(0, this.#deadlineMs - now());
  }

  get logger() {
    return logger;
  }
}

function describeFunction({ function: name, revision, namespace, memoryMib }) {
  for (const [key, value] of Object.entries({ function: name, revision, namespace, memoryMib })) {
    Object.defineProperty(Context.prototype, key, { value, enumerable: true, configurable: true });
  }
}

module.exports = { Context, describeFunction };
