// Which call the code runs for that runs now, where a container runs several at once.
'use strict';

const { AsyncLocalStorage } = require('async_hooks');

// With one call at a time there is none: following calls costs each await of the function.
let storage;

function follow() {
  storage = new AsyncLocalStorage();
}

/** Runs the body, and all that it begins, for the call. */
function run(call, body) {
  return storage === undefined ? body() : storage.run(call, body);
}

/** The call, unless it is over or nobody's code runs. */
function current() {
  const call = storage?.getStore();
  return call?.over === false ? call : undefined;
}

module.exports = { follow, run, current };
