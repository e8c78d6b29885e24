/** webterm with a program that keeps what it is given, so that it can be looked at byte for byte. */

import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { atEnd } from '../../browser/support/cleanup.mjs';
import { eventually } from '../../browser/support/eventually.mjs';
import { startWebterm } from '../../browser/support/webterm.mjs';
import { PING, PONG, TEXT, frame, stdin } from './frames.mjs';
import { Peer } from './peer.mjs';

/**
 * @param {import('node:test').TestContext} context
 * @param {...string} options
 */
export async function startServer(context, ...options) {
  const folder = mkdtempSync(join(tmpdir(), 'webterm-conformance-'));
  atEnd(context, () => rmSync(folder, { recursive: true }));
  const file = join(folder, 'typed');
  const script = ': >"$0"; stty raw -echo; printf ready; exec cat >"$0"';
  const { url } = await startWebterm(context, '-w', ...options, 'sh', '-c', script, file);
  const server = new Server(context, url, file);
  // What is typed before the terminal is raw would be changed.
  const first = await server.connect();
  await eventually('the program is ready', () => first.output().includes('ready'));
  first.reset();
  return server;
}

class Server {
  #context;
  #file;
  #count = 0;

  constructor(context, url, file) {
    this.#context = context;
    this.url = new URL(url);
    this.#file = file;
  }

  /** @param {Buffer} [more]  sent together with the handshake */
  connect(more) {
    return Peer.connect(this.#context, this.url, more);
  }

  /** A connection that has not said anything. */
  dial() {
    return new Peer(this.#context, this.url);
  }

  /** @returns {string} a text that no other test types */
  unique(text = '') {
    this.#count += 1;
    return `<${this.#count}:${text}>`;
  }

  typed() {
    return readFileSync(this.#file);
  }

  /** Waits until the program was given this, as the last of all. */
  async got(text) {
    const bytes = Buffer.from(text);
    await eventually(`the program gets ${bytes.subarray(0, 60)}`, () => (
      this.typed().subarray(-bytes.length).equals(bytes)
    ));
  }

  /** Checks that a peer is heard and answered as ever. */
  async serves(peer) {
    const text = this.unique();
    peer.send(frame(TEXT, stdin(text)), frame(PING, text));
    await this.got(text);
    while ((await peer.next(PONG)).payload.toString() !== text);
  }
}
