/** A snapshot and the rest make the same terminal as the whole, also of what no program prints. */

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { cutsOf } from './support/cuts.mjs';
import { gateIsIdempotent, splitsDoNotMatter } from './support/gate.mjs';
import { noise, sequences } from './support/generate.mjs';
import { Model } from './support/model.mjs';
import { Random } from './support/random.mjs';
import { Report } from './support/report.mjs';
import { trial } from './support/trial.mjs';

const SEEDS = 200;
/** Other seeds make other streams. */
const FIRST_SEED = Number(process.env.WEBTERM_FIRST_SEED ?? 0);
const IDENTICAL_PERCENT = 99;
const CUTS = { anywhere: 2, inSequences: 1, inCharacters: 1 };

/** What is generated, by seed; a seed is named by each failure. */
const KINDS = [
  { name: 'sequences', stream: (seed) => sequences(seed) },
  { name: 'sequences with resizes', stream: (seed) => sequences(seed, { hasResizes: true }) },
  { name: 'sequences with many links', stream: (seed) => sequences(seed, { hasResizes: seed % 2 === 0, isLinked: true }) },
  { name: 'random bytes', stream: noise },
];

let model;
before(() => { model = new Model(); });
after(() => model.close());

for (const { name, stream } of KINDS) {
  test(`${name}: who joins late has the terminal of who was there, but for known reasons`, async (context) => {
    const report = new Report('generated');
    for (const seed of seeds()) {
      const generated = stream(seed);
      report.add(await trial(model, generated, cutsOf(generated.bytes, new Random(seed), CUTS)));
    }
    for (const line of report.lines()) context.diagnostic(line);
    assert.equal(report.wrong, '');
    assert.ok(report.percent >= IDENTICAL_PERCENT, `only ${report.percent} % are identical in everything`);
  });

  test(`${name}: the gate lets pass unchanged what it has let pass`, async () => {
    for (const seed of seeds()) await gateIsIdempotent(model, stream(seed));
  });

  test(`${name}: where output is split makes no difference`, async () => {
    for (const seed of seeds()) await splitsDoNotMatter(model, stream(seed), new Random(seed));
  });
}

function seeds() {
  return Array.from({ length: SEEDS }, (_, i) => FIRST_SEED + i);
}
