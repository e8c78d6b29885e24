/** A client that sends whatever bytes it is told, and looks closely at what it gets. */

import assert from 'node:assert/strict';
import net from 'node:net';
import { atEnd } from '../../browser/support/cleanup.mjs';
import { CLOSE, TEXT, parse } from './frames.mjs';

/** Generous: a loaded machine is slow. The server itself has 5 s to end a connection. */
const DEADLINE_MS = 15_000;

const KEY = 'dGhlIHNhbXBsZSBub25jZQ==';

/** The header lines of a handshake (RFC 6455, 1.3), in the order in which they are sent. */
export const HANDSHAKE = {
  Connection: 'Upgrade',
  Upgrade: 'websocket',
  'Sec-WebSocket-Version': '13',
  'Sec-WebSocket-Key': KEY,
};

/** @returns {string} a request; a header that is undefined is left out, an array is sent in several lines */
export function request(url, { method = 'GET', path = '/ws', version = '1.1', headers = {} } = {}) {
  const all = { Host: url.host, ...HANDSHAKE, ...headers };
  const lines = Object.entries(all)
    .filter(([, value]) => value !== undefined)
    .flatMap(([name, value]) => [value].flat().map((one) => `${name}: ${one}\r\n`));
  return `${method} ${path} HTTP/${version}\r\n${lines.join('')}\r\n`;
}

export class Peer {
  /** What the server answered: status and header lines. */
  status = 0;
  head = '';
  frames = [];
  wasReset = false;
  #socket;
  #rest = Buffer.alloc(0);
  #isOver = false;
  #wake = () => {};

  constructor(context, url) {
    this.#socket = net.connect({ host: url.hostname, port: Number(url.port), allowHalfOpen: true });
    this.#socket.setNoDelay(true);
    this.#socket.on('data', (bytes) => this.#take(bytes));
    this.#socket.on('end', () => this.#end());
    this.#socket.on('close', () => this.#end());
    this.#socket.on('error', (error) => { this.wasReset ||= error.code === 'ECONNRESET'; });
    atEnd(context, () => this.reset());
  }

  /** Shakes hands; fails where that is refused. */
  static async connect(context, address, more = Buffer.alloc(0)) {
    const url = new URL(address);
    const peer = new Peer(context, url);
    peer.send(Buffer.concat([Buffer.from(request(url)), more]));
    assert.equal(await peer.answer(), 101, peer.head);
    return peer;
  }

  send(...parts) {
    for (const part of parts) if (!this.#socket.destroyed) this.#socket.write(part);
  }

  /** Sends in pieces of so many bytes, each of them a segment of its own where the kernel lets it. */
  async sendSlowly(bytes, size) {
    for (let start = 0; start < bytes.length; start += size) {
      this.send(bytes.subarray(start, start + size));
      await new Promise(setImmediate);
    }
  }

  /** Says that nothing more comes, without a close. */
  finish() {
    this.#socket.end();
  }

  /** Goes away without a word. */
  reset() {
    this.#socket.resetAndDestroy();
  }

  /** @returns {boolean} whether the server has ended the connection */
  get isOver() {
    return this.#isOver;
  }

  /** @returns {Promise<number>} the status */
  async answer() {
    await this.#until('an answer', () => this.status !== 0 || this.#isOver);
    return this.status;
  }

  /** @returns {Promise<object>} the next frame of this kind that was not yet asked for */
  async next(opcode) {
    const found = () => this.frames.findIndex((frame) => frame.opcode === opcode && !frame.isSeen);
    await this.#until(`a frame ${opcode}`, () => found() >= 0 || this.#isOver);
    const frame = this.frames[found()];
    assert.ok(frame, `the server closed before a frame ${opcode}: ${this.#story()}`);
    frame.isSeen = true;
    return frame;
  }

  /** Waits until the server has ended the connection; gives the close code, null where it gave none. */
  async closeCode() {
    await this.#until('the end of the connection', () => this.#isOver);
    for (const { rsv, isMasked } of this.frames) assert.deepEqual([rsv, isMasked], [0, false]);
    const closes = this.frames.filter(({ opcode }) => opcode === CLOSE);
    assert.ok(closes.length <= 1, 'one close is enough');
    if (closes.length === 0) return null;
    assert.equal(this.frames.at(-1).opcode, CLOSE, 'nothing comes after a close');
    const { payload } = closes[0];
    return payload.length < 2 ? 1005 : payload.readUInt16BE(0);
  }

  /** @returns {string} why the server closed */
  reason() {
    return this.frames.at(-1)?.payload.subarray(2).toString() ?? '';
  }

  /** @returns {string} all output so far */
  output() {
    const messages = this.frames.filter(({ opcode }) => opcode === TEXT).map(({ payload }) => JSON.parse(payload));
    return messages.filter(([name]) => name === 'stdout').map(([, text]) => text).join('');
  }

  #take(bytes) {
    this.#rest = Buffer.concat([this.#rest, bytes]);
    if (this.status === 0) this.#takeHead();
    if (this.status === 101) {
      const { frames, rest } = parse(this.#rest);
      this.frames.push(...frames);
      this.#rest = rest;
    }
    this.#wake();
  }

  #takeHead() {
    const end = this.#rest.indexOf('\r\n\r\n');
    if (end < 0) return;
    this.head = this.#rest.subarray(0, end).toString();
    this.status = Number(this.head.split(' ')[1]);
    this.#rest = this.#rest.subarray(end + 4);
  }

  #end() {
    this.#isOver = true;
    this.#wake();
  }

  async #until(what, condition) {
    const deadline = Date.now() + DEADLINE_MS;
    while (!condition()) {
      const left = deadline - Date.now();
      if (left <= 0) throw new Error(`waited in vain for ${what}: ${this.#story()}`);
      await new Promise((resolve) => {
        const timer = setTimeout(resolve, left);
        this.#wake = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
  }

  #story() {
    const frames = this.frames.map(({ opcode, payload }) => `${opcode}:${payload.subarray(0, 60)}`);
    return `${this.head.split('\r\n')[0]} ${frames.join(' | ')}`;
  }
}
