/**
 * Sends what the user types: in order, in pieces, and no further ahead than the program takes it.
 *
 * A paste of megabytes would else lie in the socket's buffer, and everything that comes after it, what
 * the page acknowledges among it, behind it. Knows messages, not how they travel.
 */

import { stdin, utf8Length } from './protocol.js';

/** The largest message, in bytes: servers take at least this much, and few characters wait for many. */
const PIECE_BYTES = 32 * 1024;

/** What is around a text in a message, in bytes, and a little more. */
const AROUND_BYTES = 64;

/** The most input, in bytes, that is on its way to the program. */
const WINDOW_BYTES = 256 * 1024;

export class Typist {
  #send;
  #waiting = [];
  /** How much of the first text that waits was sent, in UTF-16 units. */
  #begun = 0;
  #sent = 0;
  #taken = 0;

  /** @param {(message: string) => boolean} send  false where there is no connection */
  constructor(send) {
    this.#send = send;
  }

  /** @returns {boolean} whether the text went out, or will; else it is dropped, with all that waited */
  type(text) {
    if (text !== '') this.#waiting.push(text);
    return this.#pump();
  }

  /** The program has taken so many bytes, in all, of what was sent over this connection. */
  taken(bytes) {
    this.#taken = bytes;
    this.#pump();
  }

  /**
   * Another connection, or none: what waits is dropped, for the program may be at another place by then.
   *
   * @returns {boolean} whether something was dropped
   */
  restart() {
    this.#sent = 0;
    this.#taken = 0;
    return this.drop();
  }

  /** @returns {boolean} whether something waited, and is dropped */
  drop() {
    const hasDropped = this.#waiting.length > 0;
    this.#waiting = [];
    this.#begun = 0;
    return hasDropped;
  }

  #pump() {
    while (this.#waiting.length > 0 && this.#sent - this.#taken < WINDOW_BYTES) {
      const [text] = this.#waiting;
      const piece = pieceOf(text, this.#begun);
      if (!this.#send(stdin(piece))) {
        this.restart();
        return false;
      }
      this.#sent += utf8Length(piece);
      this.#begun += piece.length;
      if (this.#begun === text.length) {
        this.#waiting.shift();
        this.#begun = 0;
      }
    }
    return true;
  }
}

/** @returns {string} as much of `text` from `start` on as one message takes, in whole characters */
function pieceOf(text, start) {
  for (let length = PIECE_BYTES - AROUND_BYTES; ; length = Math.floor(length / 2)) {
    const piece = text.slice(start, endOfCharacter(text, start + length));
    if (utf8Length(stdin(piece)) <= PIECE_BYTES) return piece;
  }
}

/** `end`, or the place before where that is in the middle of a surrogate pair. */
function endOfCharacter(text, end) {
  return (text.codePointAt(end - 1) ?? 0) > 0xffff ? end - 1 : end;
}
