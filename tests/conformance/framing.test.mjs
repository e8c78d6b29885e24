/** Frames, fragments, control frames (RFC 6455, 5). */

import assert from 'node:assert/strict';
import test from 'node:test';
import { BINARY, CONTINUE, PING, PONG, TEXT, closing, fragments, frame, messageOf, stdin } from './support/frames.mjs';
import { startServer } from './support/server.mjs';

const MIB = 1024 * 1024;

/** Each of these, sent first or within a message, fails the connection with this code. */
async function assertFails(server, cases, code) {
  for (const [name, ...bytes] of cases) {
    const peer = await server.connect();
    peer.send(...bytes);
    assert.equal(await peer.closeCode(), code, name);
  }
}

test('r16 texts of all lengths arrive, however they are cut on the way', async (t) => {
  const server = await startServer(t);
  const peer = await server.connect();
  const around = Buffer.byteLength(stdin(''));
  for (const length of [around + 20, 125, 126, 127, 128, 65_535, 65_536, 65_537]) {
    for (const cut of [1, 997, Infinity]) {
      if (length > 1000 && cut === 1) continue;
      const mark = server.unique();
      const text = mark + 'x'.repeat(length - around - mark.length);
      const bytes = frame(TEXT, stdin(text));
      await peer.sendSlowly(bytes, Math.min(cut, bytes.length));
      await server.got(text);
    }
  }
});

test('r16 frames that come with the handshake are heard', async (t) => {
  const server = await startServer(t);
  const text = server.unique();
  const peer = await server.connect(frame(TEXT, stdin(text)));
  await server.got(text);
  await server.serves(peer);
});

test('r16 a message in fragments arrives whole', async (t) => {
  const server = await startServer(t);
  const peer = await server.connect();
  const message = (text) => Buffer.from(stdin(text));
  for (const ends of [[5], [0], [0, 0, 7], [3, 3, 9, 9], Array.from({ length: 14 }, (_, index) => index + 1)]) {
    const text = server.unique(ends.join());
    peer.send(...fragments(TEXT, message(text), ends));
    await server.got(text);
  }
  const text = server.unique('x'.repeat(20_000));
  peer.send(...fragments(TEXT, message(text), Array.from({ length: 2000 }, (_, index) => index * 10)));
  await server.got(text);
});

test('r16 control frames between fragments are answered at once and change nothing', async (t) => {
  const server = await startServer(t);
  const peer = await server.connect();
  const text = server.unique('in three');
  const [one, two, three] = fragments(TEXT, stdin(text), [6, 12]);
  peer.send(one, frame(PING, 'first'));
  assert.equal((await peer.next(PONG)).payload.toString(), 'first');
  peer.send(two, frame(PONG, 'unasked'), frame(PING, 'second'));
  assert.equal((await peer.next(PONG)).payload.toString(), 'second');
  peer.send(three);
  await server.got(text);
});

test('r16 pings of up to 125 bytes are answered with the same, in order', async (t) => {
  const server = await startServer(t);
  const peer = await server.connect();
  const payloads = ['', 'x', 'x'.repeat(125), Buffer.from([0, 255, 254, 0xc3])].map((one) => Buffer.from(one));
  for (const payload of payloads) {
    peer.send(frame(PING, payload));
    const pong = await peer.next(PONG);
    assert.ok(pong.fin && pong.payload.equals(payload));
  }
  const numbers = Array.from({ length: 20 }, (_, index) => `${index}`);
  peer.send(Buffer.concat(numbers.map((number) => frame(PING, number))));
  for (const number of numbers) assert.equal((await peer.next(PONG)).payload.toString(), number);
  await peer.sendSlowly(frame(PING, 'slow'), 1);
  assert.equal((await peer.next(PONG)).payload.toString(), 'slow');
  peer.send(frame(PONG), frame(PONG, 'x'.repeat(125)));
  await server.serves(peer);
});

test('r16 control frames that are too long or in fragments fail the connection', async (t) => {
  const server = await startServer(t);
  await assertFails(server, [
    ['a ping of 126', frame(PING, 'x'.repeat(126))],
    ['a pong of 126', frame(PONG, 'x'.repeat(126))],
    ['a close of 126', frame(8, closing(1000, 'x'.repeat(124)))],
    ['a ping of 70,000', frame(PING, 'x'.repeat(70_000))],
    ['half a ping', frame(PING, 'x', { fin: false })],
    ['half a pong', frame(PONG, 'x', { fin: false })],
    ['half a close', frame(8, closing(1000), { fin: false })],
  ], 1002);
});

