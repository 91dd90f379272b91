// The lines of one call among several: sent on the runtime's own connection, as the bridge cannot know whose a line is.
'use strict';

const frames = require('./frames');

const LINE_FEED = 10;
const NOTHING = Buffer.alloc(0);
// So much may wait in this process for the invoker to take it.
const QUEUED_BYTES = 1024 * 1024;

// Functions may replace the global clock (test doubles do).
const { now } = Date;

class Lines {
  #number;
  #connection;
  #open = { 1: NOTHING, 2: NOTHING };

  constructor(number, connection) {
    this.#number = number;
    this.#connection = connection;
  }

  /** Whole lines go at once, the rest when its line is complete or the call ends. False: too much waits already. */
  write(stream, bytes) {
    if (this.#connection.queued() > QUEUED_BYTES) return false;
    const stop = bytes.lastIndexOf(LINE_FEED) + 1;
    const open = this.#open[stream];
    if (stop === 0 && open.length + bytes.length < frames.LOG_BYTES) {
      this.#open[stream] = Buffer.concat([open, bytes]);
      return true;
    }
    const end = stop === 0 ? bytes.length : stop;
    this.#send(stream, Buffer.concat([open, bytes.subarray(0, end)]));
    this.#open[stream] = Buffer.from(bytes.subarray(end));
    return true;
  }

  /** What has no line feed yet. */
  flush() {
    for (const stream of [1, 2]) {
      this.#send(stream, this.#open[stream]);
      this.#open[stream] = NOTHING;
    }
  }

  #send(stream, bytes) {
    for (let at = 0; at < bytes.length; at += frames.LOG_BYTES) {
      const part = bytes.subarray(at, at + frames.LOG_BYTES);
      this.#connection.write(frames.log(this.#number, stream, 1000 * now(), part));
    }
  }
}

module.exports = { Lines };
