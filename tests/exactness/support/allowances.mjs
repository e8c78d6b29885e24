/** The known reasons for differences between terminals, each with what it covers, and no more. */

/**
 * @typedef {import('./compare.mjs').Difference} Difference
 * @typedef {import('./trial.mjs').Comparison} Comparison
 *
 * @typedef {object} Allowance
 * @property {string} name
 * @property {(difference: Difference) => boolean} covers
 */

/** @type {Allowance[]} */
const ALLOWANCES = [
  {
    // xterm.js forgets a link when the last line goes that it was opened or printed in, or that was erased as a whole.
    // The gate keeps the two together, but not where a link's text wraps in the last row of a scrolling region that
    // doesn't begin in the first row, nor where cells are protected against the erasing (DECSED).
    name: 'a link that xterm.js forgets',
    covers: ({ aspect }) => aspect === 'link',
  },
];

/**
 * @param {Comparison} comparison
 * @param {'generated' | 'program'} kind  of the stream; a program's may need no allowance, but may differ unseen
 * @returns {{names: string[], unexplained: Difference[]}} the allowances that it needs, and what none covers
 */
export function explain(comparison, kind) {
  const names = new Set();
  const usable = kind === 'generated' ? ALLOWANCES : [];
  const unexplained = comparison.differences.filter((difference) => {
    const allowance = usable.find(({ covers }) => covers(difference));
    if (allowance) names.add(allowance.name);
    return !allowance && !(kind === 'program' && difference.isUnseen);
  });
  return { names: [...names], unexplained };
}
