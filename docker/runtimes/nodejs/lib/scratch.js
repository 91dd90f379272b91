// The directory of one call among several: made when it is asked for, gone with the call.
'use strict';

const fs = require('fs');
const os = require('os');
const path = require('path');
const { syncBuiltinESMExports } = require('module');
const scope = require('./scope');

const { mkdirSync, rmSync } = fs;
const { tmpdir } = os;

/** Lets os.tmpdir() give each call its own. */
function share() {
  os.tmpdir = () => scope.current()?.scratch() ?? tmpdir();
  syncBuiltinESMExports();
}

function make(number) {
  const directory = path.join(tmpdir(), `call-${number}`);
  mkdirSync(directory, { recursive: true });
  return directory;
}

/** What cannot be removed goes with the bridge's cleaning, when no call runs. */
function remove(directory) {
  try {
    rmSync(directory, { recursive: true, force: true });
  } catch {
    // Taken away, or made unremovable, by the function itself.
  }
}

module.exports = { share, make, remove, tmpdir };
