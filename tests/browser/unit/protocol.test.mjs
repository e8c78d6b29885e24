/** The codec: what it accepts, what it refuses, and the exact text that it sends. */

import assert from 'node:assert/strict';
import test from 'node:test';
import { ack, decode, isThrownOut, query, setSize, stdin, utf8Length } from '../../../assets/js/protocol.js';

const SETUP = {
  version: 1, session: 'main', command: 'bash -l', writable: true, resizes: true,
  size: { cols: 120, rows: 36 }, title: 'a title', scrollback: 500, resume: 'a-token', resumed: true, watches: true,
  recorded: 'no', recordings: 'writers',
};

test('setup is read with all its fields', () => {
  assert.deepEqual(decode(JSON.stringify(['setup', SETUP])), { kind: 'setup', ...SETUP });
});

test('an empty setup of a stock server makes a plain read-only terminal', () => {
  for (const text of ['["setup",{}]', '["setup"]', '["setup",null]', '["setup",7]']) {
    const setup = decode(text);
    assert.equal(setup.kind, 'setup');
    assert.equal(setup.writable, false);
    assert.equal(setup.resizes, false);
    assert.deepEqual(setup.size, { cols: 80, rows: 24 });
    assert.equal(setup.scrollback, 1000);
    assert.equal(setup.resume, '');
    assert.equal(setup.resumed, false);
  }
});

test('output is read with and without an offset', () => {
  assert.deepEqual(decode('["stdout","hi"]'), { kind: 'stdout', text: 'hi', offset: null });
  assert.deepEqual(decode('["stdout","hi",7]'), { kind: 'stdout', text: 'hi', offset: 7 });
  assert.deepEqual(decode('["stdout","hi",9007199254740991]').offset, Number.MAX_SAFE_INTEGER);
});

test('a change of what the viewer may do is read, and what is none is not', () => {
  assert.deepEqual(decode('["writable",true,false]'), { kind: 'writable', writable: true, resizes: false });
  for (const text of ['["writable"]', '["writable",true]', '["writable",1,0]', '["writable","true","true"]']) {
    assert.equal(decode(text), null, text);
  }
});

test('only the host throws out, whatever else a connection is closed with', () => {
  assert.equal(isThrownOut({ code: 1008, reason: 'thrown out by the host' }), true);
  for (const close of [null, { code: 1006, reason: '' }, { code: 1008, reason: '' }, { code: 1001, reason: 'thrown out by the host' }]) {
    assert.equal(isThrownOut(close), false);
  }
});

test('an offset that is none is left out, and the output still shown', () => {
  for (const offset of ['"7"', '-1', '1.5', 'null', '{}']) {
    assert.deepEqual(decode(`["stdout","hi",${offset}]`), { kind: 'stdout', text: 'hi', offset: null });
  }
});

test('size, notice, heartbeat and disconnect are read', () => {
  assert.deepEqual(decode('["size",36,120]'), { kind: 'size', rows: 36, cols: 120 });
  assert.deepEqual(decode('["notice","hello"]'), { kind: 'notice', text: 'hello' });
  assert.deepEqual(decode('["heartbeat"]'), { kind: 'heartbeat' });
  assert.deepEqual(decode('["disconnect",3]'), { kind: 'disconnect', status: 3 });
  assert.deepEqual(decode('["disconnect"]'), { kind: 'disconnect', status: null });
});

test('a snapshot is read with the lines that it may have above the screen, and none is without', () => {
  assert.deepEqual(decode('["snapshot",1000]'), { kind: 'snapshot', scrollback: 1000 });
  assert.deepEqual(decode('["snapshot",0]'), { kind: 'snapshot', scrollback: 0 });
  for (const text of ['["snapshot"]', '["snapshot","0"]', '["snapshot",-1]', '["snapshot",null]']) {
    assert.equal(decode(text), null, text);
  }
});

test('a size that no terminal can have is ignored', () => {
  for (const text of ['["size",0,80]', '["size",24]', '["size","24","80"]', '["size",-1,80]', '["size",1.5,80]']) {
    assert.equal(decode(text), null);
  }
});

test('what is no message, and extensions not known here, are ignored', () => {
  const strange = ['', 'x', '{}', '7', 'null', '[]', '[7]', '["later",1]', '["stdout"]', '["stdout",7]', '["notice",{}]'];
  for (const text of strange) assert.equal(decode(text), null, text);
  assert.equal(decode(new ArrayBuffer(4)), null);
});

test('what is sent is what the server reads', () => {
  assert.equal(stdin('a"\u001b[A'), '["stdin","a\\"\\u001b[A"]');
  assert.equal(setSize({ rows: 44, cols: 141 }, { height: 799.6, width: 1280 }), '["set_size",44,141,800,1280]');
  assert.equal(ack(12345), '["ack",12345]');
});

test('the address asks for scrollback, and for a place to go on at where there is one', () => {
  assert.equal(query(1000, null), '?scrollback=1000');
  assert.equal(query(500, { token: 'a-b_c', offset: 0 }), '?scrollback=500&resume=a-b_c&offset=0');
  assert.equal(query(500, { token: 'a b&c=d', offset: 9 }), '?scrollback=500&resume=a+b%26c%3Dd&offset=9');
});

test('lengths are those of UTF-8', () => {
  assert.equal(utf8Length('aä€🎉'), 1 + 2 + 3 + 4);
});
