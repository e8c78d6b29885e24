/**
 * One viewer's part in a session: what the server's messages do to the terminal, and what goes back.
 *
 * Knows messages, not how they travel, and a terminal, not how it is drawn.
 */

import { Backlog } from './backlog.js';
import { Flow } from './flow.js';
import { ack, decode, isThrownOut, query, setSize } from './protocol.js';
import { throttled } from './throttle.js';
import { Typist } from './typist.js';

/** The server passes at most 20 sizes a second on; half of that looks as smooth. */
const RESIZE_INTERVAL_MS = 100;

export class Session {
  #view;
  #status;
  #title;
  #connection;
  #backlog;
  #scrollback;
  #flow = null;
  #typist = new Typist((message) => this.#connection.send(message));
  #stream = '';
  #resizes = false;
  #isLive = false;
  #proposed = null;
  #proposeSoon = throttled(() => this.#propose(), RESIZE_INTERVAL_MS);

  /**
   * @param {object} parts
   * @param {import('./status.js').Status} parts.status
   * @param {import('./title.js').Title} parts.title
   * @param {{update(waiting: import('./backlog.js').Waiting | null): void}} parts.jump
   * @param {number} parts.scrollback  lines of it that this page keeps, if the server's snapshots do
   * @param {object} [parts.clock]  see Backlog
   */
  constructor({ status, title, jump, scrollback, clock }) {
    this.#status = status;
    this.#title = title;
    this.#scrollback = scrollback;
    this.#backlog = new Backlog({
      patience: () => this.#view.patience(),
      show: (piece) => this.#show(piece),
      onChange: (waiting) => {
        this.#view.watchReading(waiting !== null);
        jump.update(waiting);
      },
      onOverdue: () => this.#view.goToEnd(),
      clock,
    });
  }

  /** The terminal and the connection report to the session, so they come after it. */
  begin(view, connection) {
    this.#view = view;
    this.#connection = connection;
    this.#status.connecting();
    connection.connect();
  }

  /** What the next connection asks for: to go on where this one is, if that is a place to go on at. */
  query() {
    const offset = this.#flow?.place ?? null;
    const place = this.#stream === '' || offset === null ? null : { token: this.#stream, offset };
    return query(this.#scrollback, place);
  }

  // What the connection reports.

  onMessage(data) {
    const message = decode(data);
    switch (message?.kind) {
      case 'setup': return this.#setUp(message);
      case 'stdout': return this.#receive(message);
      case 'size': return this.#backlog.add(message);
      case 'writable': return this.#change(message);
      case 'notice': return this.#status.notice(message.text);
      case 'taken': return this.#typist.taken(message.bytes);
      case 'heartbeat': return this.#connection.expectLife();
      case 'disconnect': return this.#end(message.status);
      default: return undefined; // An extension that this page doesn't know.
    }
  }

  /** @param {import('./connection.js').Close | null} close */
  onDown(close) {
    this.#isLive = false;
    const hasDropped = this.#typist.restart();
    if (isThrownOut(close)) {
      // Whether the page may be loaded again is the server's matter.
      this.#connection.finish();
      this.onShutOut('The host has thrown you out');
      return;
    }
    this.#status.reconnecting();
    if (hasDropped) this.#status.refused();
  }

  onShutOut(reason) {
    this.#isLive = false;
    this.#view.setWritable(false);
    this.#title.setShutOut();
    this.#status.shutOut(reason);
  }

  // What the terminal reports.

  onInput(text) {
    if (!this.#isLive || !this.#typist.type(text)) this.#status.refused();
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

  /** The user has scrolled, or selected something, or no longer. */
  onReading() {
    this.#backlog.review();
  }

  #setUp(setup) {
    this.#resizes = setup.resizes;
    this.#proposed = null;
    this.#isLive = true;
    this.#typist.restart();
    if (setup.resumed) this.#flow?.resume();
    else this.#startAnew(setup);
    this.#view.setWritable(setup.writable);
    this.#propose();
    if (setup.writable) this.#status.live();
    else this.#status.readOnly();
  }

  /** A snapshot follows, so that nothing of what is shown, or waits, is needed any more. */
  #startAnew({ command, size, title, scrollback, resume }) {
    this.#flow = new Flow((processed) => this.#connection.send(ack(processed)));
    this.#stream = resume;
    this.#title.setCommand(command);
    this.#title.setProgram(title);
    this.#view.setScrollback(Math.min(scrollback, this.#scrollback));
    this.#backlog.restart();
    this.#backlog.add({ kind: 'size', ...size });
  }

  #receive(message) {
    this.#flow?.received(message.offset);
    this.#backlog.add(message);
    if (this.#backlog.isHolding) this.#flow?.begin();
  }

  #show(piece) {
    if (piece.kind === 'size') this.#view.resize(piece);
    else this.#print(piece);
  }

  #print({ text, offset }) {
    const flow = this.#flow;
    flow?.handed();
    this.#view.write(text, () => {
      // What an earlier stream delivered is still shown, but no longer acknowledged.
      if (flow === this.#flow) flow?.processed(offset);
      this.#backlog.review();
    });
  }

  #propose() {
    if (!this.#isLive || !this.#resizes) return;
    const proposal = setSize(this.#view.proposal(), this.#view.window);
    if (proposal === this.#proposed) return;
    this.#proposed = proposal;
    this.#connection.send(proposal);
  }

  /** The host has given the right to type, or taken it. */
  #change({ writable, resizes }) {
    if (!this.#isLive) return;
    this.#resizes = resizes;
    this.#proposed = null;
    // What was typed before is not typed later.
    if (!writable) this.#typist.drop();
    this.#view.setWritable(writable);
    this.#propose();
    if (writable) this.#status.mayWrite();
    else this.#status.mayLook();
  }

  #end(status) {
    this.#isLive = false;
    this.#typist.restart();
    this.#connection.finish();
    this.#view.setWritable(false);
    this.#title.setEnded();
    this.#status.ended(status);
  }
}
