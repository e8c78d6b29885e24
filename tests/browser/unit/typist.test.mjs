/** What the user types, on its way to a program that is the test's. */

import assert from 'node:assert/strict';
import test from 'node:test';
import { Typist } from '../../../assets/js/typist.js';

const KIB = 1024;

function begin() {
  const messages = [];
  const state = { isOpen: true };
  const typist = new Typist((message) => {
    if (state.isOpen) messages.push(message);
    return state.isOpen;
  });
  const texts = () => messages.map((message) => JSON.parse(message)[1]);
  const bytes = () => Buffer.byteLength(texts().join(''));
  return { typist, messages, state, texts, bytes };
}

/** Takes all that comes, as a program does that reads. */
function takeAll({ typist, bytes }) {
  for (let before = -1; bytes() > before;) {
    before = bytes();
    typist.taken(before);
  }
}

test('what is typed goes out at once, key by key', () => {
  const { typist, texts } = begin();
  assert.equal(typist.type('a'), true);
  assert.equal(typist.type('b'), true);
  assert.equal(typist.type(''), true);
  assert.deepEqual(texts(), ['a', 'b']);
});

for (const [name, text] of [
  ['letters', 'x'.repeat(300_000)],
  ['lines', 'a line\r'.repeat(40_000)],
  ['characters of three bytes', '€'.repeat(100_000)],
  ['surrogate pairs', '🦀'.repeat(60_000)],
  ['surrogate pairs at an odd place', `x${'🦀'.repeat(60_000)}`],
  ['control characters, six bytes each', '\x01'.repeat(100_000)],
  ['quotes and backslashes', '"\\'.repeat(60_000)],
]) {
  test(`a paste of ${name} goes out in order, in whole characters and messages of at most 32 KiB`, () => {
    const parts = begin();
    parts.typist.type(text);
    takeAll(parts);
    assert.ok(parts.texts().join('') === text);
    assert.ok(parts.messages.length > 1);
    for (const message of parts.messages) assert.ok(Buffer.byteLength(message) <= 32 * KIB);
    for (const piece of parts.texts()) assert.ok(piece.isWellFormed());
  });
}

test('no more is on its way than the program is to take, and what is typed after it waits its turn', () => {
  const parts = begin();
  const { typist, bytes, texts } = parts;
  typist.type('x'.repeat(1_000_000));
  typist.type('y');
  const ahead = bytes();
  assert.ok(ahead >= 256 * KIB && ahead < 288 * KIB, `${ahead} bytes`);
  typist.taken(32 * KIB);
  assert.ok(bytes() > ahead && bytes() < 320 * KIB);
  takeAll(parts);
  assert.equal(texts().at(-1), 'y');
  assert.equal(bytes(), 1_000_001);
});

test('without a connection it is dropped, and nothing of it comes later', () => {
  const { typist, texts, state } = begin();
  state.isOpen = false;
  assert.equal(typist.type('lost'), false);
  state.isOpen = true;
  assert.equal(typist.restart(), false);
  assert.equal(typist.type('kept'), true);
  assert.deepEqual(texts(), ['kept']);
});

test('the rest of a paste is dropped with its connection, and the next one begins anew', () => {
  const { typist, texts, bytes } = begin();
  typist.type('x'.repeat(1_000_000));
  assert.equal(typist.restart(), true);
  const before = bytes();
  typist.type('y'.repeat(1_000));
  assert.equal(bytes(), before + 1_000);
  assert.equal(texts().at(-1), 'y'.repeat(1_000));
});

test('half a character becomes one that says so', () => {
  const { typist, texts } = begin();
  typist.type('a\ud83dz\udc00\u{1f980}');
  assert.deepEqual(texts(), ['a\ufffdz\ufffd\u{1f980}']);
});
