/** A named pipe, so that a program in the terminal prints what the test says, when it says so. */

import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { atEnd } from './cleanup.mjs';

export class Pipe {
  #dir = mkdtempSync(join(tmpdir(), 'webterm-'));
  #end = null;

  /** @param {import('node:test').TestContext} context */
  constructor(context) {
    execFileSync('mkfifo', [this.path]);
    atEnd(context, async () => {
      await this.close();
      rmSync(this.#dir, { recursive: true });
    });
  }

  /** What the program in the terminal reads. */
  get path() {
    return join(this.#dir, 'pipe');
  }

  /** Ends when all of it is in the pipe. */
  async print(text) {
    this.#end ??= open(this.path, 'w');
    await (await this.#end).writeFile(text);
  }

  /** To the program in the terminal this is the end of its input. */
  async close() {
    await (await this.#end)?.close();
    this.#end = null;
  }
}
