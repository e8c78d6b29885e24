/** The known reasons for differences between terminals, each with what it covers, and no more. */

/**
 * @typedef {import('./compare.mjs').Difference} Difference
 * @typedef {import('./trial.mjs').Comparison} Comparison
 *
 * @typedef {object} Allowance
 * @property {string} name
 * @property {boolean} [isForPrograms]  real programs may need it, too: it lasts for a moment, or isn't felt
 * @property {(difference: Difference, comparison: Comparison) => boolean} covers
 */

const HALF = 'half a wide character';

/** @type {Allowance[]} */
const ALLOWANCES = [
  {
    // When the alternate buffer gets narrower xterm.js keeps what is beyond the margin, and shows it when it gets wider
    // again, until the program has drawn it anew. A recorded program can't do that after a further resize.
    name: 'the alternate buffer of xterm.js, narrowed and widened again',
    isForPrograms: true,
    covers: ({ place }, { isResized, hasSeenResizes }) => place === 'alternate screen' && isResized && hasSeenResizes,
  },
  {
    // The same when the program never draws it anew; and when it gets lower, rows and cursor may part.
    name: 'the alternate buffer of xterm.js after a resize',
    covers: ({ place }, comparison) => place === 'alternate screen' && wasResized(comparison),
  },
  {
    // xterm.js keeps the row of a saved cursor by the lines above, and leaves it where it was when these are wrapped
    // anew or dropped. The gate spells out what a program restores then, so nobody feels it.
    name: 'the row of a saved cursor that xterm.js keeps',
    isForPrograms: true,
    covers: ({ aspect }, comparison) => aspect === 'saved row below the screen'
      || (aspect === 'saved cursor' && wasResized(comparison)),
  },
  {
    // A resize put the cursor behind an empty cell. Nothing can join that, but xterm.js still believes it.
    name: 'the last character before a resize',
    isForPrograms: true,
    covers: ({ aspect }, { hasSeenResizes }) => aspect === 'last character' && hasSeenResizes,
  },
  {
    // xterm.js keeps a link only as long as the line on which it began; a snapshot types it on another one.
    name: 'a link that xterm.js forgets',
    covers: ({ aspect }) => aspect === 'link' || aspect === 'pen: link',
  },
  {
    // xterm.js makes tab stops when the screen gets wider, and keeps those beyond a screen that gets narrower.
    name: 'tab stops beyond a narrowed screen',
    covers: ({ aspect }, comparison) => aspect === 'tab stops' && wasResized(comparison),
  },
  {
    // When xterm.js wraps a line anew it also moves the texts of characters that were overwritten long ago.
    name: 'joined characters that xterm.js mixes up when it wraps lines anew',
    covers: ({ aspect, values }, comparison) => aspect === 'text' && values.every(isJoined) && wasResized(comparison),
  },
  {
    // xterm.js cuts the line with the cursor when the screen gets narrower; no sequence makes half a wide character
    // in the last column. After a further resize more depends on it.
    name: 'half a wide character at a narrowed margin',
    covers: ({ aspect }, comparison) => wasResized(comparison)
      && (aspect === HALF || comparison.earlier.some((one) => one.aspect === HALF)),
  },
];

/**
 * @param {Comparison} comparison
 * @param {'generated' | 'program'} kind  of the stream; a program's may need few allowances only
 * @returns {{names: string[], unexplained: Difference[]}} the allowances that it needs, and what none covers
 */
export function explain(comparison, kind) {
  const names = new Set();
  const usable = ALLOWANCES.filter(({ isForPrograms }) => kind === 'generated' || isForPrograms);
  const unexplained = comparison.differences.filter((difference) => {
    const allowance = usable.find(({ covers }) => covers(difference, comparison));
    if (allowance) names.add(allowance.name);
    return !allowance && !(kind === 'program' && difference.isUnseen);
  });
  return { names: [...names], unexplained };
}

function wasResized({ isResized, hasSeenResizes }) {
  return isResized || hasSeenResizes;
}

function isJoined(text) {
  return typeof text === 'string' && [...text].length > 1;
}
