/**
 * Keeps so many of the last lines, however fast they come, and says which are new. Knows no page.
 */

/** What a reader can look through, and a browser lay out in no time. */
export const MOST_LINES = 5_000;

/** In UTF-16 units: a line may have a mebibyte. */
export const MOST_CHARACTERS = 2_000_000;

/** @typedef {{kind: 'stdout' | 'stderr' | 'sent' | 'notice' | 'end', text: string}} Line */

export class Keeper {
  #lengths = [];
  #first = 0;
  #characters = 0;
  #fresh = [];
  #freshFrom = 0;
  #freshCharacters = 0;
  #dropped = 0;

  /** @param {Line} line */
  add(line) {
    this.#fresh.push(line);
    this.#freshCharacters += line.text.length;
    // Those that would not be kept need not be shown first.
    while (this.#isTooMuch(this.#fresh.length - this.#freshFrom, this.#freshCharacters)) {
      this.#freshCharacters -= this.#fresh[this.#freshFrom].text.length;
      this.#fresh[this.#freshFrom] = null;
      this.#freshFrom += 1;
      this.#dropped += 1;
    }
    if (this.#freshFrom > MOST_LINES) {
      this.#fresh = this.#fresh.slice(this.#freshFrom);
      this.#freshFrom = 0;
    }
  }

  get hasFresh() {
    return this.#fresh.length > this.#freshFrom;
  }

  /** How many lines are no longer kept. */
  get dropped() {
    return this.#dropped;
  }

  /**
   * Takes what is new.
   *
   * @returns {{lines: Line[], gone: number}} the new lines, and how many of those taken before have to
   *   go for them, the oldest first
   */
  take() {
    const lines = this.#fresh.slice(this.#freshFrom);
    for (const { text } of lines) this.#lengths.push(text.length);
    this.#characters += this.#freshCharacters;
    let gone = 0;
    while (this.#isTooMuch(this.#lengths.length - this.#first, this.#characters)) {
      this.#characters -= this.#lengths[this.#first];
      this.#first += 1;
      gone += 1;
    }
    if (this.#first > MOST_LINES) {
      this.#lengths = this.#lengths.slice(this.#first);
      this.#first = 0;
    }
    this.#dropped += gone;
    this.#fresh = [];
    this.#freshFrom = 0;
    this.#freshCharacters = 0;
    return { lines, gone };
  }

  /** The last line is kept, whatever its length. */
  #isTooMuch(lines, characters) {
    return lines > MOST_LINES || (characters > MOST_CHARACTERS && lines > 1);
  }
}
