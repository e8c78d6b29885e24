/**
 * Asks again and again while the page is seen: soon, later where nobody answers, and at once when told.
 *
 * Knows nothing of what is asked. An answer to a question that was put before `now()` was last called is
 * out of date, and dropped. The clock is injected.
 */

const PERIOD_MS = 5_000;
const LONGEST_PAUSE_MS = 60_000;

export class Poll {
  #ask;
  #onAnswer;
  #onError;
  #isSeen;
  #clock;
  #timer = null;
  #turn = 0;
  #failures = 0;

  /**
   * @template T
   * @param {object} parts
   * @param {() => Promise<T>} parts.ask
   * @param {(answer: T) => void} parts.onAnswer
   * @param {(error: Error) => void} parts.onError
   * @param {() => boolean} parts.isSeen  whether anybody looks at the page
   * @param {{setTimeout: Function, clearTimeout: Function}} [parts.clock]
   */
  constructor({ ask, onAnswer, onError, isSeen, clock = browserClock }) {
    this.#ask = ask;
    this.#onAnswer = onAnswer;
    this.#onError = onError;
    this.#isSeen = isSeen;
    this.#clock = clock;
  }

  async now() {
    this.#clock.clearTimeout(this.#timer);
    this.#timer = null;
    this.#turn += 1;
    const turn = this.#turn;
    try {
      const answer = await this.#ask();
      if (turn !== this.#turn) return;
      this.#failures = 0;
      this.#onAnswer(answer);
    } catch (error) {
      if (turn !== this.#turn) return;
      this.#failures += 1;
      this.#onError(error);
    }
    if (turn === this.#turn) this.#goOn();
  }

  /** The page is seen, or no longer. */
  review() {
    if (this.#isSeen()) this.now();
  }

  #goOn() {
    if (!this.#isSeen()) return;
    const pause = Math.min(LONGEST_PAUSE_MS, PERIOD_MS * 2 ** this.#failures);
    this.#timer = this.#clock.setTimeout(() => this.now(), pause);
  }
}

const browserClock = {
  setTimeout: (call, delay) => setTimeout(call, delay),
  clearTimeout: (timer) => clearTimeout(timer),
};
