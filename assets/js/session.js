/**
 * One viewer's part in a session: what the server's messages do to the terminal, and what goes back.
 *
 * Knows messages, not how they travel, and a terminal, not how it is drawn.
 */

import { Backlog } from './backlog.js';
import { Curtain } from './curtain.js';
import { Early } from './early.js';
import { Flow } from './flow.js';
import { ack, decode, isThrownOut, query, setSize } from './protocol.js';
import { throttled } from './throttle.js';
import { Typist } from './typist.js';

/** The server passes at most 20 sizes a second on; half of that looks as smooth. */
const RESIZE_INTERVAL_MS = 100;

/** @typedef {{recall(): string, keep(token: string): void, onLost(): void}} Memory
 *   what outlives the page: the token of the stream, '' for none; `onLost` says that the server had another */

export class Session {
  #view;
  #status;
  #title;
  #connection;
  #backlog;
  #scrollback;
  #memory;
  #onSetup;
  #onEnd;
  #curtain;
  #early = new Early();
  #isNew = true;
  /** Whether what is in view, and may be read, is this session's. */
  #isShown;
  #flow = null;
  #typist = new Typist((message) => this.#connection.send(message));
  #stream = '';
  #resizes = false;
  #isLive = false;
  #recordings = null;
  #proposed = null;
  #proposeSoon = throttled(() => this.#propose(), RESIZE_INTERVAL_MS);

  /**
   * @param {object} parts
   * @param {import('./status.js').Status} parts.status
   * @param {import('./title.js').Title} parts.title
   * @param {{update(waiting: import('./backlog.js').Waiting | null): void}} parts.jump
   * @param {number} parts.scrollback  lines of it that this page keeps, if the server's snapshots do
   * @param {Memory} [parts.memory]  where the session is the one that this page had before it was loaded
   * @param {boolean} [parts.takesOver]  whether the terminal shows another session
   * @param {(setup: import('./protocol.js').Setup) => void} [parts.onSetup]
   * @param {(status: number | null) => void} [parts.onEnd]
   * @param {object} [parts.clock]  see Backlog
   */
  constructor({
    status, title, jump, scrollback, clock, memory = FORGETFUL, takesOver = false,
    onSetup = () => {}, onEnd = () => {},
  }) {
    this.#status = status;
    this.#title = title;
    this.#scrollback = scrollback;
    this.#memory = memory;
    this.#onSetup = onSetup;
    this.#onEnd = onEnd;
    this.#isShown = !takesOver;
    this.#stream = memory.recall();
    this.#curtain = new Curtain((piece) => this.#backlog.add(piece), !takesOver);
    this.#backlog = new Backlog({
      patience: () => (this.#isShown ? this.#view.patience() : 0),
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
    if (this.#isShown) this.#status.connecting();
    else this.#status.switching();
    connection.connect();
  }

  /** Another session takes the terminal over: nothing of this one comes onto it any more. */
  leave() {
    this.#isLive = false;
    this.#flow = null;
    this.#curtain.restart();
    this.#backlog.restart();
    this.#typist.restart();
  }

  /** What the next connection asks for: to go on where this one is, if that is a place to go on at. */
  query() {
    const offset = this.#flow?.place ?? null;
    const isGoingOn = this.#stream !== '' && (offset !== null || this.#memory !== FORGETFUL);
    const place = isGoingOn ? { token: this.#stream, offset } : null;
    return query(this.#scrollback, place, this.#memory === FORGETFUL ? null : this.#view.proposal());
  }

  // What the connection reports.

  onMessage(data) {
    const message = decode(data);
    switch (message?.kind) {
      case 'setup': return this.#setUp(message);
      case 'stdout': return this.#receive(message);
      case 'size': return this.#curtain.add(message);
      case 'snapshot': return this.#expectSnapshot(message);
      case 'writable': return this.#change(message);
      case 'recorded': return this.#status.recorded(message.what);
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
    this.#curtain.restart();
    this.#isNew = false;
    const wasEarly = this.#early.take() !== '';
    const hasDropped = this.#typist.restart() || wasEarly;
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
    if (this.#isNew && this.#early.keep(text)) return;
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
    this.#status.recorded(setup.recorded);
    this.#recordings = setup.recordings;
    this.#offerRecordings(setup.writable);
    this.#onSetup(setup);
    this.#beginTyping(setup);
  }

  /** What was typed while the session was on its way. */
  #beginTyping({ writable }) {
    this.#isNew = false;
    const text = this.#early.take();
    if (text !== '' && writable) this.onInput(text);
  }

  /** A snapshot follows, so that nothing of what is shown, or waits, is needed any more. */
  #startAnew({ command, size, title, scrollback, resume }) {
    this.#flow = new Flow((processed) => this.#connection.send(ack(processed)), scrollback);
    if (this.#stream !== '' && this.#stream !== resume) this.#memory.onLost();
    this.#stream = resume;
    this.#memory.keep(resume);
    this.#title.setCommand(command);
    this.#title.setProgram(title);
    this.#view.setScrollback(Math.min(scrollback, this.#scrollback));
    this.#curtain.restart();
    this.#backlog.restart();
    this.#curtain.add({ kind: 'size', ...size });
  }

  #expectSnapshot(message) {
    this.#flow?.snapshot(message.scrollback);
    this.#curtain.add(message);
  }

  #receive(message) {
    this.#flow?.received(message.offset);
    this.#curtain.add(message);
    if (this.#backlog.isHolding) this.#flow?.begin();
  }

  #show(piece) {
    if (piece.kind === 'size') this.#view.resize(piece);
    else if (piece.kind === 'stdout') this.#print(piece);
  }

  #print({ text, offset }) {
    const flow = this.#flow;
    flow?.handed();
    this.#view.write(text, () => {
      // What an earlier stream delivered is still shown, but no longer acknowledged.
      if (flow === this.#flow) this.#processed(offset);
      this.#backlog.review();
    });
  }

  #processed(offset) {
    this.#isShown = true;
    this.#flow?.processed(offset);
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
    this.#offerRecordings(writable);
  }

  #offerRecordings(writable) {
    this.#status.offerRecordings(this.#recordings === 'everybody' || (this.#recordings === 'writers' && writable));
  }

  #end(status) {
    this.#isLive = false;
    this.#typist.restart();
    this.#connection.finish();
    this.#view.setWritable(false);
    this.#title.setEnded();
    this.#status.ended(status);
    this.#memory.keep('');
    this.#onEnd(status);
  }
}

/** A session that anybody finds again by its address needs no memory. */
const FORGETFUL = { recall: () => '', keep() {}, onLost() {} };
