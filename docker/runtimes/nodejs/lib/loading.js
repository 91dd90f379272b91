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
  const value = init.init ? JSON.parse(init.init) : null;
  describeFunction(init, value);
  process.chdir(directory);
  const { file, name, method, strange } = init.entry
    ? inEntry(directory, init.entry, init.handler)
    : inModule(directory, init.handler);
  const loaded = isEsModule(file, directory) ? await importModule(file, directory) : requireScript(file);
  if (strange && typeof exported(loaded, name) !== 'function') throw new HandlerNotFound(strange);
  const found = find(loaded, name, path.relative(directory, file));
  if (!isClass(found)) {
    if (method) throw new HandlerNotFound(`'${name}' of ${path.relative(directory, file)} is no class, so it has no '${method}'`);
    return found;
  }
  return bind(construct(found, init.init, value), method || DEFAULT_FUNCTION, name);
}

function isClass(found) {
  return /^class\b/.test(Function.prototype.toString.call(found));
}

/** Once per container; an array is its arguments, anything else its only one. */
function construct(type, text, value) {
  if (!text) return new type();
  return Array.isArray(value) ? new type(...value) : new type(value);
}

function bind(instance, method, name) {
  if (typeof instance[method] !== 'function') throw new HandlerNotFound(`class '${name}' has no method '${method}'`);
  return (event, context) => instance[method](event, context);
}

/** [what stands before the last dot, what stands behind it] */
function split(handler) {
  const dot = handler.lastIndexOf('.');
  return [handler.slice(0, Math.max(dot, 0)), handler.slice(dot + 1)];
}

/** The single file's handler: `function`, `Class`, `Class.method`, each with the file's name before it or not. */
function inEntry(directory, entry, handler) {
  const file = path.join(directory, entry);
  const stem = path.parse(entry).name;
  const rest = handler.startsWith(`${stem}.`) ? handler.slice(stem.length + 1) : handler;
  const [type, last] = split(rest);
  const strange = type && `the handler names module '${split(handler)[0]}', but the code is the single file ${entry}`;
  if (type.includes('.')) throw new HandlerNotFound(strange);
  if (!isFile(file)) throw new HandlerNotFound(`there is no file ${entry} in ${directory}`);
  return { file, name: type || last || DEFAULT_FUNCTION, method: type && last, strange };
}

/** `function` of the default module, `module.function`, `module.Class` or `module.Class.method`. */
function inModule(directory, handler) {
  const [module, name] = split(handler);
  const file = findModule(directory, module || DEFAULT_MODULE);
  if (file) return { file, name: name || DEFAULT_FUNCTION };
  const [outer, type] = split(module);
  const outerFile = findModule(directory, outer || DEFAULT_MODULE);
  if (outerFile && type) return { file: outerFile, name: type, method: name };
  throw new HandlerNotFound(`there is no module '${module || DEFAULT_MODULE}' in ${directory}`);
}

function findModule(directory, module) {
  for (const base of [module, module.replaceAll('.', '/')]) {
    for (const suffix of SUFFIXES) {
      const file = path.join(directory, base + suffix);
      if (isFile(file)) return file;
    }
  }
  return undefined;
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

function exported(loaded, name) {
  return loaded?.[name] ?? loaded?.default?.[name];
}

function find(loaded, name, file) {
  const found = exported(loaded, name);
  if (typeof found === 'function') return found;
  if (found !== undefined) throw new HandlerNotFound(`'${name}' of ${file} is not a function but ${typeof found}`);
  const others = Object.keys(loaded ?? {}).filter((key) => typeof loaded[key] === 'function').slice(0, 20);
  const hint = others.length > 0 ? `; it exports ${others.join(', ')}` : '; it exports no function';
  throw new HandlerNotFound(`${file} does not export a function '${name}'${hint}`);
}

module.exports = { load, codeDirectory };
