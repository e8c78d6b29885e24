/** The server's terminal model, driven through `examples/screen.rs`, whose protocol is described there. */

import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';

const HEADER_BYTES = 4;

function binary() {
  const path = process.env.WEBTERM_SCREEN;
  if (!path) throw new Error('WEBTERM_SCREEN is not set: run cargo build --example screen and name the binary in it');
  if (!existsSync(path)) throw new Error(`WEBTERM_SCREEN names ${path}, which is not there: run cargo build --example screen`);
  return path;
}

/** A process that holds one screen; answers come in the order of the commands. */
export class Model {
  #process;
  #waiting = [];
  #received = Buffer.alloc(0);

  constructor() {
    this.#process = spawn(binary(), { stdio: ['pipe', 'pipe', 'inherit'] });
    this.#process.stdout.on('data', (data) => this.#receive(data));
    this.#process.stdin.on('error', () => {});
    this.#process.on('exit', (code, signal) => {
      for (const { reject } of this.#waiting) reject(new Error(`the model has ended: ${code ?? signal}`));
      this.#waiting = [];
    });
  }

  /** Begins with an empty screen. */
  reset({ cols, rows }, scrollback) {
    return this.#ask('n', `${cols}x${rows} ${scrollback}`);
  }

  /**
   * @param {Uint8Array | string} output  of the program
   * @returns {Promise<string>} what the viewers are given
   */
  feed(output) {
    return this.#ask('f', output);
  }

  /** @returns {Promise<string>} what the viewers are given at the program's end */
  finish() {
    return this.#ask('e', '');
  }

  /** @returns {Promise<string>} what the viewers are given after the same change */
  resize({ cols, rows }) {
    return this.#ask('r', `${cols}x${rows}`);
  }

  /** Keeps the screen as it is. */
  keep() {
    return this.#ask('k', '');
  }

  /** Goes back to the screen that was kept. */
  goBack() {
    return this.#ask('b', '');
  }

  /** @returns {Promise<string>} with at most `scrollback` lines above the screen */
  snapshot(scrollback) {
    return this.#ask('s', `${scrollback}`);
  }

  /** Ends the process. */
  close() {
    this.#process.stdin.end();
  }

  #ask(name, argument) {
    const bytes = Buffer.from(argument);
    const header = Buffer.alloc(1 + HEADER_BYTES);
    header.write(name, 'latin1');
    header.writeUInt32LE(bytes.length, 1);
    return new Promise((resolve, reject) => {
      this.#waiting.push({ resolve, reject });
      this.#process.stdin.write(Buffer.concat([header, bytes]));
    });
  }

  #receive(data) {
    this.#received = Buffer.concat([this.#received, data]);
    while (this.#received.length >= HEADER_BYTES) {
      const end = HEADER_BYTES + this.#received.readUInt32LE(0);
      if (this.#received.length < end) return;
      const answer = this.#received.toString('utf8', HEADER_BYTES, end);
      this.#received = this.#received.subarray(end);
      this.#waiting.shift().resolve(answer);
    }
  }
}
