/**
 * The runs of the program, one after the other: what the server's messages do to the page, and what
 * goes back. Knows messages, not how they travel.
 */

import { isThrownOut, stdin } from '../protocol.js';
import { decode } from './protocol.js';

export class Runs {
  #openWire;
  #knock;
  #log;
  #panel;
  #prompt;
  #wire = null;
  #isWritable = false;
  #hadFocus = true;
  #status;

  /**
   * @param {object} parts
   * @param {(listener: object) => import('./wire.js').Wire} parts.openWire
   * @param {() => Promise<string | null>} parts.knock  asks why a socket was refused: for good, or not
   * @param {import('./log.js').Log} parts.log
   * @param {import('./panel.js').Panel} parts.panel
   */
  constructor({ openWire, knock, log, panel }) {
    this.#openWire = openWire;
    this.#knock = knock;
    this.#log = log;
    this.#panel = panel;
  }

  /** @param {import('./prompt.js').Prompt} prompt  it sends by `send`, so it comes after */
  begin(prompt) {
    this.#prompt = prompt;
    this.start();
  }

  /** Starts the program, unless it runs. */
  start() {
    if (this.#wire !== null) return;
    this.#status = undefined;
    this.#panel.connecting();
    this.#prompt.isShown = true;
    this.#wire = this.#openWire({
      onMessage: (data) => this.#onMessage(decode(data)),
      onDown: (close) => this.#onDown(close),
    });
  }

  /** @returns {boolean} whether the line was sent */
  send(line) {
    const isSent = this.#isWritable && this.#wire?.send(stdin(line)) === true;
    if (isSent) this.#log.add({ kind: 'sent', text: line });
    // Who sends something wants to see what comes of it.
    if (isSent) this.#log.goToEnd();
    return isSent;
  }

  #onMessage(message) {
    switch (message?.kind) {
      case 'stdout':
      case 'stderr':
        return message.lines.forEach((text) => this.#log.add({ kind: message.kind, text }));
      case 'notice': return this.#log.add(message);
      case 'setup':
        this.#panel.running(message.command, message.writable);
        return this.#setWritable(message.writable);
      case 'writable':
        this.#panel.writable(message.writable);
        return this.#setWritable(message.writable);
      case 'disconnect':
        this.#status = message.status;
        return undefined;
      default: return undefined; // A sign of life, or an extension that this page doesn't know.
    }
  }

  #setWritable(isWritable) {
    this.#keepFocus();
    this.#isWritable = isWritable;
    this.#prompt.isShown = isWritable;
    if (isWritable && this.#hadFocus) this.#prompt.focus();
  }

  async #onDown(close) {
    this.#keepFocus();
    this.#wire = null;
    this.#isWritable = false;
    this.#prompt.isShown = false;
    if (close.wasOpened) this.#tellEnd(close);
    else await this.#tellRefusal();
    if (this.#hadFocus) this.#panel.focus();
  }

  #tellEnd(close) {
    if (isThrownOut(close)) return this.#panel.shutOut('The host has thrown you out.');
    if (this.#status !== undefined) {
      const words = this.#status === null ? 'Ended' : `Ended with status ${this.#status}`;
      this.#log.add({ kind: 'end', text: words });
      return this.#panel.over(this.#status ? 'failed' : 'over', 'Ended', words);
    }
    const reason = close.reason === '' ? 'The connection was lost, and the program ended with it' : sentence(close.reason);
    this.#log.add({ kind: 'end', text: reason });
    return this.#panel.over('failed', close.reason === '' ? 'Lost' : 'Closed', reason);
  }

  async #tellRefusal() {
    const reason = await this.#knock();
    if (reason !== null) return this.#panel.shutOut(reason);
    return this.#panel.over('failed', 'Not connected', 'The server is away, or runs as many programs as it may.');
  }

  #keepFocus() {
    if (this.#isWritable) this.#hadFocus = this.#prompt.hasFocus;
  }
}

function sentence(reason) {
  return reason.charAt(0).toUpperCase() + reason.slice(1);
}
