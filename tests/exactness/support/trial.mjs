/** Lets viewers join a stream at some cuts, and compares each with one who was there from the start. */

import { differences } from './compare.mjs';
import { tapeOf } from './tape.mjs';
import { Viewer } from './viewer.mjs';

/** Leaves nothing as a fresh terminal has it; a viewer may have been on another session before. */
const SOMETHING_ELSE = [
  ...Array.from({ length: 40 }, (_, line) => `\x1b[3${line % 8}mwhat another session showed, 漢字, line ${line}\r\n`),
  '\x1b]0;another title\x07\x1b]4;1;rgb:12/34/56\x07\x1b]11;#123456\x07\x1b[3g\x1b[5G\x1bH\x1b[7;9H\x1b[4:3;58:5:9;44m\x1b7',
  '\x1b[?1049h\x1b[2;20r\x1b[?6h\x1b[4h\x1b[20h\x1b[?1;7;25;45l\x1b[?1003;1006;1004;2004;66h\x1b(0\x0e\x1b[5 q\x1b[?12h',
  'and on the alternate screen \x1b]8;;https://example.org/\x07a link',
].join('');

/** A viewer's window after the one that was: narrower, then wider and lower, then as before. */
function furtherSizes({ cols, rows }) {
  return [{ cols: Math.max(10, cols - 23), rows }, { cols: cols + 8, rows: Math.max(4, rows - 5) }, { cols, rows }];
}

/**
 * @typedef {object} Comparison
 * @property {string} stream
 * @property {number} cut  in the stream's bytes
 * @property {'fresh' | 'used'} viewer  what the late viewer's terminal was before
 * @property {'at the cut' | 'at the end'} when
 * @property {boolean} isResized  whether both were resized once more before they were compared
 * @property {import('./compare.mjs').Difference[]} differences
 */

/**
 * @param {import('./model.mjs').Model} model
 * @param {import('./tape.mjs').Stream} stream
 * @param {number[]} places  to join at, ascending
 * @returns {Promise<Comparison[]>}
 */
export async function trial(model, stream, places) {
  const { steps, cuts, changes } = await tapeOf(model, stream, { cuts: places }, furtherSizes);
  const joiners = cuts.flatMap((cut) => Object.keys(WAYS_TO_JOIN).map((viewer) => ({ cut, viewer })));
  const join = ({ cut, viewer }) => WAYS_TO_JOIN[viewer](stream.size, cut);
  const atCuts = cuts.flatMap((cut) => {
    const before = steps.slice(0, cut.step);
    const here = joiners.filter((joiner) => joiner.cut === cut);
    const found = compareAll(new Viewer(stream.size).play(before), here.map(join), cut.changes);
    return describe(stream, here, found, 'at the cut');
  });
  const late = joiners.map((joiner) => join(joiner).play(steps.slice(joiner.cut.step)));
  const found = compareAll(new Viewer(stream.size).play(steps), late, changes);
  return [...atCuts, ...describe(stream, joiners, found, 'at the end')];
}

/** How a late viewer's terminal comes to the snapshot. */
const WAYS_TO_JOIN = {
  fresh: (_, cut) => new Viewer(cut.size).write(cut.snapshot),
  used: (first, cut) => new Viewer(first).write(SOMETHING_ELSE).resize(cut.size).write(cut.snapshot),
};

/**
 * Compares as they are, then resizes all alike, and tells the first differences from then on.
 *
 * @returns {Pick<Comparison, 'isResized' | 'earlier' | 'differences'>[][]} two for each late viewer
 */
function compareAll(whole, late, changes) {
  const asTheyAre = late.map((viewer) => differences(whole, viewer));
  const afterwards = late.map(() => []);
  for (const change of changes) {
    whole.change(change);
    late.forEach((viewer, i) => {
      viewer.change(change);
      if (afterwards[i].length === 0) afterwards[i] = differences(whole, viewer);
    });
  }
  return late.map((_, i) => [
    { isResized: false, differences: asTheyAre[i] },
    { isResized: true, differences: afterwards[i] },
  ]);
}

function describe(stream, joiners, found, when) {
  return joiners.flatMap(({ cut, viewer }, i) => found[i].map((comparison) => ({
    stream: stream.name, cut: cut.at, viewer, when, ...comparison,
  })));
}
