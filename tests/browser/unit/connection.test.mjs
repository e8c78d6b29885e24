/** The connection, with a socket, a clock and chance that the test holds in its hands. */

import assert from 'node:assert/strict';
import test from 'node:test';
import { Connection, pauseBefore } from '../../../assets/js/connection.js';
import { FakeClock } from '../support/clock.mjs';

class FakeSocket {
  readyState = 0;
  sent = [];
  isClosed = false;

  open() {
    this.readyState = 1;
    this.onopen();
  }

  receive(data) {
    this.onmessage({ data });
  }

  break(close = { code: 1006, reason: '' }) {
    this.readyState = 3;
    this.onclose(close);
  }

  send(text) {
    this.sent.push(text);
  }

  close() {
    this.isClosed = true;
  }
}

/** Until what waits for nothing but promises is through. */
const settled = () => new Promise((resolve) => { setImmediate(resolve); });

function setUp({ knock = async () => null } = {}) {
  const sockets = [];
  const messages = [];
  const shutOut = [];
  const clock = new FakeClock();
  let downs = 0;
  const connection = new Connection({
    openSocket: () => {
      sockets.push(new FakeSocket());
      return sockets.at(-1);
    },
    listener: {
      onMessage: (data) => messages.push(data),
      onDown: () => { downs += 1; },
      onShutOut: (reason) => shutOut.push(reason),
    },
    knock,
    clock,
    random: () => 1,
  });
  connection.connect();
  return { connection, sockets, messages, shutOut, clock, downs: () => downs, latest: () => sockets.at(-1) };
}

test('messages reach the listener in order', () => {
  const { latest, messages } = setUp();
  latest().open();
  latest().receive('a');
  latest().receive('b');
  assert.deepEqual(messages, ['a', 'b']);
});

test('text goes out on an open connection', () => {
  const { connection, latest } = setUp();
  latest().open();
  assert.equal(connection.send('x'), true);
  assert.deepEqual(latest().sent, ['x']);
});

test('text is dropped, not queued, while there is no open connection', () => {
  const { connection, latest, clock } = setUp();
  assert.equal(connection.send('too early'), false);
  latest().open();
  latest().break();
  assert.equal(connection.send('too late'), false);
  clock.advance(1_000);
  latest().open();
  assert.deepEqual(latest().sent, []);
});

test('a lost connection is made again after a pause', () => {
  const { sockets, latest, clock, downs } = setUp();
  latest().open();
  latest().break();
  assert.equal(downs(), 1);
  assert.equal(sockets.length, 1);
  clock.advance(500);
  assert.equal(sockets.length, 2);
});

test('pauses grow from a quarter of a second to ten seconds and no further', () => {
  for (const random of [0, 0.5, 1]) {
    const pauses = Array.from({ length: 12 }, (_, attempt) => pauseBefore(attempt, random));
    assert.ok(pauses.every((pause) => pause >= 250 && pause <= 10_000), `${pauses}`);
    assert.ok(pauses.every((pause, index) => index === 0 || pause >= pauses[index - 1]), `${pauses}`);
  }
  assert.equal(pauseBefore(0, 0), 250);
  assert.equal(pauseBefore(11, 1), 10_000);
});

test('chance spreads the attempts of many viewers', () => {
  assert.notEqual(pauseBefore(3, 0.1), pauseBefore(3, 0.9));
});

test('a connection that breaks at once each time is tried ever less often', async () => {
  const { sockets, latest, clock } = setUp();
  for (let attempt = 0; attempt < 8; attempt += 1) {
    latest().open();
    latest().break();
    clock.advance(10_000);
  }
  const before = sockets.length;
  latest().break();
  clock.advance(9_999);
  assert.equal(sockets.length, before);
  clock.advance(1);
  await settled();
  assert.equal(sockets.length, before + 1);
});

test('after a connection that held, the next pause is short again', async () => {
  const { sockets, latest, clock } = setUp();
  for (let attempt = 0; attempt < 8; attempt += 1) {
    latest().break();
    clock.advance(10_000);
    await settled();
  }
  latest().open();
  clock.advance(60_000);
  const before = sockets.length;
  latest().break();
  clock.advance(500);
  assert.equal(sockets.length, before + 1);
});

test('connect() cuts a pause short, as when the browser is online again', async () => {
  const { connection, sockets, latest, clock } = setUp();
  latest().break();
  connection.connect();
  assert.equal(sockets.length, 2);
  clock.advance(500);
  await settled();
  assert.equal(sockets.length, 2, 'the pause that was cut short must not connect again');
});

