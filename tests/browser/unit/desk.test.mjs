/** One session after another on the same terminal, with sockets and a terminal that are the test's. */

import assert from 'node:assert/strict';
import test from 'node:test';
import { Desk } from '../../../assets/js/desk.js';
import { FakeClock } from '../support/clock.mjs';

const SETUP = {
  version: 1, session: 'a', command: 'sh', writable: true, resizes: false,
  size: { cols: 80, rows: 24 }, title: '', scrollback: 1000, resume: 'stream-a', resumed: false,
};
const RESET = '\x18\x1bc';

class FakeSocket {
  readyState = 0;
  sent = [];
  isClosed = false;

  constructor(address) {
    this.address = address;
  }

  open() {
    this.readyState = 1;
    this.onopen();
  }

  say(...message) {
    this.onmessage?.({ data: JSON.stringify(message) });
  }

  send(text) {
    this.sent.push(JSON.parse(text));
  }

  close() {
    this.isClosed = true;
    this.readyState = 3;
  }
}

class FakeView {
  shown = [];
  reading = 0;
  window = { width: 800, height: 600 };
  #callbacks = [];

  write(text, done) {
    this.shown.push(text);
    this.#callbacks.push(done);
  }

  resize({ cols, rows }) { this.shown.push(`${cols}x${rows}`); }
  process() { for (const callback of this.#callbacks.splice(0)) callback(); }
  patience() { return this.reading; }
  setWritable(isWritable) { this.isWritable = isWritable; }
  proposal() { return { cols: 100, rows: 30 }; }
  setScrollback() {}
  watchReading() {}
  goToEnd() {}
  focus() {}
}

function setUp() {
  const sockets = [];
  const said = [];
  const isAside = (name) => ['recorded', 'offerRecordings'].includes(name);
  const status = new Proxy({}, {
    get: (_, name) => (...words) => { if (!isAside(name)) said.push([name, ...words].join(' ')); },
  });
  const titles = [];
  const title = { begin: (name) => titles.push(name), setName() {}, setCommand() {}, setProgram() {}, setEnded() {}, setShutOut() {} };
  const view = new FakeView();
  const counts = [];
  const desk = new Desk({
    status, title, scrollback: 1000, clock: new FakeClock(),
    makeJump: () => ({ update: (waiting) => counts.push(waiting) }),
    makeView: () => view,
    openSocket: (address) => {
      sockets.push(new FakeSocket(address));
      return sockets.at(-1);
    },
  });
  const visit = (name, more = {}) => {
    desk.attach({ name, address: (query) => `${name}${query}`, knock: async () => null, ...more });
    return sockets.at(-1);
  };
  /** A session that is there, with its screen. */
  const arrive = (name, setup = {}) => {
    const socket = visit(name);
    socket.open();
    socket.say('setup', { ...SETUP, session: name, resume: `stream-${name}`, ...setup });
    socket.say('stdout', `${RESET}${name}`, 100);
    view.process();
    return socket;
  };
  return { desk, view, sockets, said, titles, counts, visit, arrive };
}

test('the first session is shown as it comes', () => {
  const { view, visit, sockets, said } = setUp();
  const socket = visit('a');
  assert.equal(socket.address, 'a?scrollback=1000');
  socket.open();
  socket.say('setup', SETUP);
  assert.deepEqual(view.shown, ['80x24']);
  socket.say('stdout', `${RESET}half`, null);
  assert.deepEqual(view.shown, ['80x24', `${RESET}half`]);
  assert.equal(sockets.length, 1);
  assert.deepEqual(said, ['connecting', 'live']);
});

test('the next one\'s screen comes at once, size and all, and what was there stays until then', () => {
  const { view, arrive, visit, said } = setUp();
  arrive('a');
  view.shown.length = 0;
  const socket = visit('b');
  socket.open();
  socket.say('setup', { ...SETUP, size: { cols: 120, rows: 40 }, resume: 'stream-b' });
  socket.say('stdout', `${RESET}first half`, null);
  assert.deepEqual(view.shown, []);
  socket.say('stdout', 'second half', 100);
  assert.deepEqual(view.shown, ['120x40', `${RESET}first half`, 'second half']);
  socket.say('stdout', 'live', 104);
  assert.equal(view.shown.at(-1), 'live');
  assert.deepEqual(said.slice(-2), ['switching', 'live']);
});

test('nothing of a session that was left comes onto the terminal, or goes to its socket', () => {
  const { desk, view, arrive } = setUp();
  const a = arrive('a');
  a.say('stdout', 'under way', 109);
  const b = arrive('b');
  assert.equal(a.isClosed, true);
  a.sent.length = 0;
  a.say('stdout', 'late', 200);
  a.say('disconnect', 0);
  a.onclose({ code: 1000, reason: '' });
  desk.onInput('x');
  view.process();
  assert.equal(view.shown.includes('late'), false);
  assert.deepEqual(a.sent, []);
  assert.deepEqual(b.sent.at(-1), ['stdin', 'x']);
});

test('switching to and fro does not mix streams, however fast', () => {
  const { view, visit, arrive, sockets } = setUp();
  arrive('a');
  view.shown.length = 0;
  for (const name of ['b', 'a', 'b', 'a']) visit(name);
  for (const socket of sockets.slice(1)) {
    socket.open();
    socket.say('setup', SETUP);
    socket.say('stdout', `${RESET}${socket.address[0]}`, 100);
  }
  assert.deepEqual(view.shown, ['80x24', `${RESET}a`]);
  assert.deepEqual(sockets.map(({ isClosed }) => isClosed), [true, true, true, true, false]);
});

test('who reads one terminal is shown the next all the same, and may read that, too', () => {
  const { view, arrive, visit, counts } = setUp();
  const a = arrive('a');
  view.reading = Infinity;
  a.say('stdout', 'waits', 105);
  assert.equal(counts.at(-1).bytes, 5);
  view.shown.length = 0;
  const b = visit('b');
  assert.equal(counts.at(-1), null, 'what waited is no longer offered');
  b.open();
  b.say('setup', { ...SETUP, resume: 'stream-b' });
  b.say('stdout', `${RESET}b`, 100);
  assert.deepEqual(view.shown, ['80x24', `${RESET}b`]);
  view.process();
  b.say('stdout', 'more', 104);
  assert.equal(view.shown.at(-1), `${RESET}b`, 'he reads again');
});

test('what is typed on the way to a session reaches it, in order, once it is there', () => {
  const { desk, arrive, visit, said } = setUp();
  const a = arrive('a');
  const b = visit('b');
  desk.onInput('l');
  desk.onInput('\x1b[<0;5;5M');
  desk.onInput('\x1b[O');
  desk.onInput('s\r');
  b.open();
  b.say('setup', { ...SETUP, resume: 'stream-b' });
  assert.deepEqual(b.sent.filter(([kind]) => kind === 'stdin'), [['stdin', 'ls\r']]);
  assert.deepEqual(a.sent.filter(([kind]) => kind === 'stdin'), []);
  assert.equal(said.includes('refused'), false);
});

test('what was typed on the way is dropped where it may not be typed, or the way is cut', () => {
  const { desk, arrive, visit, said } = setUp();
  arrive('a');
  const readOnly = visit('b');
  desk.onInput('x');
  readOnly.open();
  readOnly.say('setup', { ...SETUP, writable: false });
  assert.deepEqual(readOnly.sent.filter(([kind]) => kind === 'stdin'), []);
  const cut = visit('c');
  desk.onInput('y');
  cut.onclose({ code: 1006, reason: '' });
  assert.equal(said.at(-1), 'refused');
  desk.onInput('z');
  assert.equal(said.at(-1), 'refused');
});

test('more than a few lines are not kept on the way', () => {
  const { desk, arrive, visit, said } = setUp();
  arrive('a');
  visit('b');
  desk.onInput('x'.repeat(5000));
  assert.equal(said.at(-1), 'refused');
});

test('a connection that is cut before the screen was whole gets it anew', () => {
  const { view, arrive, visit } = setUp();
  arrive('a');
  view.shown.length = 0;
  const b = visit('b');
  b.open();
  b.say('setup', { ...SETUP, resume: 'stream-b' });
  b.say('stdout', `${RESET}half`, null);
  b.onclose({ code: 1006, reason: '' });
  assert.deepEqual(view.shown, []);
});

test('cleared, the desk shows no session and takes no input', () => {
  const { desk, view, arrive, said } = setUp();
  const a = arrive('a');
  desk.clear();
  desk.onInput('x');
  assert.equal(a.isClosed, true);
  assert.equal(view.isWritable, false);
  assert.equal(said.at(-1), 'idle');
});

test('the end is told, with the status', () => {
  const { visit } = setUp();
  const ends = [];
  const socket = visit('a', { onEnd: (status) => ends.push(status) });
  socket.open();
  socket.say('setup', SETUP);
  socket.say('disconnect', 3);
  assert.deepEqual(ends, [3]);
});

// A terminal of one's own: what the page remembers.

/** @returns what a page remembers, and what was told about it */
function remembering(token = '') {
  const memory = { token, losses: 0, recall: () => memory.token, keep: (text) => { memory.token = text; }, onLost: () => { memory.losses += 1; } };
  return memory;
}

test('a new terminal is asked for in the size of the window, and its token is kept', () => {
  const { visit } = setUp();
  const memory = remembering();
  const socket = visit('ws', { memory });
  assert.equal(socket.address, 'ws?scrollback=1000&cols=100&rows=30');
  socket.open();
  socket.say('setup', SETUP);
  assert.equal(memory.token, 'stream-a');
  assert.equal(memory.losses, 0);
});

test('a page that is loaded again asks for the same one, from its present screen on', () => {
  const { visit } = setUp();
  const memory = remembering('stream-a');
  const socket = visit('ws', { memory });
  assert.equal(socket.address, 'ws?scrollback=1000&cols=100&rows=30&resume=stream-a');
  socket.open();
  socket.say('setup', SETUP);
  assert.equal(memory.losses, 0);
});

test('where the server has another one by now it is said, and that one is kept', () => {
  const { visit } = setUp();
  const memory = remembering('stream-old');
  const socket = visit('ws', { memory });
  socket.open();
  socket.say('setup', SETUP);
  assert.equal(memory.losses, 1);
  assert.equal(memory.token, 'stream-a');
});

test('one whose program has ended is not asked for again', () => {
  const { visit } = setUp();
  const memory = remembering();
  const socket = visit('ws', { memory });
  socket.open();
  socket.say('setup', SETUP);
  socket.say('disconnect', 0);
  assert.equal(memory.token, '');
});
