// Loading a function: environment, working directory, file and handler, as `init` names them.
'use strict';

const fs = require('fs');
const path = require('path');
const { spawnSync } = require('child_process');
const { pathToFileURL } = require('url');
const { HandlerNotFound, placeIn } = require('./errors');
const { describeFunction } = require('./context');

const IMAGE_CODE_DIRECTORY = '/function';
const DEFAULT_MODULE = 'main';
const DEFAULT_FUNCTION = 'handle';
const SYNTAX_CHECK_MS = 5000;
const ES_SYNTAX = /^(Unexpected token 'export'|Cannot use import statement)/;
const SUFFIXES = ['.js', '.mjs', '.cjs', '/index.js', '/index.mjs', '/index.cjs'];

function codeDirectory(init) {
  return init.code.replace(/\/+$/, '') || IMAGE_CODE_DIRECTORY;
}

/** The handler. What the code throws while it is loaded comes out as it is. */
async function load(init) {
  const directory = codeDirectory(init);
  for (const [name, value] of init.environment) process.env[name] = value;
  describeFunction(init);
  process.chdir(directory);
  const { module, name } = split(init.handler);
  const file = init.entry ? entryFile(directory, init.entry, module) : moduleFile(directory, module || DEFAULT_MODULE);
  const loaded = isEsModule(file, directory) ? await importModule(file, directory) : requireScript(file);
  return find(loaded, name, path.relative(directory, file));
}

/** A bare function lies in the single file or, in an archive, in the default module. */
function split(handler) {
  const dot = handler.lastIndexOf('.');
  return { module: handler.slice(0, Math.max(dot, 0)), name: handler.slice(dot + 1) || DEFAULT_FUNCTION };
}

function entryFile(directory, entry, module) {
  if (module && module !== path.parse(entry).name) {
    throw new HandlerNotFound(`the handler names module '${module}', but the code is the single file ${entry}`);
  }
  const file = path.join(directory, entry);
  if (!isFile(file)) throw new HandlerNotFound(`there is no file ${entry} in ${directory}`);
  return file;
}

function moduleFile(directory, module) {
  for (const base of [module, module.replaceAll('.', '/')]) {
    for (const suffix of SUFFIXES) {
      const file = path.join(directory, base + suffix);
      if (isFile(file)) return file;
    }
  }
  throw new HandlerNotFound(`there is no module '${module}' in ${directory}`);
}

function isFile(file) {
  return fs.statSync(file, { throwIfNoEntry: false })?.isFile() ?? false;
}

/** As Node decides: by the suffix, else by the nearest package.json. */
function isEsModule(file, directory) {
  if (!file.endsWith('.js')) return file.endsWith('.mjs');
  for (let at = path.dirname(file); at.startsWith(directory); at = path.dirname(at)) {
    const description = path.join(at, 'package.json');
    if (isFile(description)) return JSON.parse(fs.readFileSync(description, 'utf8')).type === 'module';
  }
  return false;
}

function requireScript(file) {
  try {
    return require(file);
  } catch (e) {
    if (e instanceof SyntaxError && ES_SYNTAX.test(e.message)) {
      e.message += ': the name of an ES module ends in .mjs, or its package.json says "type": "module"';
    }
    throw e;
  }
}

async function importModule(file, directory) {
  const url = pathToFileURL(file).href;
  try {
    return await import(url);
  } catch (e) {
    if (e instanceof SyntaxError && !placeIn(String(e.stack), directory)) e.stack = `${syntaxErrorPlace(url)}\n${e.stack}`;
    throw e;
  }
}

/** import() does not say where a syntax error is; node tells it on stderr. Nothing is run: parsing fails before that. */
function syntaxErrorPlace(url) {
  const options = { encoding: 'utf8', timeout: SYNTAX_CHECK_MS };
  const source = `import ${JSON.stringify(url)}`;
  return spawnSync(process.execPath, ['--input-type=module', '-e', source], options).stderr?.split('\n', 1)[0] ?? '';
}

function find(loaded, name, file) {
  const found = loaded?.[name] ?? loaded?.default?.[name];
  if (typeof found === 'function') return found;
  if (found !== undefined) throw new HandlerNotFound(`'${name}' of ${file} is not a function but ${typeof found}`);
  const others = Object.keys(loaded ?? {}).filter((key) => typeof loaded[key] === 'function').slice(0, 20);
  const hint = others.length > 0 ? `; it exports ${others.join(', ')}` : '; it exports no function';
  throw new HandlerNotFound(`${file} does not export a function '${name}'${hint}`);
}

module.exports = { load, codeDirectory };
