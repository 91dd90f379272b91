// How the runtime ends itself, and the codes it ends with.
'use strict';

const { write } = require('./output');

const EXIT_REFUSED = 70;
const EXIT_ALONE = 71;
const EXIT_BRIDGE_GONE = 72;
const EXIT_PROTOCOL = 76;

const { exit } = process;

/** Ends the process at once: exit listeners of the function have no say in it. */
function leave(code, sentence) {
  write(2, `hearth nodejs runtime: ${sentence}\n`);
  process.removeAllListeners('exit');
  exit.call(process, code);
}

module.exports = { leave, EXIT_REFUSED, EXIT_ALONE, EXIT_BRIDGE_GONE, EXIT_PROTOCOL };
