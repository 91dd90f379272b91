// Entry point of the nodejs runtime: the process that holds a function's code and answers its calls.
'use strict';

require('./lib/serving').main();
