/** A common client library, as it is used by those who do not know us. */

import assert from 'node:assert/strict';
import { once } from 'node:events';
import test from 'node:test';
import WebSocket from 'ws';
import { atEnd } from '../browser/support/cleanup.mjs';
import { stdin } from './support/frames.mjs';
import { startServer } from './support/server.mjs';

async function open(context, server) {
  const client = new WebSocket(new URL('ws', server.url));
  atEnd(context, () => client.terminate());
  const [[first]] = await Promise.all([once(client, 'message'), once(client, 'open')]);
  assert.equal(JSON.parse(first)[0], 'setup');
  return client;
}

test('a paste of 100 kB in one message arrives whole', async (t) => {
  const server = await startServer(t);
  const client = await open(t, server);
  const text = server.unique('paste '.repeat(17_000));
  client.send(stdin(text));
  await server.got(text);
});

test('compression is offered and not taken, and fragments are sent', async (t) => {
  const server = await startServer(t);
  const client = await open(t, server);
  assert.equal(client.extensions, '');
  const text = server.unique('€'.repeat(1000));
  const message = Buffer.from(stdin(text));
  for (let start = 0; start < message.length; start += 7) {
    const isLast = start + 7 >= message.length;
    client.send(message.subarray(start, start + 7), { binary: false, fin: isLast });
  }
  await server.got(text);
});

test('pings are answered, and a close with its code', async (t) => {
  const server = await startServer(t);
  const client = await open(t, server);
  client.ping('there?');
  const [pong] = await once(client, 'pong');
  assert.equal(pong.toString(), 'there?');
  client.close(4001, 'going');
  const [code, reason] = await once(client, 'close');
  assert.deepEqual([code, reason.toString()], [4001, 'going']);
});

test('a message that is too large ends with 1009 and a reason that names the limit', async (t) => {
  const server = await startServer(t, '--max-message', '64K');
  const client = await open(t, server);
  client.send(stdin('x'.repeat(70_000)));
  const [code, reason] = await once(client, 'close');
  assert.equal(code, 1009);
  assert.match(reason.toString(), /65536 bytes.*--max-message/);
});

test('the right client mask, random as it is, brings all bytes through', async (t) => {
  const server = await startServer(t);
  const client = await open(t, server);
  for (let round = 0; round < 50; round += 1) {
    const text = server.unique('0123456789'.repeat(round));
    client.send(stdin(text));
    await server.got(text);
  }
});
