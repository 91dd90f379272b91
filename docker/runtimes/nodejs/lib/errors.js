// What a function throws as the contract reports it: type, message, and a stack without the runtime's own frames.
'use strict';

const path = require('path');
const util = require('util');

const RUNTIME_DIRECTORY = path.dirname(__dirname) + path.sep;
const FRAME = /^\s+at /;
const MAX_CHAIN = 100;
const MAX_CAUSES = 5;
const NO_SPACE = 1;

/** The code has no such file or function. */
class HandlerNotFound extends Error {}

function describe(error) {
  try {
    return { type: typeName(error), message: messageOf(error), stack: userStack(error) };
  } catch {
    // A getter or a proxy of the function threw.
    return { type: 'Error', message: 'an error that cannot be described', stack: '' };
  }
}

/** As `describe`, for an error while the code was loaded; the message names the file and line. */
function describeLoad(error, directory) {
  const failure = describe(error);
  const place = placeIn(failure.stack, directory);
  const message = failure.message.split('\nRequire stack:', 1)[0];
  return { ...failure, message: place ? `${message} (${place})` : message };
}

/** The detail bits: whether "no space left on device" is the error or behind it. */
function detail(error) {
  const waiting = [error];
  const seen = new Set();
  try {
    while (waiting.length > 0 && seen.size < MAX_CHAIN) {
      const each = waiting.pop();
      if (each === null || typeof each !== 'object' || seen.has(each)) continue;
      seen.add(each);
      if (each.code === 'ENOSPC') return NO_SPACE;
      waiting.push(each.cause, ...(Array.isArray(each.errors) ? each.errors : []));
    }
  } catch {
    return 0;
  }
  return 0;
}

function isError(value) {
  return util.types.isNativeError(value) || value instanceof Error;
}

function typeName(error) {
  if (!isError(error)) return error === null ? 'null' : typeof error;
  const own = error.constructor?.name;
  return String((error.name === 'Error' && own) || error.name || own || 'Error');
}

function messageOf(error) {
  return isError(error) ? String(error.message) : typeof error === 'string' ? error : util.inspect(error, { depth: 2 });
}

function userStack(error, depth = MAX_CAUSES) {
  if (!isError(error) || typeof error.stack !== 'string') return '';
  const lines = error.stack.split('\n').filter((line) => !isRuntime(line));
  if (depth > 0 && isError(error.cause)) lines.push(`Caused by: ${userStack(error.cause, depth - 1)}`);
  return lines.join('\n');
}

/** Frames of the runtime and of node's own loading, and the runtime's files in a list of who required whom. */
function isRuntime(line) {
  return line.includes(RUNTIME_DIRECTORY) || (FRAME.test(line) && line.includes('node:internal/'));
}

/** "main.js:3" of the innermost place of the error that lies in the code directory. */
function placeIn(stack, directory) {
  const start = directory + path.sep;
  for (let at = stack.indexOf(start); at >= 0; at = stack.indexOf(start, at + 1)) {
    const found = /^[^\n:()]+:\d+/.exec(stack.slice(at + start.length));
    if (found) return found[0];
  }
  return '';
}

module.exports = { HandlerNotFound, describe, describeLoad, detail, placeIn };
