/** The handshake (RFC 6455, 4.2): what upgrades, and what must not. */

import assert from 'node:assert/strict';
import test from 'node:test';
import { HANDSHAKE, request } from './support/peer.mjs';
import { startServer } from './support/server.mjs';

/** Asks, and gives what was answered. */
async function answer(server, options) {
  const peer = server.dial();
  const text = request(server.url, options);
  peer.send(text);
  const status = await peer.answer();
  const header = (name) => peer.head.match(new RegExp(`^${name}: (.*)$`, 'im'))?.[1].trim();
  peer.reset();
  return { status, header };
}

test('r8 a handshake is answered with the right key, and nothing is agreed that we do not speak', async (t) => {
  const server = await startServer(t);
  const { status, header } = await answer(server, {
    headers: {
      'Sec-WebSocket-Extensions': 'permessage-deflate; client_max_window_bits',
      'Sec-WebSocket-Protocol': 'chat, tty',
    },
  });
  assert.equal(status, 101);
  assert.equal(header('sec-websocket-accept'), 's3pPLMBiTxaQ9kYGzzhZRbK+xOo=');
  assert.equal(header('upgrade').toLowerCase(), 'websocket');
  assert.equal(header('connection').toLowerCase(), 'upgrade');
  assert.equal(header('sec-websocket-extensions'), undefined);
  assert.equal(header('sec-websocket-protocol'), undefined);
});

test('r8 handshakes that are written otherwise, but right, are taken', async (t) => {
  const server = await startServer(t);
  const { url } = server;
  for (const options of [
    { headers: { Connection: 'keep-alive, Upgrade' } },
    { headers: { Connection: 'upgrade' } },
    { headers: { Upgrade: 'WebSocket' } },
    { headers: { Origin: url.origin } },
    { headers: { Host: `localhost:${url.port}` } },
    { path: '/ws?scrollback=5' },
    { path: '/terminals/websocket/main' },
    { path: `${url.origin}/ws` },
  ]) {
    assert.equal((await answer(server, options)).status, 101, JSON.stringify(options));
  }
});

test('r8 what is no handshake is refused before anybody is let in', async (t) => {
  // One place only: whoever took it by mistake would keep it from the last one.
  const server = await startServer(t, '--max-viewers', '1');
  const key = HANDSHAKE['Sec-WebSocket-Key'];
  const without = (name) => ({ headers: { [name]: undefined } });
  const cases = [
    [400, { version: '1.0' }],
    [426, { headers: { 'Sec-WebSocket-Version': '8' } }],
    [426, { headers: { 'Sec-WebSocket-Version': '12' } }],
    [426, { headers: { 'Sec-WebSocket-Version': '14' } }],
    [426, { headers: { 'Sec-WebSocket-Version': '013' } }],
    [426, { headers: { 'Sec-WebSocket-Version': '13, 8' } }],
    [426, without('Sec-WebSocket-Version')],
    [400, { headers: { 'Sec-WebSocket-Version': ['13', '8'] } }],
    [400, { headers: { 'Sec-WebSocket-Version': ['8', '13'] } }],
    [400, without('Sec-WebSocket-Key')],
    [400, { headers: { 'Sec-WebSocket-Key': '' } }],
    [400, { headers: { 'Sec-WebSocket-Key': 'short' } }],
    [400, { headers: { 'Sec-WebSocket-Key': `${key}AAAA` } }],
    [400, { headers: { 'Sec-WebSocket-Key': key.replace('d', '*') } }],
    [400, { headers: { 'Sec-WebSocket-Key': [key, key] } }],
    [426, without('Upgrade')],
    [426, { headers: { Upgrade: 'h2c' } }],
    [426, without('Connection')],
    [426, { headers: { Connection: 'keep-alive' } }],
    [400, without('Host')],
    [400, { headers: { Host: [server.url.host, server.url.host] } }],
    ...['POST', 'PUT', 'DELETE', 'HEAD', 'OPTIONS', 'PATCH'].map((method) => [405, { method }]),
    ...[
      '/w', '/ws/', '/wsx', '/WS', '/ws%20', '/%77s', '//ws', '/./ws', '/x/../ws', '/ws;x', '/ws/x', '/ws%00',
      '/terminals/websocket', '/terminals/websocket/', '/terminals/websocket/other', '/terminals/websocket/main/',
      '/terminals/websocket/..%2fmain', '/terminals/websocket/../websocket/main', '/api/ws', '/static/ws',
    ].map((path) => [404, { path }]),
  ];
  for (const [expected, options] of cases) {
    const { status, header } = await answer(server, options);
    assert.equal(status, expected, JSON.stringify(options));
    if (status === 426) assert.equal(header('sec-websocket-version'), '13');
    if (status === 405) assert.ok(header('allow').includes('GET'));
  }
  await server.serves(await server.connect());
});
