/** Whatever a client sends, only its own connection suffers (requirement R18). */

import assert from 'node:assert/strict';
import test from 'node:test';
import { Random } from '../exactness/support/random.mjs';
import { PONG, PING, TEXT, frame, stdin } from './support/frames.mjs';
import { startServer } from './support/server.mjs';

const FRAMES = 3000;

/** The witness types between so many frames. */
const BETWEEN = 100;

/** How long an answer to the witness may take, on a busy machine. */
const PATIENCE_MS = 3_000;

const NAMES = ['stdin', 'set_size', 'ack', 'exec', 'setup', 'stdout', 'disconnect', 'x-later', '', '\u0000'];
const VALUES = [
  0, -1, 1e308, 65_560, 2 ** 53, null, true, '', 'x', [], {}, [[[]]], { a: { b: [] } }, '\u001b]0;x\u0007', '🦀',
];

/** Fewer than `end` of what `make` makes. */
function list(random, end, make) {
  return Array.from({ length: random.below(end) }, make);
}

function bytesOf(random, end) {
  return Buffer.from(list(random, end, () => random.below(256)));
}

/** A frame that may be right, wrong a little, or nothing at all. */
function fuzzed(random) {
  const payload = random.pick([
    () => JSON.stringify([random.pick(NAMES), ...list(random, 4, () => random.pick(VALUES))]),
    () => bytesOf(random, 200),
    () => bytesOf(random, 70_000),
    () => '["stdin","'.repeat(random.below(50)),
    () => `["set_size",${random.below(1e6)},${random.below(1e6)}]`,
    () => `["ack",${random.below(2 ** 48)}]`,
  ])();
  const options = random.pick([
    {}, {}, {},
    { fin: false },
    { rsv: random.below(8) },
    { mask: null },
    { length: BigInt(random.below(2 ** 32)) },
  ]);
  const bytes = frame(random.pick([TEXT, TEXT, TEXT, random.below(16)]), payload, options);
  for (let flips = random.pick([0, 0, 0, 1, 3]); flips > 0; flips -= 1) {
    bytes[random.below(bytes.length)] ^= 1 << random.below(8);
  }
  return random.below(10) === 0 ? bytes.subarray(0, random.below(bytes.length)) : bytes;
}

test(`r18 ${FRAMES} fuzzed frames disturb no other viewer`, async (t) => {
  const server = await startServer(t);
  const witness = await server.connect();
  const random = new Random(1);
  let peer = await server.connect();
  let connections = 1;
  let slowest = 0;
  for (let count = 1; count <= FRAMES; count += 1) {
    peer.send(fuzzed(random));
    if (peer.isOver || random.below(4) === 0) {
      peer.reset();
      peer = await server.connect();
      connections += 1;
    }
    if (count % BETWEEN !== 0) continue;
    const start = performance.now();
    const text = server.unique();
    witness.send(frame(PING, text));
    while ((await witness.next(PONG)).payload.toString() !== text);
    slowest = Math.max(slowest, performance.now() - start);
  }
  t.diagnostic(`${connections} connections; the slowest answer to the witness took ${Math.round(slowest)} ms`);
  assert.ok(slowest < PATIENCE_MS);
  peer.reset();
  witness.send(frame(TEXT, stdin('still here')));
  await server.got('still here');
  assert.ok(witness.frames.every(({ opcode }) => opcode !== 8));
});
