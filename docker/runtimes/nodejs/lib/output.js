// Standard output and error of the function: every write is in the pipe before it returns, so also before a call ends.
'use strict';

const fs = require('fs');
const { Writable } = require('stream');
const scope = require('./scope');

const FULL_PIPE_PAUSE_MS = 1;

const { writeSync } = fs;
let pauseCell;

/** Writes all of it, waiting for the reader if need be; output that nobody can take is lost. */
function write(fd, data) {
  let rest = Buffer.from(data);
  while (rest.length > 0) {
    try {
      rest = rest.subarray(writeSync(fd, rest));
    } catch (e) {
      // A child that shares the pipe may have made it non-blocking for all.
      if (e.code !== 'EAGAIN') return;
      pauseCell ??= new Int32Array(new SharedArrayBuffer(4));
      Atomics.wait(pauseCell, 0, 0, FULL_PIPE_PAUSE_MS);
    }
  }
}

/** Node's own streams for pipes queue what does not fit, and can be ended for good. */
class Output extends Writable {
  constructor(fd) {
    super({ decodeStrings: false });
    this.fd = fd;
    this._type = 'pipe';
  }

  _write(chunk, encoding, done) {
    const data = typeof chunk === 'string' ? Buffer.from(chunk, encoding) : chunk;
    if (!scope.current()?.log(this.fd, data)) write(this.fd, data);
    done();
  }

  end(chunk, encoding, done) {
    if (chunk !== undefined && typeof chunk !== 'function') this.write(chunk, encoding);
    const told = [chunk, encoding, done].find((each) => typeof each === 'function');
    if (told) process.nextTick(told);
    return this;
  }

  destroy() {
    return this;
  }
}

/** Must come before anything touches process.stdout: console takes its streams from there on first use. */
function prepare() {
  for (const [name, fd] of [['stdout', 1], ['stderr', 2]]) {
    let stream;
    Object.defineProperty(process, name, {
      configurable: true,
      enumerable: true,
      get: () => (stream ??= new Output(fd)),
    });
  }
}

module.exports = { prepare, write };
