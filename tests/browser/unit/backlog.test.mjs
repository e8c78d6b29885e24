/** Holding output back while the user reads: what waits, in which order it goes on, and that it does. */

import assert from 'node:assert/strict';
import test from 'node:test';
import { Backlog } from '../../../assets/js/backlog.js';
import { words } from '../../../assets/js/jump.js';
import { FakeClock } from '../support/clock.mjs';

const RESET = '\x18\x1bc';

function setUp() {
  const clock = new FakeClock();
  const shown = [];
  const reports = [];
  const user = { patience: 0 };
  let overdue = 0;
  const backlog = new Backlog({
    patience: () => user.patience,
    show: (piece) => {
      if (piece.kind === 'stdout') shown.push(piece.text);
      if (piece.kind === 'size') shown.push(`${piece.cols}x${piece.rows}`);
    },
    onChange: (waiting) => reports.push(waiting),
    onOverdue: () => {
      overdue += 1;
      user.patience = 0;
    },
    clock,
  });
  let offset = 0;
  return {
    backlog, clock, shown, reports, user,
    overdue: () => overdue,
    reads: (patience = Infinity) => {
      user.patience = patience;
      backlog.review();
    },
    goesOn: () => {
      user.patience = 0;
      backlog.review();
    },
    output: (text) => {
      offset += text.length;
      backlog.add({ kind: 'stdout', text, offset });
    },
    snapshot: (text, at) => {
      offset = at ?? offset;
      backlog.add({ kind: 'snapshot' });
      backlog.add({ kind: 'stdout', text, offset: at });
    },
    size: (cols, rows) => backlog.add({ kind: 'size', cols, rows }),
  };
}

test('who does not read sees everything at once, and no count', () => {
  const { output, size, shown, reports } = setUp();
  output('one\n');
  size(80, 24);
  output('two\n');
  assert.deepEqual(shown, ['one\n', '80x24', 'two\n']);
  assert.deepEqual(reports, []);
});

test('who reads sees nothing new, but how much it is', () => {
  const { reads, output, shown, reports } = setUp();
  output('seen\n');
  reads();
  output('one\ntwo\n');
  output('three\nfo');
  assert.deepEqual(shown, ['seen\n']);
  assert.deepEqual(reports, [{ lines: 2, bytes: 8, isMore: false }, { lines: 3, bytes: 16, isMore: false }]);
});

test('who has read sees all that waited, in order, sizes in their places, and the count goes', () => {
  const { reads, goesOn, output, size, shown, reports } = setUp();
  output('seen\n');
  reads();
  output('one\n');
  size(100, 30);
  output('two\n');
  goesOn();
  assert.deepEqual(shown, ['seen\n', 'one\n', '100x30', 'two\n']);
  assert.equal(reports.at(-1), null);
  output('three\n');
  assert.equal(shown.at(-1), 'three\n');
  assert.equal(reports.at(-1), null);
});

test('a snapshot makes superfluous what waits before it, but for the last size', () => {
  const { reads, goesOn, output, size, snapshot, shown } = setUp();
  output('seen\n');
  reads();
  output('never seen\n');
  size(100, 30);
  output('nor this\n');
  size(90, 20);
  snapshot('a screen', 5000);
  output('and on\n');
  goesOn();
  assert.deepEqual(shown, ['seen\n', '90x20', 'a screen', 'and on\n']);
});

test('a snapshot in pieces waits whole, and is superseded whole', () => {
  const { reads, goesOn, backlog, output, shown } = setUp();
  output('seen\n');
  reads();
  const piece = (text, offset) => backlog.add({ kind: 'stdout', text, offset });
  for (const round of ['a', 'b']) {
    backlog.add({ kind: 'snapshot' });
    piece(`${round}1`, null);
    piece(`${round}2\n`, null);
    piece(`${round}3\n`, 5000);
  }
  goesOn();
  assert.deepEqual(shown, ['seen\n', 'b1', 'b2\n', 'b3\n']);
});

test('the lines of a snapshot are not counted as new, those after it are', () => {
  const { reads, output, snapshot, reports } = setUp();
  output('seen\n');
  reads();
  output('1\n2\n');
  snapshot('1\n2\n3\n4\n', 5000);
  assert.deepEqual([reports.at(-1).lines, reports.at(-1).isMore], [2, true]);
  output('5\n');
  assert.equal(reports.at(-1).lines, 3);
});

