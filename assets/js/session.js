/**
 * One viewer's part in a session: what the server's messages do to the terminal, and what goes back.
 *
 * Knows messages, not how they travel, and a terminal, not how it is drawn.
 */

import { Flow } from './flow.js';
import { ack, decode, setSize, stdin } from './protocol.js';
import { throttled } from './throttle.js';

/** The server passes at most 20 sizes a second on; half of that looks as smooth. */
const RESIZE_INTERVAL_MS = 100;

export class Session {
  #view;
  #status;
  #title;
  #connection;
  #flow = null;
  #resizes = false;
  #isLive = false;
  #proposed = null;
  #proposeSoon = throttled(() => this.#propose(), RESIZE_INTERVAL_MS);

  /**
   * @param {{status: import('./status.js').Status, title: import('./title.js').Title}} parts
   */
  constructor({ status, title }) {
    this.#status = status;
    this.#title = title;
  }

  /** The terminal and the connection report to the session, so they come after it. */
  begin(view, connection) {
    this.#view = view;
    this.#connection = connection;
    this.#status.connecting();
    connection.connect();
  }

  // What the connection reports.

  onMessage(data) {
    const message = decode(data);
    switch (message?.kind) {
      case 'setup': return this.#setUp(message);
      case 'stdout': return this.#print(message);
      case 'size': return this.#view.resize(message);
      case 'notice': return this.#status.notice(message.text);
      case 'disconnect': return this.#end(message.status);
      default: return undefined; // An extension that this page doesn't know.
    }
  }

  onDown() {
    this.#isLive = false;
    this.#flow = null;
    this.#status.reconnecting();
  }

  // What the terminal reports.

  onInput(text) {
    if (!this.#isLive || !this.#connection.send(stdin(text))) this.#status.refused();
  }

  onRefusedInput() {
    this.#status.refused();
  }

  onTitle(title) {
    this.#title.setProgram(title);
  }

  onWindow() {
    this.#proposeSoon();
  }

  onLink(target) {
    this.#status.link(target);
  }

  #setUp({ command, writable, resizes, size, title, scrollback }) {
    this.#flow = new Flow((processed) => this.#connection.send(ack(processed)));
    this.#resizes = resizes;
    this.#proposed = null;
    this.#isLive = true;
    this.#title.setCommand(command);
    this.#title.setProgram(title);
    this.#view.setScrollback(scrollback);
    this.#view.resize(size);
    this.#view.setWritable(writable);
    this.#propose();
    if (writable) this.#status.live();
    else this.#status.readOnly();
  }

  #print({ text, offset }) {
    const flow = this.#flow;
    flow?.received();
    // What an earlier connection delivered is still shown, but no longer acknowledged.
    this.#view.write(text, () => flow === this.#flow && flow?.processed(offset));
  }

  #propose() {
    if (!this.#isLive || !this.#resizes) return;
    const proposal = setSize(this.#view.proposal(), this.#view.window);
    if (proposal === this.#proposed) return;
    this.#proposed = proposal;
    this.#connection.send(proposal);
  }

  #end(status) {
    this.#isLive = false;
    this.#connection.finish();
    this.#view.setWritable(false);
    this.#title.setEnded();
    this.#status.ended(status);
  }
}
