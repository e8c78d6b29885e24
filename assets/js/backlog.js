/**
 * Holds output back while the user reads, so that what he looks at stays where it is.
 *
 * Knows messages and their order, and neither the terminal nor the page: whether the user reads, and how
 * a message is shown, is injected, and so is the clock. What waits is not acknowledged, so the server's
 * flow control bounds it.
 */

import { utf8Length } from './protocol.js';

/** The server sends at least so much ahead of what was acknowledged, and may then wait: from there on there may be
    more than is counted here. */
const LEAST_WINDOW_BYTES = 16 * 1024;

/**
 * @typedef {object} Waiting  how much is new
 * @property {number} lines     line ends in it
 * @property {number} bytes     all of it
 * @property {boolean} isMore   whether there is more on the server, or was on the way
 */

/**
 * @typedef {{kind: 'stdout', text: string, offset: number | null}
 *   | {kind: 'size', rows: number, cols: number}
 *   | {kind: 'snapshot'}} Piece  what changes the terminal; `snapshot` says that the output up to the next offset
 *   does so whatever was shown before
 */

export class Backlog {
  #patience;
  #show;
  #onChange;
  #onOverdue;
  #clock;
  #pieces = [];
  #waiting = null;
  #latest = null;
  #isMidSnapshot = false;
  #timer = null;

  /**
   * @param {object} parts
   * @param {() => number} parts.patience  for how many milliseconds more the user may be left reading: 0
   *   where he doesn't, Infinity where nothing presses
   * @param {(piece: Piece) => void} parts.show  brings a piece onto the terminal
   * @param {(waiting: Waiting | null) => void} parts.onChange  told how much waits, null when nothing does
   * @param {() => void} parts.onOverdue  patience has ended: stop reading, so that output goes on
   * @param {{setTimeout: Function, clearTimeout: Function}} [parts.clock]
   */
  constructor({ patience, show, onChange, onOverdue, clock = browserClock }) {
    this.#patience = patience;
    this.#show = show;
    this.#onChange = onChange;
    this.#onOverdue = onOverdue;
    this.#clock = clock;
  }

  /** Whether a piece that came now would wait. A snapshot that is shown in part is shown whole. */
  get isHolding() {
    return !this.#isMidSnapshot && (this.#pieces.length > 0 || this.#patience() > 0);
  }

  /** @param {Piece} piece */
  add(piece) {
    const before = this.#latest;
    if (piece.kind !== 'size') this.#latest = piece.offset ?? null;
    if (this.isHolding) this.#keep(piece, before);
    else this.#bring(piece);
  }

  /** Another stream begins, with a snapshot: what waits of this one will not be missed. */
  restart() {
    this.#latest = null;
    this.#isMidSnapshot = false;
    this.#empty();
  }

  /** To be called whenever the user may have begun or ended to read: shows what waits, if he has ended. */
  review() {
    if (this.#pieces.length === 0) return;
    const patience = this.#patience();
    if (patience === 0) this.#release();
    else if (patience < Infinity) this.#timer ??= this.#clock.setTimeout(() => this.#overdue(), patience);
  }

  #bring(piece) {
    if (piece.kind !== 'size') this.#isMidSnapshot = piece.kind === 'snapshot' || piece.offset === null;
    this.#show(piece);
  }

  #keep(piece, before) {
    if (piece.kind === 'snapshot') this.#supersede();
    this.#pieces.push(piece);
    const goesOn = before !== null && piece.offset !== null;
    this.#report(counted(this.#waiting ?? NOTHING, piece, goesOn));
    this.review();
  }

  #release() {
    const pieces = this.#pieces;
    this.#empty();
    for (const piece of pieces) this.#bring(piece);
  }

  #empty() {
    this.#clock.clearTimeout(this.#timer);
    this.#timer = null;
    this.#pieces = [];
    if (this.#waiting !== null) this.#report(null);
  }

  #overdue() {
    this.#timer = null;
    this.#onOverdue();
    this.#release();
  }

  /** Of what waits, only the size that the snapshot was made for still matters. */
  #supersede() {
    this.#pieces = this.#pieces.filter(({ kind }) => kind === 'size').slice(-1);
  }

  #report(waiting) {
    this.#waiting = waiting;
    this.#onChange(waiting);
  }
}

const NOTHING = { lines: 0, bytes: 0, isMore: false };

/** How many lines a snapshot has says nothing about how many are new. */
function counted(waiting, piece, goesOn) {
  if (piece.kind !== 'stdout') return waiting;
  const bytes = waiting.bytes + utf8Length(piece.text);
  return {
    lines: waiting.lines + (goesOn ? lineEnds(piece.text) : 0),
    bytes,
    isMore: waiting.isMore || !goesOn || bytes >= LEAST_WINDOW_BYTES,
  };
}

function lineEnds(text) {
  let count = 0;
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) count += 1;
  return count;
}

const browserClock = {
  setTimeout: (call, delay) => setTimeout(call, delay),
  clearTimeout: (timer) => clearTimeout(timer),
};
