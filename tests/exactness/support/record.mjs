/** Records what real programs print, in a folder of their own with nobody's settings. */

import { execFileSync, spawn } from 'node:child_process';
import { accessSync, constants, cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { samples } from './samples.mjs';

const RECORDER = fileURLToPath(new URL('record.py', import.meta.url));
const PROJECT = fileURLToPath(new URL('../../../', import.meta.url));

/** A folder with something to look at: sources, two versions of a text, a repository, a manual page. */
export class Workplace {
  #folder = mkdtempSync(join(tmpdir(), 'webterm-exactness-'));

  constructor() {
    cpSync(join(PROJECT, 'src/screen'), join(this.#folder, 'sources'), { recursive: true });
    cpSync(join(PROJECT, 'man/webterm.1'), join(this.#folder, 'webterm.1'));
    mkdirSync(join(this.#folder, 'home'));
    for (const [name, content] of Object.entries(samples())) writeFileSync(join(this.#folder, name), content);
    for (const program of ['git', 'python3']) demand({ program, debian: program });
    execFileSync('bash', ['-c', PREPARATION], { cwd: this.#folder, env: this.#environment(), stdio: 'pipe' });
  }

  /**
   * @param {import('./programs.mjs').Program} program
   * @returns {Promise<import('./tape.mjs').Stream>}
   */
  async record({ name, needs, command, size, steps }) {
    demand(needs);
    const job = { command: ['bash', '--norc', '--noprofile', '-c', `exec ${command}`], ...size, steps };
    const options = { cwd: this.#folder, env: this.#environment() };
    const recording = JSON.parse(await run('python3', [RECORDER], JSON.stringify(job), options));
    const bytes = Buffer.from(recording.output, 'base64');
    return { name, bytes, size, resizes: recording.resizes };
  }

  remove() {
    rmSync(this.#folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
  }

  #environment() {
    return {
      PATH: process.env.PATH,
      HOME: join(this.#folder, 'home'),
      TMUX_TMPDIR: this.#folder,
      TERM: 'xterm-256color',
      COLORTERM: 'truecolor',
      LANG: 'C.UTF-8',
      LC_ALL: 'C.UTF-8',
      SHELL: '/bin/bash',
      MANPAGER: 'less -R',
      PS1: '\\[\\e[1;32m\\]\\w\\[\\e[m\\]$ ',
    };
  }
}

const PREPARATION = `
set -e
git init --quiet repository
cd repository
git config user.name Somebody
git config user.email somebody@example.org
for source in ../sources/*.rs; do
  cp "$source" . && git add . && git commit --quiet --message "Add $(basename "$source"), with 漢字 in the subject"
done
cp parser.rs ../original.rs
sed -i '20,40d; s/the /THE /' *.rs
cp parser.rs ../changed.rs
`;

/** Fails, naming the package, where a program is not there. */
function demand({ program, debian }) {
  const isThere = process.env.PATH.split(delimiter).some((folder) => {
    try {
      accessSync(join(folder, program), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
  if (!isThere) throw new Error(`${program} is not there: install ${debian} (apt-get install ${debian})`);
}

function run(program, args, input, options) {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { ...options, stdio: ['pipe', 'pipe', 'pipe'] });
    const said = { stdout: '', stderr: '' };
    for (const stream of ['stdout', 'stderr']) {
      child[stream].setEncoding('utf8').on('data', (text) => { said[stream] += text; });
    }
    child.on('error', reject);
    child.on('close', (code) => {
      if (code === 0) resolve(said.stdout);
      else reject(new Error(`${program} ended with ${code}: ${said.stderr}`));
    });
    child.stdin.end(input);
  });
}