test('r16 reserved bits and opcodes fail the connection', async (t) => {
  const server = await startServer(t);
  const bits = [1, 2, 3, 4, 5, 6, 7].flatMap((rsv) => [TEXT, BINARY, PING, PONG, 8].map((opcode) => (
    [`bits ${rsv} on ${opcode}`, frame(opcode, opcode === 8 ? closing(1000) : stdin('x'), { rsv })]
  )));
  const opcodes = [3, 4, 5, 6, 7, 11, 12, 13, 14, 15].flatMap((opcode) => [
    [`opcode ${opcode}`, frame(opcode, '')],
    [`opcode ${opcode} with a payload`, frame(opcode, 'x')],
    [`opcode ${opcode} within a message`, frame(TEXT, '["', { fin: false }), frame(opcode, 'x')],
  ]);
  const later = [['a bit on the second fragment', frame(TEXT, '["', { fin: false }), frame(CONTINUE, 'x', { rsv: 4 })]];
  await assertFails(server, [...bits, ...opcodes, ...later], 1002);
});

test('r16 frames without a mask fail the connection', async (t) => {
  const server = await startServer(t);
  await assertFails(server, [
    ['a text', frame(TEXT, stdin('x'), { mask: null })],
    ['an empty text', frame(TEXT, '', { mask: null })],
    ['a ping', frame(PING, '', { mask: null })],
    ['a close', frame(8, closing(1000), { mask: null })],
    ['a fragment', frame(TEXT, '["', { fin: false }), frame(CONTINUE, 'x', { mask: null })],
  ], 1002);
});

test('r16 a mask of zeros is a mask', async (t) => {
  const server = await startServer(t);
  const peer = await server.connect();
  const text = server.unique();
  peer.send(frame(TEXT, stdin(text), { mask: Buffer.alloc(4) }));
  await server.got(text);
});

test('r16 fragments out of order fail the connection', async (t) => {
  const server = await startServer(t);
  const begin = frame(TEXT, '["stdin",', { fin: false });
  await assertFails(server, [
    ['a continuation of nothing', frame(CONTINUE, 'x')],
    ['a continuation of nothing that goes on', frame(CONTINUE, 'x', { fin: false })],
    ['a continuation after the end', ...fragments(TEXT, messageOf(40), [9]), frame(CONTINUE, 'x')],
    ['a text within a text', begin, frame(TEXT, 'x')],
    ['a text that goes on within a text', begin, frame(TEXT, 'x', { fin: false })],
    ['a binary within a text', begin, frame(BINARY, 'x')],
    ['a text after a ping within a text', begin, frame(PING), frame(TEXT, 'x')],
  ], 1002);
});

test('r15 a message as large as the limit is taken, a byte more is 1009, at the header or when it adds up', async (t) => {
  const server = await startServer(t);
  const peer = await server.connect();
  peer.send(frame(TEXT, messageOf(MIB)));
  peer.send(...fragments(TEXT, messageOf(MIB), [1000, 500_000]));
  await server.serves(peer);
  const large = messageOf(MIB + 1);
  const endless = Array.from({ length: 40 }, () => frame(CONTINUE, 'x'.repeat(30_000), { fin: false }));
  await assertFails(server, [
    ['one frame', frame(TEXT, large)],
    ['only its header', frame(TEXT, '', { length: BigInt(MIB + 1) })],
    ['a header of 2^40', frame(TEXT, '', { length: 2n ** 40n })],
    ['a header of 2^63 - 1', frame(TEXT, '', { length: 2n ** 63n - 1n })],
    // All of it is under way when the server closes; a reset must not eat the code.
    ['one frame of 10 MiB', frame(TEXT, messageOf(10 * MIB))],
    ['two fragments', ...fragments(TEXT, large, [500_000])],
    ['fragments without end', frame(TEXT, '["', { fin: false }), ...endless],
    ['a binary', frame(BINARY, large)],
  ], 1009);
});

test('r16 binary messages are none of this protocol', async (t) => {
  const server = await startServer(t);
  await assertFails(server, [
    ['empty', frame(BINARY)],
    ['some bytes', frame(BINARY, Buffer.from([0, 255]))],
    ['in fragments', ...fragments(BINARY, 'abc', [1, 2])],
  ], 1003);
});

test('r18 texts that are none of this protocol are refused with a reason, and only their sender goes', async (t) => {
  const server = await startServer(t);
  const witness = await server.connect();
  await assertFails(server, [
    ['empty', frame(TEXT)],
    ['no JSON', frame(TEXT, 'rm -rf')],
    ['NUL', frame(TEXT, '\0')],
    ['deep', frame(TEXT, '['.repeat(100_000))],
    ['half a character', frame(TEXT, '["stdin","\\ud800"]')],
    ['of another type', frame(TEXT, '["stdin",{"a":[1]}]')],
  ], 1008);
  await server.serves(witness);
});
