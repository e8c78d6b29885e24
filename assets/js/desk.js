/**
 * One viewer's desk: the terminal on the page, and the session that it shows at the time.
 *
 * Brings one session after another onto the same terminal, and lets what the user does reach the present
 * one only. Knows sessions and connections, and neither how they are named nor who chooses them.
 */

import { Connection } from './connection.js';
import { Session } from './session.js';

/**
 * @typedef {object} Visit  a session that is to be shown
 * @property {(query: string) => string} address  of its socket, relative to the page
 * @property {() => Promise<string | null>} knock  see Connection
 * @property {string} [name]  what the browser tab is to say besides the title
 * @property {import('./session.js').Memory} [memory]
 * @property {(setup: import('./protocol.js').Setup) => void} [onSetup]  it is there
 * @property {(status: number | null) => void} [onEnd]  its program has ended
 */

export class Desk {
  #status;
  #title;
  #jump;
  #scrollback;
  #view;
  #openSocket;
  #clock;
  #session = null;
  #connection = null;
  #isUsed = false;

  /**
   * @param {object} parts
   * @param {import('./status.js').Status} parts.status
   * @param {import('./title.js').Title} parts.title
   * @param {(onJump: () => void) => object} parts.makeJump
   * @param {(listener: object) => object} parts.makeView  see TerminalView
   * @param {(address: string) => WebSocket} parts.openSocket
   * @param {number} parts.scrollback
   * @param {object} [parts.clock]  see Connection
   */
  constructor({ status, title, makeJump, makeView, openSocket, scrollback, clock }) {
    this.#clock = clock;
    this.#status = status;
    this.#title = title;
    this.#scrollback = scrollback;
    this.#openSocket = openSocket;
    this.#jump = makeJump(() => this.#goToEnd());
    this.#view = makeView(this);
  }

  /** Shows another session; what was shown stays in view until its screen is there. @param {Visit} visit */
  attach(visit) {
    this.leave();
    this.#title.begin(visit.name ?? '');
    const session = new Session({
      status: this.#status,
      title: this.#title,
      jump: this.#jump,
      scrollback: this.#scrollback,
      clock: this.#clock,
      memory: visit.memory,
      takesOver: this.#isUsed,
      onSetup: visit.onSetup,
      onEnd: visit.onEnd,
    });
    const openSocket = () => this.#openSocket(visit.address(session.query()));
    this.#session = session;
    this.#connection = new Connection({ openSocket, listener: session, knock: visit.knock, clock: this.#clock });
    this.#isUsed = true;
    session.begin(this.#view, this.#connection);
  }

  /** Shows no session any more, but what was last seen of it. */
  leave() {
    this.#session?.leave();
    this.#connection?.close();
    this.#session = null;
    this.#connection = null;
  }

  /** Nothing is shown, and nothing said of a connection. */
  clear() {
    this.leave();
    this.#status.idle();
    this.#title.begin('');
    this.#view.setWritable(false);
  }

  /** The session goes by another name from now on. */
  rename(name) {
    this.#title.setName(name);
  }

  /** Something speaks for another attempt: a pause between two is cut short. */
  connect() {
    this.#connection?.connect();
  }

  /** @returns {import('./fit.js').Grid} the grid that would fill the window */
  proposal() {
    return this.#view.proposal();
  }

  focus() {
    this.#view.focus();
  }

  notice(text) {
    this.#status.notice(text);
  }

  // What the terminal reports.

  onInput(text) {
    this.#session?.onInput(text);
  }

  onRefusedInput() {
    this.#session?.onRefusedInput();
  }

  onTitle(title) {
    this.#session?.onTitle(title);
  }

  onWindow() {
    this.#session?.onWindow();
  }

  onLink(target) {
    this.#session?.onLink(target);
  }

  onReading() {
    this.#session?.onReading();
  }

  #goToEnd() {
    this.#view.goToEnd();
    this.focus();
  }
}
