// The bytes of one call's request: its headers and its body, looked at only when the function asks.
'use strict';

/**
 * Headers and body lie in one buffer, `headersAt` .. `bodyAt - 1` and from `bodyAt` on, or the body in one of its own.
 * A borrowed buffer holds something else as soon as the next frame is read: `own` must come before that.
 */
class Request {
  #data;
  #headersAt;
  #bodyAt;
  #body;
  #borrowed = true;

  constructor(data, headersAt, bodyAt) {
    this.#data = data;
    this.#headersAt = headersAt;
    this.#bodyAt = bodyAt;
  }

  /** Moves out of the borrowed buffer, once. */
  own() {
    if (!this.#borrowed) return;
    this.#borrowed = false;
    const start = this.#headersAt;
    const end = this.#body === undefined ? this.#data.length : this.#bodyAt;
    const own = Buffer.allocUnsafe(end - start);
    this.#data.copy(own, 0, start, end);
    this.#data = own;
    this.#headersAt = 0;
    this.#bodyAt -= start;
  }

  /** The borrowed buffer goes: who kept the context of a call that is over reads nothing else's bytes. */
  close() {
    if (this.#borrowed) this.#data = undefined;
  }

  /** The body came in parts that are put together now. */
  setBody(body) {
    this.#body = body;
  }

  /** The lines of the headers; valid as long as the buffer is. */
  headers() {
    return this.#open().subarray(this.#headersAt, this.#bodyAt - 1);
  }

  body() {
    if (this.#body === undefined) {
      const bytes = this.#open().subarray(this.#bodyAt);
      this.#body = this.#borrowed ? Buffer.from(bytes) : bytes;
    }
    return this.#body;
  }

  /** Where the body is to be read at once, without a copy: [data, from]. */
  unread() {
    return this.#body === undefined ? [this.#data, this.#bodyAt] : [this.#body, 0];
  }

  #open() {
    if (this.#data === undefined) throw new Error('read context.body and context.headers before the handler returns');
    return this.#data;
  }
}

module.exports = { Request };
