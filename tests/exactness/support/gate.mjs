/** What must hold of the gate for every stream. */

import assert from 'node:assert/strict';
import { asStream, tapeOf, textOf } from './tape.mjs';
import { SCROLLBACK } from './viewer.mjs';

/** In bytes; the largest is about what a read from a pseudo-terminal gives. */
const LONGEST_PIECES = [1, 7, 100, 4096];
/** More pieces would take long and show no more. */
const MOST_PIECES = 4000;

/**
 * @param {import('./model.mjs').Model} model
 * @param {import('./tape.mjs').Stream} stream
 */
export async function gateIsIdempotent(model, stream) {
  const once = await tapeOf(model, stream);
  const snapshot = await model.snapshot(SCROLLBACK);
  const twice = await tapeOf(model, asStream(once.steps, stream.size));
  assertSame(textOf(twice.steps), textOf(once.steps), `${stream.name}: the gate changes what it let pass`);
  assertSame(await model.snapshot(SCROLLBACK), snapshot, `${stream.name}: what passed makes another screen`);
}

/**
 * @param {import('./model.mjs').Model} model
 * @param {import('./tape.mjs').Stream} stream
 * @param {import('./random.mjs').Random} random
 */
export async function splitsDoNotMatter(model, stream, random) {
  const whole = textOf((await tapeOf(model, stream)).steps);
  const snapshot = await model.snapshot(SCROLLBACK);
  const most = random.pick(LONGEST_PIECES);
  const splits = [];
  let at = random.between(1, most);
  while (at < stream.bytes.length && splits.length < MOST_PIECES) {
    splits.push(at);
    at += random.between(1, most);
  }
  const inPieces = textOf((await tapeOf(model, stream, { splits })).steps);
  assertSame(inPieces, whole, `${stream.name}: something else passes in pieces of at most ${most} bytes`);
  assertSame(await model.snapshot(SCROLLBACK), snapshot, `${stream.name}: another screen in pieces of at most ${most} bytes`);
}

/** Says where long texts begin to differ. */
function assertSame(actual, expected, message) {
  if (actual === expected) return;
  let at = 0;
  while (actual[at] === expected[at]) at++;
  const around = (text) => JSON.stringify(text.slice(Math.max(0, at - 20), at + 40));
  assert.fail(`${message}, from character ${at} on: ${around(actual)} instead of ${around(expected)}`);
}
