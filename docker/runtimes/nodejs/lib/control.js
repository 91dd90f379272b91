// The control socket to the bridge: says when a call is over, waits until the bridge has cleaned up after it.
'use strict';

const fs = require('fs');
const { leave, EXIT_BRIDGE_GONE } = require('./exits');

const RECORD_BYTES = 9;
const CLEAN = 'C'.charCodeAt(0);
const CALL_OVER = 'E'.charCodeAt(0);
const INIT_DONE = 'I'.charCodeAt(0);
const U32 = 2 ** 32;

const { readSync, writeSync } = fs;

/**
 * Without a bridge (`fd` is undefined: tests) nothing is said and nothing is waited for.
 * Reads and writes are synchronous: nothing of the function may run while the bridge cleans, and as a rule
 * the answer is there before it is asked for. Node marks inherited descriptors close-on-exec by itself.
 */
class Control {
  constructor(fd) {
    this.fd = fd;
    this.awaited = undefined;
    this.init = false;
    this.record = Buffer.alloc(RECORD_BYTES);
  }

  /** `concurrency` calls may run at once. */
  initDone(concurrency) {
    this.#tell(INIT_DONE, concurrency > 1 ? concurrency : 0);
  }

  callOver(number) {
    this.#tell(CALL_OVER, number);
  }

  /** Returns once the bridge has answered what it was told last. */
  awaitClean() {
    while (this.awaited !== undefined) {
      this.#read();
      const number = this.record.readUInt32BE(1) * U32 + this.record.readUInt32BE(5);
      const expected = this.init ? 0 : this.awaited;
      if (this.record[0] === CLEAN && number === expected) this.awaited = undefined;
    }
  }

  #tell(letter, number) {
    if (this.fd === undefined) return;
    this.record[0] = letter;
    this.record.writeUInt32BE(Math.floor(number / U32), 1);
    this.record.writeUInt32BE(number % U32, 5);
    try {
      writeSync(this.fd, this.record, 0, RECORD_BYTES);
    } catch (e) {
      leave(EXIT_BRIDGE_GONE, `the bridge is gone: ${e.message}`);
    }
    this.awaited = number;
    this.init = letter === INIT_DONE;
  }

  /** One record; also right on a stream, where a record may come in pieces. */
  #read() {
    let have = 0;
    while (have < RECORD_BYTES) {
      const size = readSync(this.fd, this.record, have, RECORD_BYTES - have, null);
      if (size === 0) leave(EXIT_BRIDGE_GONE, 'the bridge is gone');
      have += size;
    }
  }
}

module.exports = { Control };
