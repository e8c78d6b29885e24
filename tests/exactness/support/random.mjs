/** Numbers that look random and are the same for the same seed. */

export class Random {
  #state;

  /** @param {number} seed */
  constructor(seed) {
    // Small seeds differ in a few bits only; the multiplication spreads them.
    this.#state = Math.imul(seed + 1, 0x9e3779b1) >>> 0 || 1;
    for (let i = 0; i < 4; i++) this.below(2);
  }

  /** @returns {number} an integer from 0 to `end` - 1 */
  below(end) {
    let state = this.#state;
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    this.#state = state >>> 0;
    return Math.floor((this.#state / 2 ** 32) * end);
  }

  /** @returns {number} an integer from `low` to `high`, both included */
  between(low, high) {
    return low + this.below(high - low + 1);
  }

  /**
   * @template T
   * @param {ArrayLike<T>} items
   * @returns {T}
   */
  pick(items) {
    return items[this.below(items.length)];
  }

  /** @returns {boolean} true in `percent` of a hundred cases */
  chance(percent) {
    return this.below(100) < percent;
  }
}