test('connect() does nothing while connected or connecting', () => {
  const { connection, sockets, latest } = setUp();
  connection.connect();
  latest().open();
  connection.connect();
  assert.equal(sockets.length, 1);
});

test('an attempt that hangs is given up and repeated', async () => {
  const { sockets, clock } = setUp();
  clock.advance(10_000);
  assert.equal(sockets[0].isClosed, true);
  clock.advance(500);
  await settled();
  assert.equal(sockets.length, 2);
});

test('a socket that never opened is asked about before it is tried again', async () => {
  let asked = 0;
  const { latest, clock, sockets } = setUp({ knock: async () => { asked += 1; return null; } });
  latest().break();
  clock.advance(500);
  await settled();
  assert.deepEqual([asked, sockets.length], [1, 2]);
  latest().open();
  latest().break();
  clock.advance(1_000);
  await settled();
  assert.deepEqual([asked, sockets.length], [1, 3], 'one that opened was not refused');
});

test('who is shut out is told why, and tries no more', async () => {
  const { latest, clock, sockets, shutOut } = setUp({ knock: async () => 'gone' });
  latest().break();
  clock.advance(500);
  await settled();
  clock.advance(60_000);
  await settled();
  assert.deepEqual(shutOut, ['gone']);
  assert.equal(sockets.length, 1);
});

test('what a socket says after it was given up is not heard', async () => {
  const { sockets, messages, clock, downs } = setUp();
  clock.advance(10_500);
  await settled();
  sockets[0].open();
  sockets[0].receive('ghost');
  sockets[0].break();
  assert.deepEqual(messages, []);
  assert.equal(downs(), 1);
  assert.equal(sockets.length, 2);
});

test('after finish() nothing connects again', () => {
  const { connection, sockets, latest, clock, downs } = setUp();
  latest().open();
  connection.finish();
  latest().break();
  connection.connect();
  clock.advance(60_000);
  assert.equal(sockets.length, 1);
  assert.equal(downs(), 0);
});

/** As `setUp`, with a server that has shown a first sign of life. */
function watched() {
  const parts = setUp();
  parts.latest().open();
  parts.latest().receive('a heartbeat');
  parts.connection.expectLife();
  return parts;
}

test('a server that has shown signs of life and is silent for a minute is left', () => {
  const { sockets, clock, downs } = watched();
  clock.advance(59_999);
  assert.equal(downs(), 0);
  clock.advance(1);
  assert.equal(downs(), 1);
  assert.equal(sockets[0].isClosed, true);
  clock.advance(500);
  assert.equal(sockets.length, 2);
});

test('whatever is heard is a sign of life', () => {
  const { sockets, latest, clock, downs } = watched();
  for (let minute = 0; minute < 5; minute += 1) {
    clock.advance(59_000);
    latest().receive('anything');
  }
  assert.equal(downs(), 0);
  clock.advance(60_000);
  assert.equal(downs(), 1);
  assert.equal(sockets.length, 1);
});

test('a server that never showed a sign of life may be silent', () => {
  const { latest, clock, downs } = setUp();
  latest().open();
  latest().receive('no heartbeat');
  clock.advance(3_600_000);
  assert.equal(downs(), 0);
});

test('each connection has to show signs of life anew', () => {
  const { sockets, latest, clock, downs } = watched();
  latest().break();
  clock.advance(500);
  latest().open();
  latest().receive('no heartbeat');
  clock.advance(3_600_000);
  assert.equal(downs(), 1);
  assert.equal(sockets.length, 2);
});

test('after finish() silence is the end, not a fault', () => {
  const { connection, sockets, clock, downs } = watched();
  connection.finish();
  clock.advance(3_600_000);
  assert.equal(downs(), 0);
  assert.equal(sockets.length, 1);
});

test('the listener is told how it was closed, and may finish then', () => {
  const sockets = [];
  const closes = [];
  const clock = new FakeClock();
  const connection = new Connection({
    openSocket: () => {
      sockets.push(new FakeSocket());
      return sockets.at(-1);
    },
    listener: {
      onDown: (close) => {
        closes.push(close);
        connection.finish();
      },
    },
    clock,
  });
  connection.connect();
  sockets[0].open();
  const close = { code: 1008, reason: 'out' };
  sockets[0].break(close);
  clock.advance(60_000);
  connection.connect();
  assert.deepEqual(closes, [close]);
  assert.equal(sockets.length, 1);
});
