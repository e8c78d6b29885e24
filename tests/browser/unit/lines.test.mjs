/** The modules of the page for programs that talk in lines, and rules for its files. */

import assert from 'node:assert/strict';
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import test from 'node:test';
import { History } from '../../../assets/js/lines/history.js';
import { Keeper, MOST_CHARACTERS, MOST_LINES } from '../../../assets/js/lines/keeper.js';
import { visible } from '../../../assets/js/lines/log.js';
import { decode } from '../../../assets/js/lines/protocol.js';
import { Runs } from '../../../assets/js/lines/runs.js';
import { Wire } from '../../../assets/js/lines/wire.js';

const ASSETS = new URL('../../../assets/', import.meta.url);
const read = (path) => readFileSync(new URL(path, ASSETS), 'utf8');
const html = read('lines.html');
const modules = readdirSync(new URL('js/lines/', ASSETS));
const stdout = (text) => ({ kind: 'stdout', text });

test('messages of the server are read, and what is none is nothing', () => {
  assert.deepEqual(decode('["stdout","a","b"]'), { kind: 'stdout', lines: ['a', 'b'] });
  assert.deepEqual(decode('["stderr","",1]'), { kind: 'stderr', lines: [''] });
  assert.deepEqual(decode('["setup",{"command":"cat","writable":true}]'), { kind: 'setup', command: 'cat', writable: true });
  assert.deepEqual(decode('["writable",false]'), { kind: 'writable', writable: false });
  assert.deepEqual(decode('["disconnect",3]'), { kind: 'disconnect', status: 3 });
  for (const data of ['', '{}', '[]', '["notice"]', '["later",1]', 7, null]) assert.equal(decode(data), null);
});

test('the history leads back and forth, and to what was begun', () => {
  const history = new History();
  assert.equal(history.back('x'), null);
  for (const line of ['one', 'two', 'two', '']) history.add(line);
  assert.equal(history.back('begun'), 'two');
  assert.equal(history.back('two'), 'one');
  assert.equal(history.back('one'), null);
  assert.equal(history.forth(), 'two');
  assert.equal(history.forth(), 'begun');
  assert.equal(history.forth(), null);
});

test('no more lines are kept than can be shown, whatever comes between two looks', () => {
  const keeper = new Keeper();
  let shown = 0;
  let added = 0;
  for (const burst of [1, 10, 4_000, 3_000, 70_000, 1, MOST_LINES, 12_345]) {
    for (let i = 0; i < burst; i += 1) keeper.add(stdout(String(added + i)));
    added += burst;
    assert.ok(keeper.hasFresh);
    const { lines, gone } = keeper.take();
    shown += lines.length - gone;
    assert.ok(lines.length <= MOST_LINES && shown <= MOST_LINES, `${shown}`);
    assert.equal(lines.at(-1).text, String(added - 1));
    assert.equal(shown + keeper.dropped, added);
    assert.ok(!keeper.hasFresh);
  }
});

test('long lines count for what they are, but the last is always kept', () => {
  const keeper = new Keeper();
  const long = 'x'.repeat(MOST_CHARACTERS / 4);
  for (let i = 0; i < 10; i += 1) keeper.add(stdout(long));
  assert.equal(keeper.take().lines.length, 4);
  keeper.add(stdout('x'.repeat(MOST_CHARACTERS + 1)));
  assert.deepEqual([keeper.take().gone, keeper.dropped], [4, 10]);
  keeper.add(stdout('short'));
  assert.deepEqual([keeper.take().gone, keeper.dropped], [1, 11]);
});

test('control characters can be seen, colours are left out', () => {
  assert.equal(visible('\x1b[1;31mred\x1b[m\tand\x07 \x1b]0;x\x7f'), 'red\tand␇ ␛]0;x␡');
});

class FakeSocket {
  readyState = 0;
  sent = [];
  isClosed = false;

  send(text) { this.sent.push(text); }

  close() { this.isClosed = true; }

  open() {
    this.readyState = 1;
    this.onopen();
  }
}

/** A clock that goes when it is told. */
function clock() {
  const timers = new Map();
  let number = 0;
  return {
    setTimeout: (call) => timers.set(number += 1, call) && number,
    clearTimeout: (timer) => timers.delete(timer),
    elapse: () => [...timers].forEach(([timer, call]) => timers.delete(timer) && call()),
  };
}

function wire() {
  const socket = new FakeSocket();
  const heard = [];
  const time = clock();
  const listener = { onMessage: (data) => heard.push(data), onDown: (close) => heard.push(close) };
  return { socket, heard, time, wire: new Wire({ openSocket: () => socket, listener, clock: time }) };
}

test('a connection that is silent for too long is over, one that is heard is not', () => {
  const { socket, heard, time, wire: line } = wire();
  socket.open();
  assert.equal(line.send('x'), true);
  socket.onmessage({ data: 'm' });
  time.elapse();
  assert.deepEqual(heard, ['m']);
  time.elapse();
  assert.deepEqual(heard, ['m', { code: 1006, reason: '', wasOpened: true }]);
  assert.ok(socket.isClosed);
  assert.equal(line.send('x'), false);
  socket.onclose({ code: 1000, reason: '' });
  time.elapse();
  assert.equal(heard.length, 2, 'it ends once, and opens no other');
});

