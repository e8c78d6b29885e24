/** `socket.io-client` as pages use it, its terminals as a test asks them, and Engine.IO without a library. */

import { request } from 'node:http';
import { io } from 'socket.io-client';
import { atEnd } from '../../browser/support/cleanup.mjs';
import { eventually } from '../../browser/support/eventually.mjs';

const DEADLINE_MS = 20_000;

export const TRANSPORTS = {
  websocket: ['websocket'],
  polling: ['polling'],
  'polling, then websocket': ['polling', 'websocket'],
};

/**
 * Connects; the socket is closed when the test ends.
 *
 * @param {string} url  the address of webterm's page
 * @param {{transports?: string[], user?: string, options?: object}} [how]  `user`: with his password
 */
export async function connect(context, url, { transports = ['websocket'], user, options = {} } = {}) {
  const client = open(context, url, { transports, user, options });
  await eventually(`the socket is connected, not ${client.problem}`, () => client.socket.connected);
  return client;
}

/** As `connect`, without waiting. */
export function open(context, url, { transports = ['websocket'], user, options = {} } = {}) {
  const address = new URL(url);
  const extraHeaders = user ? { Authorization: `Basic ${Buffer.from(user).toString('base64')}` } : {};
  const socket = io(address.origin, {
    path: `${address.pathname}socket.io/`,
    transports,
    extraHeaders,
    forceNew: true,
    reconnection: false,
    ...options,
  });
  atEnd(context, () => socket.disconnect());
  return new Client(socket);
}

/** A client, as a test wants to ask it. */
export class Client {
  /** What happened, in its order: `{event, ...fields}`. */
  events = [];
  problem = 'anything yet';
  #text = new Map();

  constructor(socket) {
    this.socket = socket;
    socket.on('connect_error', (error) => { this.problem = error.message; });
    socket.on('disconnect', (reason) => { this.problem = reason; this.events.push({ event: 'disconnect', reason }); });
    socket.on('terminal:output', ({ session_id: id, data }) => {
      if (typeof data !== 'string') throw new Error('output is no text');
      this.#text.set(id, [...this.#pieces(id), data]);
    });
    for (const event of ['terminal:error', 'terminal:exit']) {
      socket.on(event, (fields) => this.events.push({ event, ...fields }));
    }
  }

  /** Sends an event and gives its acknowledgement. */
  ask(event, data) {
    return this.socket.timeout(DEADLINE_MS).emitWithAck(event, data);
  }

  send(event, data) {
    this.socket.emit(event, data);
  }

  /** Creates a terminal; gives its id. */
  async create(cols = 80, rows = 24) {
    const made = await this.ask('terminal:create', { cols, rows });
    if (made.success !== true) throw new Error(`not created: ${made.error}`);
    return made.session_id;
  }

  type(id, data) {
    this.send('terminal:input', { session_id: id, data });
  }

  #pieces(id) {
    return this.#text.get(id) ?? [];
  }

  output(id) {
    const pieces = this.#pieces(id);
    if (pieces.length > 1) this.#text.set(id, [pieces.join('')]);
    return this.#pieces(id)[0] ?? '';
  }

  forget(id) {
    this.#text.delete(id);
  }

  /** Waits until this was printed. */
  shows(id, text) {
    return eventually(`${id} shows ${JSON.stringify(text)}`, () => this.output(id).includes(text));
  }

  /** Waits for such an event. */
  gets(event, fields = {}) {
    return eventually(`${event} with ${JSON.stringify(fields)} among ${JSON.stringify(this.events)}`, () => (
      this.events.find((one) => one.event === event && Object.entries(fields).every(([name, value]) => (
        value instanceof RegExp ? value.test(one[name]) : one[name] === value
      )))
    ));
  }
}

/**
 * A request as a polling client without a library sends it. Not by `fetch`, whose headers are a browser's.
 */
export function poll(url, { sid, method = 'GET', body = '', headers = {}, query = 'EIO=4&transport=polling' } = {}) {
  const more = sid === undefined ? '' : `&sid=${sid}`;
  const address = new URL(`socket.io/?${query}${more}`, url);
  const options = { method, headers: { ...headers, 'Content-Length': Buffer.byteLength(body) }, timeout: DEADLINE_MS };
  return new Promise((resolve, reject) => {
    const asked = request(address, options, (response) => {
      const parts = [];
      response.on('data', (part) => parts.push(part));
      response.on('error', reject);
      response.on('end', () => resolve({
        status: response.statusCode,
        headers: new Headers(Object.entries(response.headers).map(([name, value]) => [name, String(value)])),
        text: Buffer.concat(parts).toString(),
      }));
    });
    asked.on('timeout', () => asked.destroy(new Error('no answer')));
    asked.on('error', reject);
    asked.end(body);
  });
}

/** Opens an engine without a library; gives its id. */
export async function openEngine(url, headers = {}) {
  const { status, text } = await poll(url, { headers });
  if (status !== 200) throw new Error(`no engine: ${status} ${text}`);
  return JSON.parse(text.slice(1)).sid;
}
