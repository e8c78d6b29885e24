/**
 * What a page still knows after it was loaded again: small texts, kept by the browser where it may.
 *
 * A browser may refuse to keep anything, by throwing at the first touch; then nothing is known afterwards,
 * and everything else works.
 */

export class Keepsake {
  #storage;
  #key;

  /**
   * @param {() => Storage} storage  where the browser keeps it; may throw
   * @param {string} key
   */
  constructor(storage, key) {
    this.#storage = storage;
    this.#key = key;
  }

  /** @returns {string} '' where there is nothing */
  read() {
    try {
      return this.#storage().getItem(this.#key) ?? '';
    } catch {
      return '';
    }
  }

  /** @param {string} text  '' takes it away */
  write(text) {
    try {
      if (text === '') this.#storage().removeItem(this.#key);
      else this.#storage().setItem(this.#key, text);
    } catch {
      // Full, or refused.
    }
  }
}

/** @returns {string} a key of this page's own: several may be served below one host. */
export function keyFor(what, base) {
  return `webterm ${what} ${new URL('.', base).pathname}`;
}
