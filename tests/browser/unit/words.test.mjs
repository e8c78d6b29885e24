/** What people are told about terminals. */

import assert from 'node:assert/strict';
import test from 'node:test';
import { nobody, nothing } from '../../../assets/js/boards.js';
import { describe, faultOf, programOf, reasonAgainstName, reasonOf, reasonToAsk } from '../../../assets/js/words.js';

const FOX = { name: 'fox', command: '/bin/bash --norc', program: 'bash', viewers: 1, title: '', cwd: '~/src' };

test('names are letters, digits, - and _, 64 of them at most', () => {
  for (const name of ['a', 'A-1_b', 'x'.repeat(64)]) assert.equal(faultOf(name), null, name);
  for (const name of ['', 'a b', 'a/b', 'ä', 'x'.repeat(65), '<b>']) assert.equal(typeof faultOf(name), 'string', name);
});

test('the program is named where it is another than the one that was started', () => {
  assert.equal(programOf(FOX), null);
  assert.equal(programOf({ ...FOX, program: '-bash' }), null, 'a login shell');
  assert.equal(programOf({ ...FOX, program: 'vim' }), 'vim');
  assert.equal(programOf({ ...FOX, program: null }), null, 'nobody knows');
});

test('a terminal with its shell alone, looked at by this page alone, is closed without a question', () => {
  assert.equal(reasonToAsk(FOX, 1), null);
  assert.equal(reasonToAsk({ ...FOX, viewers: 0 }, 0), null);
});

test('another program and other viewers are reasons to ask', () => {
  assert.equal(reasonToAsk({ ...FOX, program: 'vim' }, 1), 'vim is running in fox.');
  assert.equal(reasonToAsk(FOX, 0), 'Somebody else is looking at fox.');
  assert.equal(reasonToAsk({ ...FOX, viewers: 3, program: 'top' }, 1), 'top is running in fox. 2 others are looking at fox.');
});

test('refusals are said in plain words', () => {
  assert.equal(reasonOf({ status: 0, message: '' }), 'The server does not answer');
  assert.equal(reasonOf({ status: 403, message: 'x' }), 'You may only look here');
  assert.equal(reasonOf({ status: 503, message: 'there are 3 terminals' }), 'There are 3 terminals');
  assert.equal(reasonOf({ status: 500, message: '' }), 'The server refuses (500)');
  assert.equal(reasonAgainstName({ status: 409, message: 'x' }, 'fox'), 'There is a “fox” already');
  assert.equal(reasonAgainstName({ status: 404, message: 'x' }, 'fox'), 'This terminal is gone');
});

test('a tooltip says all that is known, and nothing twice', () => {
  assert.equal(describe({ ...FOX, title: 'notes', viewers: 2 }), 'fox\nnotes\nbash\n~/src\n2 viewers');
  assert.equal(describe({ ...FOX, program: null, cwd: null }), 'fox\n/bin/bash --norc\n1 viewer');
});

test('who may write is offered to make what is not there, who may not sees what is', () => {
  const acts = { select() {}, make() {} };
  const texts = (notice) => notice.choices.map(({ text }) => text);
  assert.deepEqual(texts(nobody('owl', ['fox'], acts)), ['Make “owl”', 'fox']);
  assert.deepEqual(texts(nobody('owl', ['fox'], { ...acts, make: null })), ['fox']);
  assert.deepEqual(texts(nobody('no name', ['fox'], acts)), ['fox']);
  assert.deepEqual(texts(nothing(() => {})), ['New terminal']);
  assert.deepEqual(texts(nothing(null)), []);
});
