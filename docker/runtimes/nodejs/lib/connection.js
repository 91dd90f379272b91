// The runtime's connection to the invoker: dialling, whole frames in, bytes out, dialling again after EOF.
'use strict';

const net = require('net');
const { leave, EXIT_ALONE } = require('./exits');
const frames = require('./frames');

const DIAL_PAUSE_MS = 100;
const READ_BYTES = 128 * 1024;
const NOTHING = Buffer.alloc(0);

// Functions may replace the global timers (test doubles do).
const { setTimeout } = globalThis;

class Connection {
  /**
   * `greet` gives the hello of the moment; `take(kind, number, frame)` gets each whole frame, which is only valid
   * until it returns; `lost` is told that the connection broke.
   */
  constructor(path, graceMs, { greet, take, lost }) {
    this.path = path;
    this.graceMs = graceMs;
    this.greet = greet;
    this.take = take;
    this.lost = lost;
    this.buffer = Buffer.allocUnsafe(READ_BYTES);
  }

  dial(giveUpAt = Date.now() + this.graceMs) {
    let connected = false;
    this.rest = NOTHING;
    const onread = { buffer: this.buffer, callback: (size, buffer) => this.#feed(buffer.subarray(0, size)) };
    const socket = net.connect({ path: this.path, onread });
    this.socket = socket;
    socket.once('connect', () => {
      connected = true;
      socket.write(this.greet());
    });
    // Errors are always followed by 'close'.
    socket.on('error', (e) => { this.problem = e; });
    socket.once('close', () => {
      if (connected) {
        this.lost();
        setTimeout(() => this.dial(), DIAL_PAUSE_MS);
      } else if (Date.now() >= giveUpAt) {
        leave(EXIT_ALONE, `no invoker on ${this.path} for ${this.graceMs / 1000} s: ${this.problem?.message}`);
      } else {
        setTimeout(() => this.dial(giveUpAt), DIAL_PAUSE_MS);
      }
    });
  }

  /** Calls `sent` (at once, as a rule) when the kernel has all of `data`, or when the connection has broken. */
  write(data, sent) {
    this.socket.write(data);
    if (!sent) return;
    if (this.socket.writableLength === 0 || this.socket.destroyed) sent();
    else this.socket.write(NOTHING, sent);
  }

  /** Bytes that the kernel has not taken yet. */
  queued() {
    return this.socket.writableLength;
  }

  #feed(fresh) {
    const data = this.rest.length === 0 ? fresh : Buffer.concat([this.rest, fresh]);
    let at = 0;
    while (data.length - at >= 4) {
      const length = data.readUInt32BE(at);
      if (length < frames.MIN_LENGTH || length > frames.MAX_LENGTH) {
        throw new frames.ProtocolError(`a frame of length ${length}`);
      }
      const stop = at + 4 + length;
      if (stop > data.length) break;
      this.take(data[at + 4], frames.readU64(data, at + 5), at === 0 && stop === data.length ? data : data.subarray(at, stop));
      at = stop;
    }
    // The read buffer is used again: what waits for the rest of its frame moves out of it.
    this.rest = at === data.length ? NOTHING : Buffer.from(data.subarray(at));
    return true;
  }
}

module.exports = { Connection };
