/** `@jupyterlab/services` as a page outside JupyterLab sets it up, and its terminals as a test asks them. */

import coreutils from '@jupyterlab/coreutils';
import services from '@jupyterlab/services';
import terminals from '@jupyterlab/services/lib/terminal/default.js';
import WebSocket from 'ws';
import { atEnd } from '../../browser/support/cleanup.mjs';
import { eventually } from '../../browser/support/eventually.mjs';

// JupyterLab's page says so; without it the library does not ask for terminals.
coreutils.PageConfig.setOption('terminalsAvailable', 'true');

/** The functions below the manager. */
export const { TerminalAPI } = services;

/**
 * @param {string} url  the address of webterm's page
 * @param {object} [options]  any of the library's
 */
export function settingsFor(url, options = {}) {
  return services.ServerConnection.makeSettings({ baseUrl: url, ...options });
}

/** Settings by which each request and each WebSocket names a user and a password. */
export function loginFor(url, user, password) {
  const headers = { Authorization: `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}` };
  class Authorized extends WebSocket {
    constructor(address) {
      super(address, { headers });
    }
  }
  return settingsFor(url, { init: { cache: 'no-store', headers }, WebSocket: Authorized });
}

/** The library's manager of terminals, once it knows which there are; it stops when the test ends. */
export async function startManager(context, settings) {
  const manager = new services.TerminalManager({ serverSettings: settings });
  atEnd(context, () => manager.dispose());
  await manager.ready;
  return manager;
}

/** @returns {string[]} the names of the terminals that a manager knows */
export function namesOf(manager) {
  return Array.from(manager.running(), ({ name }) => name);
}

/** Attaches to a terminal; it is left when the test ends. */
export function connect(context, settings, name) {
  return new Terminal(context, new terminals.TerminalConnection({ model: { name }, serverSettings: settings }));
}

/** What comes over a connection, as a test wants to ask it. */
export class Terminal {
  messages = [];

  /** @param {import('@jupyterlab/services').Terminal.ITerminalConnection} connection */
  constructor(context, connection) {
    this.connection = connection;
    connection.messageReceived.connect((_, message) => { this.messages.push(message); });
    atEnd(context, () => connection.dispose());
  }

  type(text) {
    this.connection.send({ type: 'stdin', content: [text] });
  }

  /** As JupyterLab's terminal does it: with the height and the width of its element. */
  resize(rows, cols) {
    this.connection.send({ type: 'set_size', content: [rows, cols, rows * 15, cols * 7] });
  }

  output() {
    return this.messages.filter(({ type }) => type === 'stdout').map(({ content }) => content[0]).join('');
  }

  /** From now on only what is new counts as output. */
  forget() {
    this.messages = [];
  }

  /** Waits until this was printed. */
  async shows(text) {
    try {
      await eventually('it is shown', () => this.output().includes(text));
    } catch {
      throw new Error(`the terminal does not show ${JSON.stringify(text)}, but ${JSON.stringify(this.output())}`);
    }
  }

  /** @param {'connecting' | 'connected' | 'disconnected'} status */
  is(status) {
    return eventually(`the connection is ${status}`, () => this.connection.connectionStatus === status);
  }

  isDisposed() {
    return eventually('the connection is disposed of', () => this.connection.isDisposed);
  }
}
