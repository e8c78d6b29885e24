/** A snapshot and the rest make the same terminal as the whole, of what real programs print. */

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { cutsOf } from './support/cuts.mjs';
import { gateIsIdempotent, splitsDoNotMatter } from './support/gate.mjs';
import { Model } from './support/model.mjs';
import { PROGRAMS } from './support/programs.mjs';
import { Random } from './support/random.mjs';
import { Workplace } from './support/record.mjs';
import { Report } from './support/report.mjs';
import { trial } from './support/trial.mjs';

const RECORDERS = 3;
/** Less is a program that didn't start. */
const LEAST_BYTES = 200;
const IDENTICAL_PERCENT = 99;
const CUTS = { anywhere: 3, inSequences: 2, inCharacters: 1 };

const report = new Report('program');
let model;
let recordings;

before(async () => {
  model = new Model();
  recordings = await recordAll();
});
after(() => model.close());

/** @returns {Promise<Map<string, import('./support/tape.mjs').Stream | Error>>} by the programs' names */
async function recordAll() {
  const workplace = new Workplace();
  const found = new Map();
  const waiting = [...PROGRAMS];
  const work = async () => {
    for (let next = waiting.shift(); next; next = waiting.shift()) {
      found.set(next.name, await workplace.record(next).catch((error) => error));
    }
  };
  try {
    await Promise.all(Array.from({ length: RECORDERS }, work));
  } finally {
    workplace.remove();
  }
  return found;
}

function recordingOf(name) {
  const recording = recordings.get(name);
  if (recording instanceof Error) throw recording;
  assert.ok(recording.bytes.length >= LEAST_BYTES, `${name} printed next to nothing: ${JSON.stringify(`${recording.bytes}`)}`);
  return recording;
}

for (const [seed, { name }] of PROGRAMS.entries()) {
  test(`${name}: who joins late sees and feels what was there from the start`, async () => {
    const stream = recordingOf(name);
    const one = new Report('program');
    const comparisons = await trial(model, stream, cutsOf(stream.bytes, new Random(seed), CUTS));
    for (const part of [one, report]) part.add(comparisons);
    assert.equal(one.wrong, '');
  });

  test(`${name}: the gate lets pass unchanged what it has let pass, wherever output is split`, async () => {
    const stream = recordingOf(name);
    await gateIsIdempotent(model, stream);
    await splitsDoNotMatter(model, stream, new Random(seed));
  });
}

test('with all programs together', (context) => {
  for (const line of report.lines()) context.diagnostic(line);
  assert.ok(report.percent >= IDENTICAL_PERCENT, `only ${report.percent} % are identical in everything`);
});
