/** What the page of recordings makes of files, times and facts. */

import assert from 'node:assert/strict';
import test from 'node:test';
import { Timeline, readCast } from '../../../assets/js/recordings/cast.js';
import { course, length, name, size, typists } from '../../../assets/js/recordings/words.js';

const V2 = '{"version":2,"width":80,"height":24,"idle_time_limit":3}\n';
const V3 = '{"version":3,"term":{"cols":80,"rows":24}}\n';

test('all three versions are read, in seconds since the beginning', () => {
  const events = [[1, 'o', 'a'], [3, 'o', 'b']];
  assert.deepEqual(readCast(`${V2}[1,"o","a"]\n[3,"o","b"]\n`).events, events);
  assert.deepEqual(readCast(`${V3}[1,"o","a"]\n# comment\n[2,"o","b"]\n`).events, events);
  const old = readCast('{"version":1,"width":80,"height":24,\n"stdout":[[1,"a"],[2,"b"]]}');
  assert.deepEqual(old.events, events);
  assert.deepEqual([old.cols, old.rows, old.length, old.idleLimit], [80, 24, 3, null]);
  assert.equal(readCast(`${V2}`).idleLimit, 3);
});

test('markers are chapters, and unknown events are left out', () => {
  const cast = readCast(`${V3}[1,"m","typing: alice"]\n[1,"x","0"]\n[0,"r","huge"]\n[0,"r","90x30"]\n`);
  assert.deepEqual(cast.markers, [{ time: 1, label: 'typing: alice' }]);
  assert.deepEqual(cast.events.map(([, kind]) => kind), ['m', 'r']);
  assert.equal(cast.length, 2, 'the end counts');
});

test('what was cut off is played as far as it goes, and what is no recording is none', () => {
  assert.equal(readCast(`${V2}[1,"o","a"]\n[2,"o","b`).events.length, 1);
  assert.equal(readCast(`${V2}[1,"o","a"]\nbroken\n[2,"o","b"]\n`).events.length, 1);
  for (const text of ['', 'hello', '{}', '[]', 'null', '{"version":4}', '{"version":2}', '{"version":2,"width":0,"height":1}']) {
    assert.equal(readCast(text), null, text);
  }
});

test('times with pauses cut are found there and back', () => {
  const line = new Timeline([[1], [11], [12], [12], [112]], 2);
  assert.equal(line.length, 6);
  assert.deepEqual([0, 0.5, 1, 2, 5, 11, 12, 112, 200].map((time) => line.shown(time)), [0, 0.5, 1, 2, 3, 3, 4, 6, 6]);
  assert.deepEqual([0, 1, 3, 4, 6, 9].map((time) => line.recorded(time)), [0, 1, 11, 12, 112, 112]);
  const whole = new Timeline([[1], [100]], Infinity);
  assert.equal(whole.shown(42), 42);
});

test('lengths and sizes are short', () => {
  assert.deepEqual([0, 7.4, 754, 3723].map(length), ['0:00', '0:07', '12:34', '1:02:03']);
  assert.deepEqual([0, 999, 1000, 20480, 5 * 2 ** 20].map(size), ['0 B', '999 B', '1.0 KiB', '20 KiB', '5.0 MiB']);
});

test('how it ended is said in words', () => {
  assert.deepEqual(course({ course: 'ended', status: 0 }), { text: 'Exit status 0', tone: 'good' });
  assert.equal(course({ course: 'ended', status: 137 }).tone, 'bad');
  assert.equal(course({ course: 'ended', status: null }).text, 'Ended');
  assert.equal(course({ course: 'incomplete', reason: 'disk full' }).text, 'Incomplete: disk full');
  assert.equal(course({ course: 'cut' }).text, 'Cut off');
  assert.equal(course({ course: 'recording' }).tone, 'busy');
});

test('a recording is called what says most', () => {
  assert.equal(name({ title: 'T', command: 'c', session: 's', id: 'i' }), 'T');
  assert.equal(name({ title: 's', command: 'c', session: 's', id: 'i' }), 'c');
  assert.equal(name({ title: '', command: '', session: '', id: 'i' }), 'i');
  assert.equal(typists(['a', 'b', 'c', 'd']), 'a, b and 2 more');
});

test('times that no recording has end it, and of very many markers the first are kept', () => {
  for (const time of ['1e308', '1e300', '-1', '"1"', '315360001']) {
    assert.deepEqual(readCast(`${V2}[1,"o","a"]\n[${time},"o","b"]\n`).events, [[1, 'o', 'a']], time);
  }
  const sum = readCast(`${V3}[1,"o","a"]\n[315360000,"o","b"]\n`);
  assert.equal(sum.length, 1);
  const old = readCast('{"version":1,"width":80,"height":24,"stdout":[[1,"a"],[1e300,"b"]]}');
  assert.equal(old.length, 1);
  const many = readCast(V2 + '[1,"m","x"]\n'.repeat(20_000) + '[2,"o","end"]\n');
  assert.equal(many.markers.length, 1000);
  assert.equal(many.events.length, 1001);
});
