/** Asking again and again, under the test's clock. */

import assert from 'node:assert/strict';
import test from 'node:test';
import { Poll } from '../../../assets/js/poll.js';
import { FakeClock } from '../support/clock.mjs';

function begin() {
  const clock = new FakeClock();
  const page = { isSeen: true };
  const questions = [];
  const answers = [];
  const errors = [];
  const poll = new Poll({
    ask: () => new Promise((resolve, reject) => { questions.push({ resolve, reject }); }),
    onAnswer: (answer) => answers.push(answer),
    onError: (error) => errors.push(error),
    isSeen: () => page.isSeen,
    clock,
  });
  const settled = () => new Promise((resolve) => { setImmediate(resolve); });
  return { clock, page, questions, answers, errors, poll, settled };
}

test('it asks at once, and five seconds after each answer', async () => {
  const { clock, questions, answers, poll, settled } = begin();
  poll.now();
  assert.equal(questions.length, 1);
  clock.advance(60_000);
  assert.equal(questions.length, 1, 'one question at a time');
  questions[0].resolve('first');
  await settled();
  clock.advance(4_999);
  assert.equal(questions.length, 1);
  clock.advance(1);
  assert.equal(questions.length, 2);
  assert.deepEqual(answers, ['first']);
});

test('an answer to an earlier question is out of date', async () => {
  const { questions, answers, poll, settled } = begin();
  poll.now();
  poll.now();
  questions[1].resolve('new');
  questions[0].resolve('old');
  await settled();
  assert.deepEqual(answers, ['new']);
});

test('where nobody answers it asks ever less often, and soon again once somebody does', async () => {
  const { clock, questions, errors, poll, settled } = begin();
  poll.now();
  const pauses = [];
  for (let turn = 0; turn < 6; turn += 1) {
    questions.at(-1).reject(new Error('nobody'));
    await settled();
    const asked = questions.length;
    const from = clock.now();
    while (questions.length === asked) clock.advance(1_000);
    pauses.push((clock.now() - from) / 1_000);
  }
  assert.deepEqual(pauses, [10, 20, 40, 60, 60, 60]);
  assert.equal(errors.length, 6);
  questions.at(-1).resolve('again');
  await settled();
  clock.advance(5_000);
  assert.equal(questions.length, 8);
});

test('a page that nobody sees asks nothing, and at once when it is seen', async () => {
  const { clock, page, questions, poll, settled } = begin();
  poll.now();
  page.isSeen = false;
  questions[0].resolve('x');
  await settled();
  clock.advance(100_000);
  poll.review();
  assert.equal(questions.length, 1);
  page.isSeen = true;
  poll.review();
  assert.equal(questions.length, 2);
});
