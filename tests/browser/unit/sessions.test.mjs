/** The page of all terminals: its messages, its words, what it sends, and its files. */

import assert from 'node:assert/strict';
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import test from 'node:test';
import { post } from '../../../assets/js/sessions/post.js';
import { decode, look } from '../../../assets/js/sessions/protocol.js';
import {
  doingOf, duration, emptyWords, nameOf, stateOf, summaryOf, viewersOf,
} from '../../../assets/js/sessions/words.js';

const ASSETS = new URL('../../../assets/', import.meta.url);
const read = (path) => readFileSync(new URL(path, ASSETS), 'utf8');
const html = read('sessions.html');
const modules = readdirSync(new URL('js/sessions/', ASSETS));

const NOW = new Date('2026-11-20T12:00:00Z');

const CARD = {
  id: 'abc', name: 'one', private: false, command: 'bash', title: 'a title', size: { cols: 80, rows: 24 },
  created_at: '2026-11-20T11:00:00.000000Z', idle: false, last_activity: null, writable: true, viewers: 2,
  people: [{ id: 3, user: 'ann', address: '10.0.0.1', since: '2026-11-20T11:30:00Z', may: 'write', role: 'viewer' }],
};

test('a session is read with all that is told of it', () => {
  const { kind, card } = decode(JSON.stringify(['session', CARD]));
  assert.equal(kind, 'session');
  assert.deepEqual(card, {
    id: 'abc', name: 'one', isPrivate: false, command: 'bash', title: 'a title', size: { cols: 80, rows: 24 },
    since: new Date('2026-11-20T11:00:00Z'), idleSince: null, isWritable: true, viewers: 2,
    people: [{ id: 3, user: 'ann', address: '10.0.0.1', since: new Date('2026-11-20T11:30:00Z'), writes: true, role: 'viewer' }],
  });
});

test('what is missing is made up for, and what makes no sense is passed over', () => {
  const { card } = decode('["session",{"id":"x","people":[null,7]}]');
  assert.equal(card.name, null);
  assert.equal(card.isWritable, false);
  assert.deepEqual(card.people.map(({ role, writes }) => [role, writes]), [['viewer', false], ['viewer', false]]);
  for (const text of ['', '{}', '[]', '["session"]', '["session",{"id":""}]', '["session",null]', '["gone",1]', '["picture"]', '["x"]', 'null']) {
    assert.equal(decode(text), null, text);
  }
});

test('the other messages are read', () => {
  const setup = decode('["setup",{"version":1,"command":"top","mode":"named","sight":"all","hidden":true}]');
  assert.deepEqual(setup, { kind: 'setup', command: 'top', mode: 'named', seesAll: true, isHidden: true });
  assert.deepEqual(decode('["gone","a"]'), { kind: 'gone', id: 'a' });
  assert.deepEqual(decode('["ready"]'), { kind: 'ready' });
  assert.deepEqual(decode('["picture","a",{"cols":1}]'), { kind: 'picture', id: 'a', picture: { cols: 1 } });
});

test('what is in view is told', () => {
  assert.equal(look(new Set(['a', 'b'])), '["look",["a","b"]]');
});

test('times are told in words', () => {
  const before = (seconds) => new Date(NOW - seconds * 1000);
  assert.equal(duration(before(5), NOW), '< 1 min');
  assert.equal(duration(before(-5), NOW), '< 1 min');
  assert.equal(duration(before(150), NOW), '2 min');
  assert.equal(duration(before(3 * 3600 + 60), NOW), '3 h 1 min');
  assert.equal(duration(before(50 * 3600), NOW), '2 d 2 h');
  assert.equal(stateOf({ idleSince: null }, NOW), 'active');
  assert.equal(stateOf({ idleSince: before(120) }, NOW), 'idle 2 min');
});

test('a terminal without a name that may be told goes by its owner', () => {
  const viewer = { id: 4, user: null, role: 'viewer' };
  assert.equal(nameOf({ name: 'one', people: null }), 'one');
  assert.equal(nameOf({ name: null, people: [{ ...viewer, role: 'overview' }, viewer] }), 'Own terminal of viewer 4');
  assert.equal(nameOf({ name: null, people: [{ ...viewer, user: 'ann' }] }), 'Own terminal of ann');
  assert.equal(nameOf({ name: null, people: null }), 'Own terminal');
});

test('what people do is told', () => {
  assert.equal(doingOf({ role: 'viewer', writes: true }), 'writing');
  assert.equal(doingOf({ role: 'viewer', writes: false }), 'reading');
  assert.equal(doingOf({ role: 'watcher', writes: false }), 'watching');
  assert.equal(viewersOf({ viewers: 1 }), '1 viewer');
  assert.notDeepEqual(emptyWords({ mode: 'per-viewer', seesAll: false }), emptyWords({ mode: 'per-viewer', seesAll: true }));
});

test('what became of a line is told', () => {
  const results = (...outcomes) => outcomes.map((outcome, id) => ({ id: `${id}`, outcome }));
  assert.equal(summaryOf(results('sent', 'sent')), 'Sent to 2 terminals');
  const words = summaryOf(results('sent', 'refused', 'busy', 'gone'));
  for (const part of ['Sent to 1 terminal;', 'refused', 'not read', 'gone']) assert.ok(words.includes(part), words);
});

test('a line is posted, and refusals are told in words', async () => {
  const asked = [];
  const answer = (status, body) => async (address, options) => {
    asked.push([address, options]);
    return { status, ok: status === 200, json: async () => body };
  };
  const results = [{ id: 'a', outcome: 'sent' }];
  assert.deepEqual(await post('ls', ['a'], answer(200, { results })), results);
  assert.equal(asked[0][0], '../api/sessions/input');
  assert.equal(asked[0][1].body, '{"line":"ls","sessions":["a"]}');
  await assert.rejects(post('ls', ['a'], answer(403, {})), /only look/);
  await assert.rejects(post('ls', ['a'], answer(400, { message: 'it is long' })), /it is long/);
  await assert.rejects(post('ls', ['a'], async () => { throw new TypeError(); }), /does not answer/);
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
  visit('js/sessions/main.js');
  needed.delete('js/sessions/main.js');
  const preloaded = [...html.matchAll(/rel="modulepreload" href="\.\.\/static\/@VERSION@\/([^"]+)"/g)].map(([, path]) => path);
  assert.deepEqual(preloaded.sort(), [...needed].sort());
  for (const name of modules) assert.ok(name === 'main.js' || needed.has(`js/sessions/${name}`), name);
});

test('the page names its files relatively, and all are there', () => {
  const addresses = [...html.matchAll(/<(?:link|script)[^>]*\b(?:href|src)="([^"]*)"/g)].map(([, address]) => address);
  assert.ok(addresses.length > 0);
  for (const address of addresses) {
    assert.match(address, /^\.\.\/static\/@VERSION@\//);
    assert.ok(existsSync(new URL(address.replace('../static/@VERSION@/', ''), ASSETS)), address);
  }
});

test('the page has no inline script, style or handler, and sets no text as markup', () => {
  assert.doesNotMatch(html, /<script(?![^>]*\bsrc=)/);
  assert.doesNotMatch(html, /<style\b|\bstyle=|\son[a-z]+=/);
  for (const path of [...modules.map((name) => `js/sessions/${name}`), 'js/picture.js']) {
    assert.doesNotMatch(read(path), /innerHTML|outerHTML|insertAdjacentHTML|document\.write|setAttribute\('style/, path);
  }
});
