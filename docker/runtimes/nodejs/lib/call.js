// One call, from its first frame until its result is sent: its event, its own log lines and directory.
'use strict';

const frames = require('./frames');
const scratch = require('./scratch');
const { Lines } = require('./lines');
const { Request } = require('./request');

class Call {
  arriving = false;
  /** Its result is decided. */
  ended = false;
  /** Parts of its result wait for credit. */
  sending = false;
  /** The connection on which its result was awaited is gone. */
  lost = false;
  over = false;
  allowed = 0;
  #parts;
  #taken = 0;
  #lines;
  #directory;

  /** `connection` is given where other calls run beside it. */
  constructor(number, data, connection) {
    const head = frames.readRun(data);
    this.number = number;
    this.more = head.more;
    this.contentType = head.contentType;
    this.invocationId = head.invocationId;
    this.deadlineMs = head.deadlineMs;
    this.request = new Request(data, head.headersAt, head.bodyAt);
    this.#lines = connection && new Lines(number, connection);
  }

  arrive() {
    this.arriving = true;
    this.request.own();
    const first = this.request.body();
    this.#parts = [first];
    this.#taken = first.length;
  }

  /** Bytes to give credit for once they are worth a frame, else 0. */
  take(part, worth) {
    this.#parts.push(part);
    this.#taken += part.length;
    if (this.#taken < worth) return 0;
    const taken = this.#taken;
    this.#taken = 0;
    return taken;
  }

  arrived() {
    this.arriving = false;
    this.request.setBody(Buffer.concat(this.#parts));
    this.#parts = undefined;
  }

  get isAmongOthers() {
    return this.#lines !== undefined;
  }

  /** False when the line is not to go with the call: the runtime's outputs are left. */
  log(stream, bytes) {
    return !this.over && this.#lines !== undefined && this.#lines.write(stream, bytes);
  }

  /** Its lines must come before its result. */
  flush() {
    this.#lines?.flush();
  }

  scratch() {
    return this.#lines === undefined ? scratch.tmpdir() : (this.#directory ??= scratch.make(this.number));
  }

  close() {
    this.flush();
    this.over = true;
    if (this.#directory !== undefined) scratch.remove(this.#directory);
  }
}

module.exports = { Call };
