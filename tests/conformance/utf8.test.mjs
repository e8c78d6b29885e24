/** Texts are UTF-8, also where a character is cut between fragments (RFC 6455, 8.1). */

import assert from 'node:assert/strict';
import test from 'node:test';
import { CONTINUE, PING, PONG, TEXT, fragments, frame, stdin } from './support/frames.mjs';
import { startServer } from './support/server.mjs';

const VALID = [
  'Hello-µ@ßöäüàá-UTF-8!!', 'κόσμε', '\u0080', '\u07ff', '\u0800', '\uffff', '\u{10000}', '\u{10ffff}',
  '\ud7ff', '\ue000', '\ufffd', '\ufffe', '\u{1ffff}', '€🦀',
];

/** From Markus Kuhn's list and the Autobahn suite's, in hexadecimal. */
const INVALID = [
  'cebae1bdb9cf83cebcceb5eda080656469746564', // a surrogate in a Greek word
  '80', 'bf', '8080', '80bf80', 'fe', 'ff', 'fefeffff', // bytes that begin nothing
  'c0af', 'e080af', 'f08080af', 'f8808080af', 'fc80808080af', // overlong slashes
  'c1bf', 'e09fbf', 'f08fbfbf', 'c080', 'e08080', 'f0808080', // overlong, at the limits
  'eda080', 'edadbf', 'edae80', 'edafbf', 'edb080', 'edbfbf', 'eda080edb080', // surrogates
  'f4908080', 'f7bfbfbf', 'f888808080', 'fc8480808080', // beyond U+10FFFF
  'c0', 'e0', 'f0', 'c320', 'e18020', 'f0908020', // begun and not ended
];

/** Ends within a character. */
const TRUNCATED = ['ce', 'cebae1', 'cebae1bd', 'f0', 'f090', 'f09080', 'e282'];

const around = (hex) => Buffer.concat([Buffer.from('["stdin","'), Buffer.from(hex, 'hex'), Buffer.from('"]')]);

test('r16 characters arrive whole, wherever they are cut into fragments', async (t) => {
  const server = await startServer(t);
  const peer = await server.connect();
  for (const sample of VALID) {
    const length = Buffer.byteLength(stdin(server.unique(sample)));
    const cuts = [[], ...Array.from({ length: length - 1 }, (_, index) => [index + 1])].slice(0, 60);
    for (const ends of [...cuts, Array.from({ length: length - 1 }, (_, index) => index + 1)]) {
      const text = server.unique(sample);
      peer.send(...fragments(TEXT, stdin(text), ends));
      if (ends.length !== 1) await server.got(text);
    }
  }
});

test('r16 what is no UTF-8 fails the connection with 1007, in one frame or in many', async (t) => {
  const server = await startServer(t);
  for (const hex of [...INVALID, ...TRUNCATED]) {
    const payload = around(hex);
    const everywhere = Array.from({ length: payload.length - 1 }, (_, index) => index + 1);
    for (const ends of [[], [10], [11], everywhere]) {
      const peer = await server.connect();
      peer.send(...fragments(TEXT, payload, ends));
      assert.equal(await peer.closeCode(), 1007, `${hex} in ${ends.length + 1} frames`);
    }
  }
});

test('r16 a message that ends within a character fails the connection with 1007', async (t) => {
  const server = await startServer(t);
  for (const hex of TRUNCATED) {
    const bytes = Buffer.from(hex, 'hex');
    for (const frames of [
      [frame(TEXT, bytes)],
      [frame(TEXT, bytes, { fin: false }), frame(CONTINUE, '')],
    ]) {
      const peer = await server.connect();
      peer.send(...frames);
      assert.equal(await peer.closeCode(), 1007, hex);
    }
  }
});

test('r16 what can never become UTF-8 fails before the message ends', async (t) => {
  const server = await startServer(t);
  for (const hex of ['80', 'c0af', 'eda080', 'f4908080', 'ff', 'c320']) {
    const peer = await server.connect();
    peer.send(frame(TEXT, Buffer.from(hex, 'hex'), { fin: false }));
    assert.equal(await peer.closeCode(), 1007, hex);
  }
});

test('r16 pings hold any bytes', async (t) => {
  const server = await startServer(t);
  const peer = await server.connect();
  for (const hex of INVALID) {
    peer.send(frame(PING, Buffer.from(hex, 'hex')));
    assert.equal((await peer.next(PONG)).payload.toString('hex'), hex);
  }
});
