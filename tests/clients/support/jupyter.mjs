/** `@jupyterlab/services` as a page outside JupyterLab sets it up, and its terminals as a test asks them. */

import coreutils from '@jupyterlab/coreutils';
import services from '@jupyterlab/services';
import terminals from '@jupyterlab/services/lib/terminal/default.js';
import { atEnd } from '../../browser/support/cleanup.mjs';
import { eventually } from '../../browser/support/eventually.mjs';

// JupyterLab's page says so; without it the library does not ask for terminals.
coreutils.PageConfig.setOption('terminalsAvailable', 'true');

/** @param {string} url  the address of webterm's page */
export function settingsFor(url, options = {}) {
  return services.ServerConnection.makeSettings({ baseUrl: url, ...options });
}

/** Attaches to a terminal; it is left when the test ends. */
export function connect(context, settings, name) {
  const connection = new terminals.TerminalConnection({ model: { name }, serverSettings: settings });
  return new Terminal(context, connection);
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

  resize(rows, cols) {
    this.connection.send({ type: 'set_size', content: [rows, cols] });
  }

  output() {
    return this.messages.filter(({ type }) => type === 'stdout').map(({ content }) => content[0]).join('');
  }

  /** Waits until this was printed. */
  shows(text) {
    return eventually(`the terminal shows ${JSON.stringify(text)}, not ${JSON.stringify(this.output())}`, () => (
      this.output().includes(text)
    ));
  }

  /** @param {'connecting' | 'connected' | 'disconnected'} status */
  is(status) {
    return eventually(`the connection is ${status}`, () => this.connection.connectionStatus === status);
  }
}