test('output that begins as snapshots do supersedes nothing', () => {
  const { reads, goesOn, output, shown } = setUp();
  output('seen\n');
  reads();
  output('one\n');
  output(`${RESET}\x1b]2;set by a program\x07`);
  goesOn();
  assert.deepEqual(shown.slice(1), ['one\n', `${RESET}\x1b]2;set by a program\x07`]);
});

test('a snapshot that is shown in part is shown whole before anything waits', () => {
  const { reads, backlog, output, shown } = setUp();
  backlog.add({ kind: 'snapshot' });
  reads();
  backlog.add({ kind: 'stdout', text: 'upper half', offset: null });
  backlog.add({ kind: 'stdout', text: 'lower half', offset: 5000 });
  output('after it');
  assert.deepEqual(shown, ['upper half', 'lower half']);
});

test('another stream takes away what waits of this one', () => {
  const { reads, goesOn, backlog, output, size, snapshot, shown, reports } = setUp();
  output('seen\n');
  reads();
  output('of the old stream\n');
  backlog.restart();
  assert.equal(reports.at(-1), null);
  size(80, 24);
  snapshot('of the new stream', 7);
  assert.deepEqual(shown, ['seen\n'], 'it waits, too');
  goesOn();
  assert.deepEqual(shown, ['seen\n', '80x24', 'of the new stream']);
});

test('a size alone waits in silence', () => {
  const { reads, goesOn, output, size, shown } = setUp();
  output('seen\n');
  reads();
  size(100, 30);
  assert.deepEqual(shown, ['seen\n']);
  goesOn();
  assert.deepEqual(shown, ['seen\n', '100x30']);
});

test('where something presses, patience ends by itself, and all goes on', () => {
  const { reads, clock, output, shown, reports, overdue } = setUp();
  output('seen\n');
  reads(8_000);
  clock.advance(60_000);
  assert.equal(overdue(), 0, 'as long as nothing waits there is no hurry');
  output('one\n');
  clock.advance(7_999);
  output('two\n');
  assert.deepEqual(shown, ['seen\n']);
  clock.advance(1);
  assert.equal(overdue(), 1);
  assert.deepEqual(shown, ['seen\n', 'one\n', 'two\n']);
  assert.equal(reports.at(-1), null);
});

test('where nothing presses, it waits for as long as the user likes', () => {
  const { reads, clock, output, shown, overdue } = setUp();
  output('seen\n');
  reads();
  output('one\n');
  clock.advance(86_400_000);
  assert.equal(overdue(), 0);
  assert.deepEqual(shown, ['seen\n']);
});

test('patience that has not ended is not counted against the next reading', () => {
  const { reads, goesOn, clock, output, shown, overdue } = setUp();
  output('seen\n');
  reads(8_000);
  output('one\n');
  clock.advance(7_000);
  goesOn();
  reads(8_000);
  output('two\n');
  clock.advance(7_000);
  assert.equal(overdue(), 0);
  assert.deepEqual(shown, ['seen\n', 'one\n']);
});

test('at the server\'s least bound the count says that there is more', () => {
  const { reads, output, reports } = setUp();
  output('seen\n');
  reads();
  const kilobyte = `${'x'.repeat(1023)}\n`;
  for (let count = 0; count < 15; count += 1) output(kilobyte);
  assert.deepEqual(reports.at(-1), { lines: 15, bytes: 15 * 1024, isMore: false });
  output(kilobyte);
  assert.deepEqual(reports.at(-1), { lines: 16, bytes: 16 * 1024, isMore: true });
});

test('how much is new is said in lines, else in bytes, else not at all', () => {
  assert.equal(words({ lines: 1, bytes: 10, isMore: false }), '1 new line');
  assert.equal(words({ lines: 1204, bytes: 90_000, isMore: false }), '1,204 new lines');
  assert.equal(words({ lines: 13_204, bytes: 300_000, isMore: true }), '13,204+ new lines');
  assert.equal(words({ lines: 0, bytes: 12_345, isMore: false }), '12 KB of new output');
  assert.equal(words({ lines: 0, bytes: 3, isMore: false }), 'New output');
  assert.equal(words({ lines: 0, bytes: 90_000, isMore: true }), 'New output');
});
