/**
 * Keeps what is on the stage in view until the next session's screen is there as a whole.
 *
 * A snapshot comes in several pieces; shown one by one, they would flicker. Knows pieces and their order,
 * nothing of the terminal.
 */

export class Curtain {
  #show;
  #behind = [];
  #isUp;

  /**
   * @param {(piece: import('./backlog.js').Piece) => void} show
   * @param {boolean} isUp  whether there is nothing that should stay in view
   */
  constructor(show, isUp) {
    this.#show = show;
    this.#isUp = isUp;
  }

  /** @param {import('./backlog.js').Piece} piece */
  add(piece) {
    if (this.#isUp) {
      this.#show(piece);
      return;
    }
    this.#behind.push(piece);
    if (isWhole(piece)) this.#raise();
  }

  /** The stream is cut, or another begins: a snapshot that was not whole will come again. */
  restart() {
    this.#behind = [];
  }

  #raise() {
    this.#isUp = true;
    for (const piece of this.#behind.splice(0)) this.#show(piece);
  }
}

/** Only the last piece of a snapshot names its place in the stream. */
function isWhole({ kind, offset }) {
  return kind === 'stdout' && offset !== null;
}
