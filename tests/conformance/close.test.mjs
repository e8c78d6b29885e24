/** How a connection is closed, and what happens when it just ends (RFC 6455, 7). */

import assert from 'node:assert/strict';
import test from 'node:test';
import { eventually } from '../browser/support/eventually.mjs';
import { CLOSE, PING, PONG, TEXT, closing, fragments, frame, stdin } from './support/frames.mjs';
import { Peer } from './support/peer.mjs';
import { startServer } from './support/server.mjs';

const LEGAL = [1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 3000, 3999, 4000, 4999];
const ILLEGAL = [0, 1, 999, 1004, 1005, 1006, 1015, 1016, 1100, 2000, 2999, 5000, 65_535];

/** Sends a close with this payload; gives the code that it is answered with. */
async function answerTo(server, payload) {
  const peer = await server.connect();
  const start = performance.now();
  peer.send(frame(CLOSE, payload));
  const code = await peer.closeCode();
  assert.ok(performance.now() - start < 5_000, 'the server ends the connection in time');
  return code;
}

test('r16 a close of any legal code is answered with the same', async (t) => {
  const server = await startServer(t);
  for (const code of LEGAL) assert.equal(await answerTo(server, closing(code)), code);
  assert.equal(await answerTo(server, closing(1000, 'x'.repeat(123))), 1000);
  assert.equal(await answerTo(server, closing(1000, 'grüße €')), 1000);
  assert.equal(await answerTo(server, ''), 1005, 'none is answered with none');
});

test('r16 a close that breaks the rules is answered with 1002, or 1007 for its reason', async (t) => {
  const server = await startServer(t);
  for (const code of ILLEGAL) assert.equal(await answerTo(server, closing(code)), 1002, `${code}`);
  assert.equal(await answerTo(server, Buffer.from([3])), 1002, 'one byte');
  assert.equal(await answerTo(server, Buffer.from([3, 0xe8, 0xc3, 0x28])), 1007);
  assert.equal(await answerTo(server, Buffer.from([3, 0xe8, 0xce])), 1007);
});

test('r16 a close within a message closes', async (t) => {
  const server = await startServer(t);
  const peer = await server.connect();
  peer.send(frame(TEXT, '["stdin",', { fin: false }), frame(CLOSE, closing(1000)));
  assert.equal(await peer.closeCode(), 1000);
});

test('r16 nothing counts that comes after a close', async (t) => {
  const server = await startServer(t);
  const [peer, witness] = [await server.connect(), await server.connect()];
  const late = server.unique('late');
  peer.send(Buffer.concat([frame(CLOSE, closing(1000)), frame(TEXT, stdin(late)), frame(PING, 'late')]));
  assert.equal(await peer.closeCode(), 1000);
  await server.serves(witness);
  assert.ok(!server.typed().includes(late));
  assert.ok(!peer.frames.some(({ opcode }) => opcode === PONG));
});

test('r16 the pings before a close are answered before it', async (t) => {
  const server = await startServer(t);
  const peer = await server.connect();
  peer.send(Buffer.concat([frame(PING, 'a'), frame(CLOSE, closing(1000))]));
  assert.equal(await peer.closeCode(), 1000);
  assert.ok(peer.frames.some(({ opcode, payload }) => opcode === PONG && payload.toString() === 'a'));
});

for (const [name, leave] of [
  ['is closed on one side', (peer) => peer.finish()],
  ['is reset', (peer) => peer.reset()],
  ['is reset after half a frame', (peer) => {
    peer.send(frame(TEXT, stdin('never')).subarray(0, 9));
    peer.reset();
  }],
  ['ends within a header', (peer) => {
    peer.send(Buffer.from([0x81]));
    peer.finish();
  }],
  ['ends within a payload', (peer) => {
    peer.send(frame(TEXT, stdin('never')).subarray(0, 12));
    peer.finish();
  }],
  ['ends within a message', (peer) => {
    peer.send(...fragments(TEXT, stdin('never'), [4]).slice(0, 1));
    peer.finish();
  }],
  ['ends after a broken frame', (peer) => {
    peer.send(frame(3, 'x'));
    peer.finish();
  }],
]) {
  test(`r16 a connection that ${name} gives its place free and disturbs nobody`, async (t) => {
    const server = await startServer(t, '--max-viewers', '2');
    const witness = await connectWhenFree(t, server);
    for (let round = 0; round < 5; round += 1) {
      const peer = await connectWhenFree(t, server);
      leave(peer);
      if (name !== 'is reset' && !name.startsWith('is reset')) await peer.closeCode();
    }
    await server.serves(witness);
    assert.ok(!server.typed().includes('never'));
  });
}

/** The place of one who left is free as soon as the server has noticed. */
function connectWhenFree(context, server) {
  return eventually('there is a place', () => Peer.connect(context, server.url).catch(() => null));
}