test('an attempt that hangs is given up', () => {
  const { heard, time } = wire();
  time.elapse();
  assert.deepEqual(heard, [{ code: 1006, reason: '', wasOpened: false }]);
});

/** The runs with everything around them noted down. */
function runs(knock = async () => null) {
  const notes = [];
  const wires = [];
  const note = (name) => (...args) => { notes.push([name, ...args]); };
  const openWire = (listener) => {
    const one = { listener, sent: [], send: (text) => one.sent.push(text) > 0 };
    wires.push(one);
    return one;
  };
  const log = { add: (line) => notes.push([line.kind, line.text]), goToEnd: () => {} };
  const panel = Object.fromEntries(['connecting', 'running', 'writable', 'over', 'shutOut', 'focus'].map((name) => [name, note(name)]));
  const all = new Runs({ openWire, knock, log, panel });
  const prompt = { hasFocus: true, focus: () => {}, isShown: true };
  all.begin(prompt);
  return { all, wires, notes, prompt };
}

test('a run is shown from its beginning to its end, and another begins only when it is asked for', async () => {
  const { all, wires, notes, prompt } = runs();
  const { listener, sent } = wires[0];
  assert.equal(all.send('early'), false);
  listener.onMessage('["setup",{"command":"cat","writable":true}]');
  assert.equal(all.send('a'), true);
  assert.deepEqual(sent, ['["stdin","a"]']);
  listener.onMessage('["stdout","A"]');
  listener.onMessage('["disconnect",0]');
  await listener.onDown({ code: 1000, reason: 'the program ended with status 0', wasOpened: true });
  assert.equal(prompt.isShown, false);
  assert.equal(wires.length, 1);
  all.start();
  all.start();
  assert.equal(wires.length, 2);
  assert.deepEqual(notes.map(([name, ...rest]) => [name, rest[0]]), [
    ['connecting', undefined], ['running', 'cat'], ['sent', 'a'], ['stdout', 'A'], ['end', 'Ended with status 0'],
    ['over', 'over'], ['focus', undefined], ['connecting', undefined],
  ]);
});

test('who may only look has no field, until he may write', () => {
  const { all, wires, prompt } = runs();
  wires[0].listener.onMessage('["setup",{"command":"cat","writable":false}]');
  assert.equal(prompt.isShown, false);
  assert.equal(all.send('x'), false);
  wires[0].listener.onMessage('["writable",true]');
  assert.equal(prompt.isShown, true);
  assert.equal(all.send('x'), true);
});

test('why it is over is said in words', async () => {
  for (const [close, kind, part] of [
    [{ code: 1006, reason: '', wasOpened: true }, 'over', /connection was lost/],
    [{ code: 1011, reason: 'the program printed a line', wasOpened: true }, 'over', /^The program printed/],
    [{ code: 1008, reason: 'thrown out by the host', wasOpened: true }, 'shutOut', /thrown you out/],
    [{ code: 1006, reason: '', wasOpened: false }, 'over', /as many programs as it may/],
  ]) {
    const { wires, notes } = runs();
    await wires[0].listener.onDown(close);
    const told = notes.find(([name]) => name === kind);
    assert.match(told.at(-1), part);
  }
  const { wires, notes } = runs(async () => 'Logged out');
  await wires[0].listener.onDown({ code: 1006, reason: '', wasOpened: false });
  assert.ok(notes.some(([name, reason]) => name === 'shutOut' && reason === 'Logged out'));
});

function importsOf(path) {
  const targets = [...read(path).matchAll(/^import (?:\{[^}]*\} from )?'([^']+)';/gm)].map(([, target]) => target);
  return targets.map((target) => new URL(target, new URL(path, ASSETS)).pathname.slice(ASSETS.pathname.length));
}

test('the page asks ahead for every module that it will need, and no other', () => {
  const needed = new Set();
  const visit = (path) => {
    if (needed.has(path)) return;
    needed.add(path);
    importsOf(path).forEach(visit);
  };
  visit('js/lines/main.js');
  needed.delete('js/lines/main.js');
  const preloaded = [...html.matchAll(/rel="modulepreload" href="static\/@VERSION@\/([^"]+)"/g)].map(([, path]) => path);
  assert.deepEqual(preloaded.sort(), [...needed].sort());
  for (const name of modules) assert.ok(name === 'main.js' || needed.has(`js/lines/${name}`), name);
});

test('the page names its files relatively, below the versioned path, and all are there', () => {
  const addresses = [...html.matchAll(/\b(?:href|src)="([^"]*)"/g)].map(([, address]) => address);
  assert.ok(addresses.length > 0);
  for (const address of addresses) {
    assert.match(address, /^static\/@VERSION@\//);
    assert.ok(existsSync(new URL(address.replace('static/@VERSION@/', ''), ASSETS)), address);
  }
});

test('the page has no inline script, style or handler, and sets no text as markup', () => {
  assert.doesNotMatch(html, /<script(?![^>]*\bsrc=)/);
  assert.doesNotMatch(html, /<style\b|\bstyle=|\son[a-z]+=/);
  for (const path of [...modules.map((name) => `js/lines/${name}`), 'css/lines.css', 'lines.html']) {
    assert.doesNotMatch(read(path), /innerHTML|outerHTML|insertAdjacentHTML|document\.write\(|\beval\(|new Function/, path);
    assert.doesNotMatch(read(path), /https?:\/\//, path);
  }
});
