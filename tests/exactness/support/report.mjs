/** What came out of many comparisons: the figures, and in words what is wrong. */

import { explain } from './allowances.mjs';

/** So many streams that fail tell enough, and of each its first comparison. */
const MOST_TOLD = 8;

export class Report {
  #kind;
  #count = 0;
  #identical = 0;
  #allowed = new Map();
  #wrong = new Map();
  #wrongCount = 0;

  /** @param {'generated' | 'program'} kind  of streams: what nobody can see or feel may differ in a program's */
  constructor(kind) {
    this.#kind = kind;
  }

  /** @param {import('./trial.mjs').Comparison[]} comparisons */
  add(comparisons) {
    for (const comparison of comparisons) {
      this.#count++;
      if (comparison.differences.length === 0) this.#identical++;
      const { names, unexplained } = explain(comparison, this.#kind);
      for (const name of names) this.#allowed.set(name, (this.#allowed.get(name) ?? 0) + 1);
      if (unexplained.length > 0) this.#addWrong(comparison, unexplained);
    }
  }

  #addWrong(comparison, wrong) {
    this.#wrongCount++;
    if (this.#wrong.size < MOST_TOLD && !this.#wrong.has(comparison.stream)) {
      this.#wrong.set(comparison.stream, inWords(comparison, wrong));
    }
  }

  /** How many in a hundred are identical in everything. */
  get percent() {
    return (100 * this.#identical) / this.#count;
  }

  /** The differences that no allowance covers, in words; "" if there is none. */
  get wrong() {
    return this.#wrongCount === 0 ? '' : `${this.#wrongCount} comparisons differ:\n${[...this.#wrong.values()].join('\n')}`;
  }

  /** @returns {string[]} the figures */
  lines() {
    const allowed = [...this.#allowed].sort(([, a], [, b]) => b - a).map(([name, count]) => `  ${count}: ${name}`);
    return [`${this.#count} comparisons, ${this.#identical} identical in everything (${this.percent.toFixed(2)} %)`, ...allowed];
  }
}

function inWords({ stream, cut, viewer, when, isResized }, wrong) {
  const title = `${stream}, cut at byte ${cut}, ${viewer} viewer, ${when}${isResized ? ', after a further resize' : ''}:`;
  return [title, ...wrong.map(inOneLine)].join('\n');
}

function inOneLine({ place, aspect, count, at, values: [whole, late] }) {
  return `  ${place}, ${aspect} (${count}): ${at}${JSON.stringify(whole)}, but late ${JSON.stringify(late)}`;
}
