/**
 * Decides when to acknowledge output, so that the server never has more under way than the page can show.
 *
 * Pure bookkeeping over byte offsets: one instance per connection, fed by the terminal's write callbacks.
 */

/** While output keeps coming, one acknowledgement per so many bytes; the server waits at 256 KiB. */
const STEP_BYTES = 16 * 1024;

export class Flow {
  #send;
  #waiting = 0;
  #acknowledged = null;
  #processed = null;

  /** @param {(offset: number) => void} send */
  constructor(send) {
    this.#send = send;
  }

  /** A piece of output has been handed to the terminal. */
  received() {
    this.#waiting += 1;
  }

  /** The terminal has processed a piece; `offset` is null where the piece carried none. */
  processed(offset) {
    this.#waiting -= 1;
    if (offset !== null) this.#processed = offset;
    if (this.#processed === this.#acknowledged) return;
    if (this.#waiting > 0 && this.#isNear()) return;
    this.#acknowledged = this.#processed;
    this.#send(this.#processed);
  }

  /** The first acknowledgement is never near: with it the server begins to count. */
  #isNear() {
    return this.#acknowledged !== null && this.#processed - this.#acknowledged < STEP_BYTES;
  }
}
