#!/usr/bin/env node
// biome-ignore-all lint/style/useNodejsImportProtocol: Node before 14.18 does not know the prefix.
// biome-ignore-all lint/complexity/useOptionalChain: Node before 14 does not parse it.
'use strict';

// Runs on whatever Node a machine has, so it keeps to syntax that Node 10 parses.

const fs = require('fs');
const path = require('path');

const ROOT = path.dirname(__dirname);
const PLATFORM = process.platform === 'win32' ? 'win' : process.platform;

/** The floor of `engines` in package.json. */
function newEnough(version) {
  const parts = version.split('.').map(Number);
  return parts[0] > 22 || (parts[0] === 22 && parts[1] >= 18);
}

/** The Node that was installed beside fm, as a path; undefined when there is none. */
function installedNode() {
  for (const prefix of ['node', 'node-bin']) {
    try {
      const manifest = require.resolve(`${prefix}-${PLATFORM}-${process.arch}/package.json`);
      const version = JSON.parse(fs.readFileSync(manifest, 'utf8')).version;
      const file = path.join(path.dirname(manifest), 'bin', PLATFORM === 'win' ? 'node.exe' : 'node');
      if (newEnough(version) && fs.existsSync(file)) return file;
    } catch (_) {
      // Not installed: the next name, or the message.
    }
  }
  return undefined;
}

function refuse() {
  const beside = fs.existsSync(path.join(ROOT, 'build.ts'))
    ? `run \`npm ci\` in ${ROOT}, which brings Node 24 along`
    : `put one beside fm with \`npm install node-${PLATFORM}-${process.arch}@24\``;
  const needed = `fm needs Node 22.18 or newer, and this is Node ${process.versions.node}`;
  process.stderr.write(`${needed}: install it from https://nodejs.org, or ${beside}.\n`);
  process.exitCode = 1;
}

/** Becomes the newer Node as far as that can be done: same streams, signals, exit. */
function handOver(node) {
  const args = [__filename].concat(process.argv.slice(2));
  // The channel tells the child when this process dies without a word (kill -9), so that no run goes on unseen.
  const child = require('child_process').spawn(node, args, { stdio: ['inherit', 'inherit', 'inherit', 'ipc'] });
  const forwarders = ['SIGINT', 'SIGTERM', 'SIGHUP'].map((signal) => {
    // A terminal delivers Ctrl-C to the child itself; a second one would mean "now".
    const forward = () => (signal === 'SIGINT' && process.stdin.isTTY ? undefined : child.kill(signal));
    process.on(signal, forward);
    return { signal, forward };
  });
  child.on('error', (error) => {
    process.stderr.write(`fm could not start ${node}: ${error.message}\n`);
    process.exitCode = 70;
  });
  child.on('exit', (code, signal) => {
    for (const forwarder of forwarders) process.removeListener(forwarder.signal, forwarder.forward);
    if (signal) process.kill(process.pid, signal);
    else process.exit(code);
  });
}

function printVersion() {
  const version = JSON.parse(fs.readFileSync(path.join(ROOT, 'package.json'), 'utf8')).version;
  try {
    fs.writeSync(1, `flowmason/${version} ${process.platform}-${process.arch} node-${process.version}\n`);
  } catch (error) {
    if (error.code !== 'EPIPE') throw error;
  }
}

/** Compiled code is kept in the user's own folder: one in /tmp could have been put there by somebody else. */
function cacheFolder() {
  const env = process.env;
  if (env.NODE_COMPILE_CACHE) return env.NODE_COMPILE_CACHE;
  const base = env.XDG_CACHE_HOME || env.LOCALAPPDATA || path.join(require('os').homedir(), '.cache');
  return path.join(base, 'flowmason', 'node');
}

function start() {
  if (process.channel) {
    process.channel.unref();
    process.once('disconnect', () => process.kill(process.pid, 'SIGTERM'));
  }
  const bundle = path.join(ROOT, 'dist', 'fm.js');
  const bundled = fs.existsSync(bundle);
  if (bundled) require('module').enableCompileCache(cacheFolder());
  const file = bundled ? bundle : path.join(ROOT, 'src', 'cli', 'main.ts');
  import(require('url').pathToFileURL(file).href)
    .then((cli) => cli.main(process.argv.slice(2)))
    .catch((error) => {
      process.stderr.write(`INTERNAL  fm could not start: ${(error && error.stack) || error}\n`);
      process.stderr.write('Try: install it anew; if that does not help, please report this with the lines above\n');
      process.exitCode = 70;
    });
}

const only = process.argv.length === 3 ? process.argv[2] : '';
const asksVersion = only === '--version' || only === '-v' || only === 'version';
const node = newEnough(process.versions.node) ? undefined : installedNode();
if (node) handOver(node);
else if (asksVersion) printVersion();
else if (newEnough(process.versions.node)) start();
else refuse();
