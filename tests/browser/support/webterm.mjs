/** The real binary as the tests see it: started on a free port, stopped with the test. */

import { execFile, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { atEnd } from './cleanup.mjs';
import { eventually } from './eventually.mjs';

/** The line on standard error that names the address. */
const ADDRESS = /https?:\/\/127\.0\.0\.1:\d+\/\S*/;

/** Where control sockets are, so that they are not among those of whoever runs the tests. */
const RUNTIME_DIR = mkdtempSync(join(tmpdir(), 'webterm-browser-'));
process.once('exit', () => rmSync(RUNTIME_DIR, { recursive: true }));

const ENVIRONMENT = { ...process.env, XDG_RUNTIME_DIR: RUNTIME_DIR };

function binary() {
  const path = process.env.WEBTERM_BIN;
  if (!path) throw new Error('WEBTERM_BIN is not set: build webterm and name the binary in it');
  if (!existsSync(path)) throw new Error(`WEBTERM_BIN names ${path}, which is not there: build webterm first`);
  return path;
}

/**
 * Starts webterm; it is stopped when the test ends.
 *
 * @param {import('node:test').TestContext} context
 * @param {...string} args  options and the command
 */
export async function startWebterm(context, ...args) {
  const child = spawn(binary(), ['--port', '0', ...args], {
    stdio: ['ignore', 'ignore', 'pipe'],
    env: { ...ENVIRONMENT, PS1: '$ ', LANG: 'C.UTF-8', LC_ALL: 'C.UTF-8' },
  });
  let said = '';
  child.stderr.setEncoding('utf8').on('data', (text) => { said += text; });
  const exited = new Promise((resolve) => child.once('exit', (code, signal) => resolve({ code, signal })));
  const stop = async () => {
    child.kill('SIGTERM');
    return exited;
  };
  atEnd(context, stop);
  const url = await eventually('webterm says its address', () => {
    if (child.exitCode !== null) throw new Error(`webterm has ended: ${said}`);
    return said.match(ADDRESS)?.[0];
  });
  const host = async (...options) => {
    const { stdout } = await promisify(execFile)(binary(), [...options, '--instance', child.pid], { env: ENVIRONMENT });
    return stdout;
  };
  return { url, pid: child.pid, host, stop, exited, said: () => said, signal: (name) => child.kill(name) };
}

/** A shell without anyone's settings, so that its prompt is "$ ". */
export const SHELL = ['bash', '--noprofile', '--norc'];
