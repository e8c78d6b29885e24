/** A session between a server, a terminal and a user that are all the test's. */

import assert from 'node:assert/strict';
import test from 'node:test';
import { Session } from '../../../assets/js/session.js';
import { FakeClock } from '../support/clock.mjs';

const SETUP = {
  version: 1, session: 'main', command: 'sh', writable: true, resizes: false,
  size: { cols: 80, rows: 24 }, title: '', scrollback: 10_000, resume: 'stream-1', resumed: false,
};

/** Processes what it was given when the test says so. */
class FakeView {
  window = { width: 800, height: 600 };
  shown = [];
  reading = 0;
  scrollback = null;
  #callbacks = [];

  write(text, done) {
    this.shown.push(text);
    this.#callbacks.push(done);
  }

  resize({ cols, rows }) {
    this.shown.push(`${cols}x${rows}`);
  }

  process() {
    for (const callback of this.#callbacks.splice(0)) callback();
  }

  setScrollback(lines) {
    this.scrollback = lines;
  }

  patience() {
    return this.reading;
  }

  goToEnd() {
    this.reading = 0;
  }

  setWritable(writable) {
    this.writable = writable;
  }

  watchReading() {}

  proposal() {
    return { cols: 80, rows: 24 };
  }
}

class FakeStatus {
  said = [];

