// Bodies: the event as its content type says, the result as the contract's table says.
'use strict';

const { isUtf8 } = require('buffer');
const { resultHead } = require('./frames');
const { Response } = require('./response');

const CONTENT_TYPES_KEPT = 64;

const INVALID_EVENT = 2;
const INVALID_RESULT = 3;

/** A body that cannot be read or sent: the status of the result and why. */
class Unacceptable extends Error {
  constructor(status, type, message) {
    super(message);
    this.status = status;
    this.type = type;
  }
}

const TEXT = resultHead('text/plain; charset=utf-8');
const BYTES = resultHead('application/octet-stream');
const JSON_VALUE = resultHead('application/json');

const readers = new Map();
const heads = new Map();
const { parse, stringify } = JSON;

/** The event of a request's body. */
function event(contentType, request) {
  const [data, from] = request.unread();
  if (from === data.length) return null;
  let reader = readers.get(contentType);
  if (reader === undefined) {
    reader = readerOf(contentType);
    if (readers.size < CONTENT_TYPES_KEPT) readers.set(contentType, reader);
  }
  return reader(data, from, request);
}

/** {kind, body}: how the result goes, and its body as a string or bytes. */
function result(value) {
  if (typeof value === 'string') return { kind: TEXT, body: value };
  if (value instanceof Uint8Array) return { kind: BYTES, body: value };
  if (value instanceof Response) return { kind: headOf(value.contentType), body: result(value.body).body };
  return { kind: JSON_VALUE, body: toJson(value) };
}

function headOf(contentType) {
  let head = heads.get(contentType);
  if (head === undefined) {
    head = resultHead(contentType);
    if (heads.size < CONTENT_TYPES_KEPT) heads.set(contentType, head);
  }
  return head;
}

function readerOf(contentType) {
  const [kind, ...parameters] = contentType.toLowerCase().split(';');
  const name = kind.trim();
  if (name === 'application/json' || name.endsWith('+json')) return readJson;
  if (!name.startsWith('text/')) return readBytes;
  const charset = charsetOf(parameters);
  return charset === 'utf-8' || charset === 'utf8' ? readText : (data, from) => decode(charset, data, from);
}

function charsetOf(parameters) {
  for (const parameter of parameters) {
    const [name, value = ''] = parameter.split('=');
    if (name.trim() === 'charset') return value.trim().replace(/^"|"$/g, '') || 'utf-8';
  }
  return 'utf-8';
}

function readBytes(data, from, request) {
  return request.body();
}

function readText(data, from) {
  const text = data.utf8Slice(from, data.length);
  // Wrong bytes come out as U+FFFD, which may also stand in the text itself.
  if (text.includes('\ufffd') && !isUtf8(data.subarray(from))) throw invalidEvent('utf-8 text');
  return text;
}

function readJson(data, from) {
  const text = readText(data, from);
  try {
    return parse(text);
  } catch (e) {
    const where = e.message.endsWith('end of JSON input') ? ` at position ${text.length}` : '';
    throw invalidEvent(`JSON: ${e.message}${where}`);
  }
}

function decode(charset, data, from) {
  try {
    return new TextDecoder(charset, { fatal: true, ignoreBOM: true }).decode(data.subarray(from));
  } catch (e) {
    throw invalidEvent(`${charset} text: ${e.message}`);
  }
}

function invalidEvent(what) {
  return new Unacceptable(INVALID_EVENT, 'InvalidEvent', `the event is not ${what}`);
}

function toJson(value) {
  let text;
  try {
    text = value === undefined ? 'null' : stringify(value);
    // stringify writes NaN and infinities as null without a word; the slow pass runs only where there is a null.
    if (text?.includes('null') && text !== 'null') stringify(value, refuseNotFinite);
    else if (text === 'null') refuseNotFinite('', value);
  } catch (e) {
    throw invalidResult(value, e?.message);
  }
  if (text === undefined) throw invalidResult(value, 'it has no JSON form');
  return text;
}

function refuseNotFinite(_, value) {
  if (typeof value === 'number' && !Number.isFinite(value)) throw new TypeError(`${value} is not JSON`);
  return value;
}

function invalidResult(value, reason) {
  const type = typeof value === 'object' ? value?.constructor?.name ?? 'object' : typeof value;
  return new Unacceptable(INVALID_RESULT, 'InvalidResult', `the function returned ${type}, which cannot be sent: ${reason}`);
}

module.exports = { Unacceptable, event, result };
