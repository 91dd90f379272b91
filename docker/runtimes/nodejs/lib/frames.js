// The frames of docs/contracts.md as bytes: what the runtime reads and what it writes.
'use strict';

const MAJOR = 2;
const MINOR = 1;
const ROLE_RUNTIME = 1;

const KIND = {
  hello: 1, welcome: 2, refuse: 3, init: 4, initResult: 5, run: 6, result: 7, data: 8, end: 9, credit: 10, log: 11,
};

const MIN_LENGTH = 9;
const MAX_LENGTH = 65536;
const HEADER_BYTES = 4 + MIN_LENGTH;
const DATA_BYTES = MAX_LENGTH - MIN_LENGTH;
// What a result's first frame can carry beside its longest content type and its figures.
const INLINE_BYTES = DATA_BYTES - 256;
const LOG_HEAD_BYTES = 1 + 8;
const LOG_BYTES = DATA_BYTES - LOG_HEAD_BYTES;

const TYPE_BYTES = 256;
const MESSAGE_BYTES = 8 * 1024;
const STACK_BYTES = 32 * 1024;

const COMPLETE = 0;
const BROKEN_OFF = 1;
const U32 = 2 ** 32;

/** The other side broke the contract; the connection cannot go on. */
class ProtocolError extends Error {}

// Invocation numbers stay below 2^53 for as long as anyone lives; two halves are quicker than BigInt.
function putU64(out, value, at) {
  out.writeUInt32BE(Math.floor(value / U32), at);
  out.writeUInt32BE(value % U32, at + 4);
}

function readU64(data, at) {
  return data.readUInt32BE(at) * U32 + data.readUInt32BE(at + 4);
}

function readI64(data, at) {
  return data.readInt32BE(at) * U32 + data.readUInt32BE(at + 4);
}

/** A frame with `size` bytes of payload still to be filled in from HEADER_BYTES on. */
function blank(kind, number, size) {
  const out = Buffer.allocUnsafe(HEADER_BYTES + size);
  out.writeUInt32BE(MIN_LENGTH + size, 0);
  out[4] = kind;
  putU64(out, number, 5);
  return out;
}

function frame(kind, number, payload) {
  const out = blank(kind, number, payload.length);
  payload.copy(out, HEADER_BYTES);
  return out;
}

function hello(runtime, revision, inFlight, completed) {
  const ids = Buffer.alloc(8 + 2 + 8 * inFlight.length);
  putU64(ids, completed, 0);
  ids.writeUInt16BE(inFlight.length, 8);
  inFlight.forEach((id, i) => putU64(ids, id, 10 + 8 * i));
  const versions = Buffer.from([MAJOR, MINOR, ROLE_RUNTIME]);
  const payload = Buffer.concat([versions, string(Buffer.from(runtime)), string(Buffer.from(revision)), ids]);
  return frame(KIND.hello, 0, payload);
}

function credit(number, taken) {
  const out = blank(KIND.credit, number, 4);
  out.writeUInt32BE(taken, HEADER_BYTES);
  return out;
}

function end(number, status) {
  return frame(KIND.end, number, Buffer.from([status]));
}

/** Lines, or a piece of one, that call `number` wrote to its standard output (1) or error (2). */
function log(number, stream, micros, bytes) {
  const out = blank(KIND.log, number, LOG_HEAD_BYTES + bytes.length);
  out[HEADER_BYTES] = stream;
  putU64(out, micros, HEADER_BYTES + 1);
  bytes.copy(out, HEADER_BYTES + LOG_HEAD_BYTES);
  return out;
}

/** `failure` is undefined when the code was loaded. */
function initResult(failure) {
  const strings = failureStrings(failure ?? { type: '', message: '', stack: '' });
  return frame(KIND.initResult, 0, Buffer.concat([Buffer.from([failure ? 1 : 0]), ...strings]));
}

function failedResult(number, status, detail, failure) {
  return frame(KIND.result, number, Buffer.concat([Buffer.from([status, detail]), ...failureStrings(failure)]));
}

/** A function (number, total, more, bytes of body) giving an ok result without body, and the offset of the body. */
function resultHead(contentType) {
  const name = Buffer.from(contentType);
  const bodyAt = HEADER_BYTES + 1 + 2 + name.length + 8 + 1;
  const middle = Buffer.concat([Buffer.from([0]), string(name)]);
  const head = (number, total, more, size) => {
    const out = blank(KIND.result, number, bodyAt - HEADER_BYTES + size);
    middle.copy(out, HEADER_BYTES);
    putU64(out, total, bodyAt - 9);
    out[bodyAt - 1] = more;
    return out;
  };
  return { head, bodyAt };
}

/** [text, offset behind it] */
function readString(data, at) {
  const stop = at + 2 + data.readUInt16BE(at);
  return [data.utf8Slice(at + 2, stop), stop];
}

function readBlob(data, at) {
  return data.utf8Slice(at + 4, at + 4 + data.readUInt32BE(at));
}

function readRun(data) {
  const deadlineMs = readI64(data, HEADER_BYTES);
  const [invocationId, typeAt] = readString(data, HEADER_BYTES + 8);
  const [contentType, sizeAt] = readString(data, typeAt);
  const headersAt = sizeAt + 4;
  const moreAt = headersAt + data.readUInt32BE(sizeAt);
  return { deadlineMs, invocationId, contentType, headersAt, more: data[moreAt] === 1, bodyAt: moreAt + 1 };
}

function readInit(data) {
  let at = HEADER_BYTES + 1;
  const next = () => {
    const [text, stop] = readString(data, at);
    at = stop;
    return text;
  };
  const init = { function: next(), revision: next(), namespace: next(), version: next() };
  init.memoryMib = data.readUInt32BE(at);
  at += 4;
  Object.assign(init, { code: next(), handler: next(), entry: next() });
  const count = data.readUInt16BE(at);
  at += 2;
  init.environment = [];
  for (let i = 0; i < count; i++) init.environment.push([next(), next()]);
  // An invoker of minor version 0 stops here.
  init.concurrency = at < data.length ? Math.max(1, data.readUInt16BE(at)) : 1;
  init.init = at < data.length ? readBlob(data, at + 2) : '';
  return init;
}

function failureStrings({ type, message, stack }) {
  return [cut(type, TYPE_BYTES), cut(message, MESSAGE_BYTES), cut(stack, STACK_BYTES)].map(string);
}

function string(bytes) {
  const size = Buffer.alloc(2);
  size.writeUInt16BE(bytes.length);
  return Buffer.concat([size, bytes]);
}

/** UTF-8 of at most `limit` bytes, cut between characters. */
function cut(text, limit) {
  const bytes = Buffer.from(text);
  let stop = Math.min(limit, bytes.length);
  while (stop < bytes.length && stop > 0 && (bytes[stop] & 0xc0) === 0x80) stop--;
  return bytes.subarray(0, stop);
}

module.exports = {
  KIND, MIN_LENGTH, MAX_LENGTH, HEADER_BYTES, DATA_BYTES, INLINE_BYTES, LOG_BYTES, COMPLETE, BROKEN_OFF, ProtocolError,
  blank, frame, hello, credit, end, log, initResult, failedResult, resultHead, readString, readU64, readRun, readInit,
};