  connecting() { this.said.push('connecting'); }
  live() { this.said.push('live'); }
  readOnly() { this.said.push('read-only'); }
  reconnecting() { this.said.push('reconnecting'); }
  refused() { this.said.push('refused'); }
  notice(text) { this.said.push(text); }
  ended() { this.said.push('ended'); }
  mayWrite() { this.said.push('may write'); }
  mayLook() { this.said.push('may look'); }
  shutOut(reason) { this.said.push(reason); }
  recorded(what) { this.told = what; }
  offerRecordings(isSeen) { this.offers = isSeen; }
}

function begin(setup = {}) {
  const view = new FakeView();
  const status = new FakeStatus();
  const connection = {
    sent: [], isOpen: true, lives: 0, isFinished: false,
    connect() {},
    send(text) {
      if (this.isOpen) this.sent.push(JSON.parse(text));
      return this.isOpen;
    },
    expectLife() { this.lives += 1; },
    finish() { this.isFinished = true; },
  };
  const title = { setCommand() {}, setProgram() {}, setEnded() {}, setShutOut() {} };
  const counts = [];
  const jump = { update: (waiting) => counts.push(waiting?.lines ?? null) };
  const session = new Session({ status, title, jump, scrollback: 1000, clock: new FakeClock() });
  session.begin(view, connection);
  const say = (...message) => session.onMessage(JSON.stringify(message));
  const setUp = (fields) => {
    connection.isOpen = true;
    say('setup', { ...SETUP, ...fields });
  };
  setUp(setup);
  view.shown.length = 0;
  return {
    session, view, status, connection, counts, say, setUp,
    acks: () => connection.sent.filter(([name]) => name === 'ack').map(([, offset]) => offset),
    cut: () => {
      connection.isOpen = false;
      connection.sent.length = 0;
      session.onDown(null);
    },
  };
}

test('the first connection asks for scrollback only', () => {
  const session = new Session({ status: new FakeStatus(), scrollback: 1000 });
  assert.equal(session.query(), '?scrollback=1000');
});

test('the page keeps as many lines as it asked for, or as the server has', () => {
  assert.equal(begin().view.scrollback, 1000);
  assert.equal(begin({ scrollback: 200 }).view.scrollback, 200);
});

test('a page that was cut off asks to go on after the last that it was given', () => {
  const { session, say, cut } = begin();
  say('stdout', 'screen', 100);
  say('stdout', 'more', 104);
  cut();
  assert.equal(session.query(), '?scrollback=1000&resume=stream-1&offset=104');
});

test('a page that was cut off within a snapshot asks for another one', () => {
  const { session, say, cut } = begin();
  say('stdout', 'screen', 100);
  say('stdout', '\x18\x1bchalf a screen', null);
  cut();
  assert.equal(session.query(), '?scrollback=1000');
});

test('a page that was cut off between the word of a snapshot and the snapshot asks for another one', () => {
  const { session, say, cut } = begin({ scrollback: 1000 });
  say('snapshot', 0);
  say('stdout', 'the present screen', 900_000);
  say('snapshot', 1000);
  cut();
  assert.equal(session.query(), '?scrollback=1000');
});

test('a page that still lacks lines above its screen, and is cut off, asks for a screen with them', () => {
  const { session, say, cut, setUp } = begin({ scrollback: 1000 });
  say('snapshot', 1000);
  say('stdout', 'screen', 100);
  say('snapshot', 0);
  say('stdout', 'the present screen', 900_000);
  say('stdout', 'more', 900_004);
  cut();
  assert.equal(session.query(), '?scrollback=1000');
  setUp({ scrollback: 1000 });
  say('snapshot', 1000);
  say('stdout', 'screen', 900_004);
  cut();
  assert.equal(session.query(), '?scrollback=1000&resume=stream-1&offset=900004');
});

test('a page that was cut off before its first output asks for a snapshot', () => {
  const { session, cut } = begin();
  cut();
  assert.equal(session.query(), '?scrollback=1000');
});

test('a server that gives no token is not asked to resume', () => {
  const { session, say, cut } = begin({ resume: undefined, resumed: undefined });
  say('stdout', 'screen', 100);
  cut();
  assert.equal(session.query(), '?scrollback=1000');
});

test('resumed, the terminal stays as it is, size and scrollback too', () => {
  const { session, view, status, say, cut, setUp } = begin();
  say('stdout', 'screen', 100);
  cut();
  view.scrollback = null;
  setUp({ resumed: true, size: { cols: 200, rows: 50 } });
  assert.deepEqual(view.shown, ['screen']);
  assert.equal(view.scrollback, null);
  assert.equal(status.said.at(-1), 'live');
  say('stdout', ' goes on', 108);
  assert.deepEqual(view.shown, ['screen', ' goes on']);
  assert.equal(session.query(), '?scrollback=1000&resume=stream-1&offset=108');
});

test('resumed, the server is told at once how far the page is, and then how it gets on', () => {
  const { view, say, cut, setUp, acks } = begin();
  say('stdout', 'screen', 100);
  view.process();
  assert.deepEqual(acks(), [100]);
  say('stdout', 'more', 104);
  cut();
  setUp({ resumed: true });
  assert.deepEqual(acks(), [100]);
  view.process();
  assert.deepEqual(acks(), [100, 104], 'what came over the old connection counts on the new one');
});

test('not resumed, another stream begins, and the old one is no longer acknowledged', () => {
  const { session, view, say, cut, setUp, acks } = begin();
  say('stdout', 'screen', 100);
  cut();
  setUp({ resume: 'stream-2' });
  view.process();
  assert.deepEqual(acks(), []);
  cut();
  assert.equal(session.query(), '?scrollback=1000', 'offsets of the old stream mean nothing in the new one');
  setUp({ resume: 'stream-2' });
  say('stdout', '\x18\x1bcnew', 7);
  view.process();
  assert.deepEqual(acks(), [7]);
  assert.equal(session.query(), '?scrollback=1000&resume=stream-2&offset=7');
});

test('input reaches the server once, or is visibly dropped', () => {
  const { session, status, connection, cut, setUp } = begin();
  session.onInput('a');
  assert.deepEqual(connection.sent, [['stdin', 'a']]);
  cut();
  session.onInput('b');
  assert.equal(status.said.at(-1), 'refused');
  setUp({ resumed: true });
  assert.deepEqual(connection.sent, []);
});

test('a heartbeat tells the connection what to expect, and changes nothing else', () => {
  const { session, view, connection, say } = begin();
  say('stdout', 'screen', 100);
  assert.equal(connection.lives, 0);
  say('heartbeat');
  assert.equal(connection.lives, 1);
  assert.deepEqual(view.shown, ['screen']);
  assert.equal(session.query(), '?scrollback=1000&resume=stream-1&offset=100');
});

test('what comes while the user reads is neither shown nor acknowledged, until he has read', () => {
  const { session, view, say, counts, acks } = begin();
  say('stdout', 'screen', 100);
  view.process();
  view.reading = Infinity;
  say('stdout', 'a\n', 102);
  say('size', 30, 100);
  say('stdout', 'b\n', 104);
  view.process();
  assert.deepEqual(view.shown, ['screen']);
  assert.deepEqual(acks(), [100]);
  assert.deepEqual(counts, [1, 1, 2]);
  view.reading = 0;
  session.onReading();
  assert.deepEqual(view.shown, ['screen', 'a\n', '100x30', 'b\n']);
  assert.deepEqual(counts, [1, 1, 2, null]);
  view.process();
  assert.deepEqual(acks(), [100, 104]);
});

test('what was on its way to the terminal is acknowledged while the user reads', () => {
  const { view, say, acks } = begin();
  say('stdout', 'screen', 100);
  view.process();
  say('stdout', 'x', 101);
  view.reading = Infinity;
  say('stdout', 'y', 102);
  view.process();
  assert.deepEqual(acks(), [100, 101]);
});

test('what waits is kept over a cut, and the stream goes on behind it', () => {
  const { session, view, say, cut, setUp, acks } = begin();
  say('stdout', 'screen', 100);
  view.process();
  view.reading = Infinity;
  say('stdout', 'a\n', 102);
  cut();
  assert.equal(session.query(), '?scrollback=1000&resume=stream-1&offset=102');
  setUp({ resumed: true });
  assert.deepEqual(acks(), [100], 'the server counts from what was shown');
  say('stdout', 'b\n', 104);
  view.reading = 0;
  session.onReading();
  view.process();
  assert.deepEqual(view.shown, ['screen', 'a\n', 'b\n']);
  assert.deepEqual(acks(), [100, 104]);
});

test('a user who reads is not disturbed by the snapshot after a cut, and the server is not left waiting', () => {
  const { session, view, say, cut, setUp, acks } = begin();
  say('stdout', 'screen', 100);
  view.process();
  view.reading = Infinity;
  say('stdout', 'never seen\n', 111);
  cut();
  setUp({ size: { cols: 90, rows: 20 } });
  say('stdout', '\x18\x1bcanother screen', 5000);
  say('stdout', 'and on\n', 5007);
  assert.deepEqual(view.shown, ['screen']);
  assert.deepEqual(acks(), [5000], 'with the first acknowledgement the server begins to count');
  view.reading = 0;
  session.onReading();
  view.process();
  assert.deepEqual(view.shown, ['screen', '90x20', '\x18\x1bcanother screen', 'and on\n']);
  assert.deepEqual(acks(), [5000, 5007]);
});

test('the host takes the right to type, and gives it back, on the same connection', () => {
  const { view, status, connection, say } = begin({ writable: true, resizes: true });
  connection.sent.length = 0;
  say('writable', false, false);
  assert.equal(view.writable, false);
  assert.deepEqual(connection.sent, [], 'its window does not count');
  say('writable', true, true);
  assert.equal(view.writable, true);
  assert.deepEqual(connection.sent, [['set_size', 24, 80, 600, 800]], 'its window counts again');
  assert.deepEqual(status.said.slice(-2), ['may look', 'may write']);
});

test('who is thrown out does not come back by himself, who is cut off does', () => {
  const cut = begin();
  cut.session.onDown({ code: 1006, reason: '' });
  assert.equal(cut.connection.isFinished, false);
  assert.equal(cut.status.said.at(-1), 'reconnecting');
  const out = begin();
  out.session.onDown({ code: 1008, reason: 'thrown out by the host' });
  assert.equal(out.connection.isFinished, true);
  assert.equal(out.view.writable, false);
  assert.match(out.status.said.at(-1), /thrown you out/);
});

test('recordings are offered to those who may see them', () => {
  const offers = (fields) => begin(fields).status.offers;
  assert.equal(offers({ recordings: 'writers', writable: true }), true);
  assert.equal(offers({ recordings: 'writers', writable: false }), false);
  assert.equal(offers({ recordings: 'everybody', writable: false }), true);
  assert.equal(offers({ writable: true }), false);
  const viewer = begin({ recordings: 'writers', writable: false });
  viewer.say('writable', true, true);
  assert.equal(viewer.status.offers, true);
  viewer.say('writable', false, false);
  assert.equal(viewer.status.offers, false);
});
