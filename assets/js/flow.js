/**
 * Keeps account of a stream's output: how far it has come in, and how far it was shown.
 *
 * Decides when to acknowledge, so that the server never has more under way than the page can show, and
 * knows where another connection could go on. Pure bookkeeping over byte offsets: one instance per
 * stream, fed by what arrives and by the terminal's write callbacks.
 */

/** While output keeps coming, one acknowledgement per so many bytes; the server waits at 256 KiB. */
const STEP_BYTES = 16 * 1024;

export class Flow {
  #send;
  #scrollback;
  #lacksScrollback = false;
  #handed = 0;
  #received = null;
  #acknowledged = null;
  #processed = null;
  #isDue = false;

  /**
   * @param {(offset: number) => void} send
   * @param {number} scrollback  the lines above the screen that a snapshot has where nothing presses
   */
  constructor(send, scrollback) {
    this.#send = send;
    this.#scrollback = scrollback;
  }

  /**
   * @returns {number | null} up to where output has come in; null where that is no place to go on at. Another
   *   connection's server doesn't know that lines above the screen are still to come.
   */
  get place() {
    return this.#lacksScrollback ? null : this.#received;
  }

  /** A snapshot comes next, with at most so many lines above the screen. */
  snapshot(scrollback) {
    this.#lacksScrollback = scrollback < this.#scrollback;
    this.#received = null;
  }

  /** A piece of output has come in; `offset` is null for a part of a snapshot that isn't the last. */
  received(offset) {
    this.#received = offset;
  }

  /** A piece has been handed to the terminal. */
  handed() {
    this.#handed += 1;
  }

  /**
   * The terminal has processed a piece. A snapshot may end at an offset that was acknowledged before; it
   * is acknowledged as well, for the server counts what it has sent, and waits for it.
   */
  processed(offset) {
    this.#handed -= 1;
    if (offset !== null) {
      this.#processed = offset;
      this.#isDue = true;
    }
    if (!this.#isDue || (this.#handed > 0 && this.#isNear())) return;
    this.#acknowledge();
  }

  /**
   * What has come in waits for the user, perhaps for long. With the first acknowledgement the server
   * begins to count, so it can't wait: all before the snapshot will never be shown, and counts as shown.
   */
  begin() {
    if (this.#acknowledged !== null || this.#received === null || this.#handed > 0) return;
    this.#processed = this.#received;
    this.#acknowledge();
  }

  /** Another connection goes on with this stream; its server begins to count anew. */
  resume() {
    if (this.#processed !== null) this.#acknowledge();
  }

  #acknowledge() {
    this.#acknowledged = this.#processed;
    this.#isDue = false;
    this.#send(this.#processed);
  }

  /** The first acknowledgement is never near: with it the server begins to count. */
  #isNear() {
    return this.#acknowledged !== null && this.#processed - this.#acknowledged < STEP_BYTES;
  }
}
