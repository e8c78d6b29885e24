/**
 * What a viewer is given from the start: the text that passed the gate, with the resizes at their places, and the
 * snapshots that the model takes at some cuts.
 */

import { SCROLLBACK } from './viewer.mjs';

/**
 * What a program printed, as it came from it.
 *
 * @typedef {object} Stream
 * @property {string} name
 * @property {Buffer} bytes
 * @property {Size} size  at the start
 * @property {{at: number, size: Size}[]} resizes  by place in the bytes, in order
 *
 * @typedef {{cols: number, rows: number}} Size
 * @typedef {{text: string, isAfterResize?: true, size?: undefined} | {size: Size, text?: undefined}} Step  something
 *   printed, or given after a resize, or a resize
 *
 * @typedef {object} Cut  a place where somebody joins
 * @property {number} at  in the stream's bytes
 * @property {number} step  the first step that he is given
 * @property {Size} size  in force there
 * @property {string} snapshot
 * @property {Change[]} changes  of size that were tried there
 *
 * @typedef {{size: Size, text: string}} Change  of size, with what viewers are given after it
 */

/**
 * @param {import('./model.mjs').Model} model
 * @param {Stream} stream
 * @param {{cuts?: number[], splits?: number[]}} [places]  where a snapshot is taken, and where output is only split
 * @param {(size: Size) => Size[]} [triedSizes]  the sizes to try one after the other where somebody joins, and at the end
 * @returns {Promise<{steps: Step[], cuts: Cut[], changes: Change[]}>}
 */
export async function tapeOf(model, stream, { cuts: places = [], splits = [] } = {}, triedSizes = () => []) {
  const steps = [];
  const cuts = [];
  let { size } = stream;
  let from = 0;
  const feedTo = async (end) => {
    if (end > from) steps.push({ text: await model.feed(stream.bytes.subarray(from, end)) });
    from = Math.max(from, end);
  };
  await model.reset(size, SCROLLBACK);
  for (const event of inOrder(stream.resizes, places, splits)) {
    await feedTo(event.at);
    if (event.size) {
      ({ size } = event);
      const text = await model.resize(size);
      steps.push({ size });
      if (text) steps.push({ text, isAfterResize: true });
    } else if (event.isCut) {
      const snapshot = await model.snapshot(SCROLLBACK);
      cuts.push({ at: event.at, step: steps.length, size, snapshot, changes: await tried(model, triedSizes(size)) });
    }
  }
  await feedTo(stream.bytes.length);
  return { steps, cuts, changes: await tried(model, triedSizes(size)) };
}

/** @returns {Promise<Change[]>} leaving the model as it was */
async function tried(model, sizes) {
  const changes = [];
  if (sizes.length > 0) await model.keep();
  for (const size of sizes) changes.push({ size, text: await model.resize(size) });
  if (sizes.length > 0) await model.goBack();
  return changes;
}

/** @returns {({at: number, size?: Size, isCut?: boolean})[]} at the same place, the resize first */
function inOrder(resizes, cuts, splits) {
  const events = [...resizes, ...cuts.map((at) => ({ at, isCut: true })), ...splits.map((at) => ({ at }))];
  return events.sort((a, b) => a.at - b.at);
}

/** @returns {Stream} the tape as a stream: what comes out is put in again, but for what each resize brings anew */
export function asStream(steps, size) {
  const resizes = [];
  const printed = steps.filter((step) => !step.isAfterResize);
  let length = 0;
  for (const step of printed) {
    if (step.size) resizes.push({ at: length, size: step.size });
    else length += Buffer.byteLength(step.text);
  }
  return { name: 'gated', bytes: Buffer.from(textOf(printed)), size, resizes };
}

/** @returns {string} all that is printed */
export function textOf(steps) {
  return steps.map((step) => step.text ?? '').join('');
}
