/** The lines that were sent before, to be sent again. Knows no field. */

const MOST = 200;

export class History {
  #lines = [];
  #at = 0;
  #draft = '';

  /** Adds a line that was sent; the next step back gives it. */
  add(line) {
    if (line !== '' && line !== this.#lines.at(-1)) this.#lines.push(line);
    if (this.#lines.length > MOST) this.#lines.shift();
    this.#at = this.#lines.length;
    this.#draft = '';
  }

  /**
   * @param {string} current  what stands in the field; what is begun anew is kept for the way forth
   * @returns {string | null} the line before; null where there is none
   */
  back(current) {
    if (this.#at === 0) return null;
    if (this.#at === this.#lines.length) this.#draft = current;
    this.#at -= 1;
    return this.#lines[this.#at];
  }

  /** @returns {string | null} the line after, in the end what was begun; null where there is none */
  forth() {
    if (this.#at === this.#lines.length) return null;
    this.#at += 1;
    return this.#at === this.#lines.length ? this.#draft : this.#lines[this.#at];
  }
}
