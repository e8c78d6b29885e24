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
 * @typedef {{text: string, size?: undefined} | {size: Size, text?: undefined}} Step  something printed, or a resize
 *
 * @typedef {object} Cut  a place where somebody joins
 * @property {number} at  in the stream's bytes
 * @property {number} step  the first step that he is given
 * @property {Size} size  in force there
 * @property {string} snapshot
 */

/**
 * @param {import('./model.mjs').Model} model
 * @param {Stream} stream
 * @param {{cuts?: number[], splits?: number[]}} [places]  where a snapshot is taken, and where output is only split
 * @returns {Promise<{steps: Step[], cuts: Cut[]}>}
 */
export async function tapeOf(model, stream, { cuts: places = [], splits = [] } = {}) {
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
      await model.resize(size);
      steps.push({ size });
    } else if (event.isCut) {
      cuts.push({ at: event.at, step: steps.length, size, snapshot: await model.snapshot(SCROLLBACK) });
    }
  }
  await feedTo(stream.bytes.length);
  return { steps, cuts };
}

/** @returns {({at: number, size?: Size, isCut?: boolean})[]} at the same place, the resize first */
function inOrder(resizes, cuts, splits) {
  const events = [...resizes, ...cuts.map((at) => ({ at, isCut: true })), ...splits.map((at) => ({ at }))];
  return events.sort((a, b) => a.at - b.at);
}

/** @returns {Stream} the tape as a stream: what comes out is put in again */
export function asStream(steps, size) {
  const resizes = [];
  let length = 0;
  for (const step of steps) {
    if (step.size) resizes.push({ at: length, size: step.size });
    else length += Buffer.byteLength(step.text);
  }
  return { name: 'gated', bytes: Buffer.from(textOf(steps)), size, resizes };
}

/** @returns {string} all that is printed */
export function textOf(steps) {
  return steps.map((step) => step.text ?? '').join('');
}
