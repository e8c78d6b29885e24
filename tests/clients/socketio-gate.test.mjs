/** Who is let in over Socket.IO, what engines cost, and that no client disturbs another. */

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'node:test';
import WebSocket from 'ws';
import { atEnd } from '../browser/support/cleanup.mjs';
import { eventually } from '../browser/support/eventually.mjs';
import { SHELL, startWebterm } from '../browser/support/webterm.mjs';
import { connect, open, openEngine, poll } from './support/socketio.mjs';

const NAMED = ['-w', '--mode', 'named'];

const basic = (login) => ({ Authorization: `Basic ${Buffer.from(login).toString('base64')}` });

/** The bytes of memory that a process has in use. */
function memoryOf(pid) {
  const [, kilobytes] = readFileSync(`/proc/${pid}/status`, 'utf8').match(/VmRSS:\s+(\d+) kB/);
  return Number(kilobytes) * 1024;
}

/** A WebSocket of a client without a library; gives it and what it got. */
async function line(context, url, query, headers = {}) {
  const address = new URL(`socket.io/?EIO=4&transport=websocket${query}`, url);
  address.protocol = 'ws';
  const socket = new WebSocket(address, { headers });
  const got = [];
  let code;
  socket.on('message', (data) => got.push(data.toString()));
  socket.on('close', (closed) => { code = closed; });
  socket.on('error', () => {});
  atEnd(context, () => socket.terminate());
  await eventually('the WebSocket is open or refused', () => socket.readyState !== WebSocket.CONNECTING);
  return { socket, got, code: () => code };
}

test('r5 without a login nothing is served, over either transport', async (t) => {
  const { url } = await startWebterm(t, ...NAMED, '-c', 'ann:one', ...SHELL);
  assert.equal((await poll(url)).status, 401);
  assert.equal((await poll(url, { headers: basic('ann:two') })).status, 401);
  for (const transports of [['polling'], ['websocket']]) {
    const refused = open(t, url, { transports });
    await eventually('it is refused', () => refused.problem !== 'anything yet');
    assert.equal(refused.socket.connected, false);
    await connect(t, url, { transports, user: 'ann:one' });
  }
});

test('r43 every request passes the gate, and an engine belongs to who opened it', async (t) => {
  const { url } = await startWebterm(t, ...NAMED, '-c', 'ann:one', '-c', 'bob:two', '-c', 'cid:ro:three', ...SHELL);
  const sid = await openEngine(url, basic('ann:one'));
  assert.match(sid, /^[0-9a-f]{32}$/, 'an id of 128 bits');
  assert.notEqual(sid, await openEngine(url, basic('ann:one')));
  const unknown = await poll(url, { sid: '0'.repeat(32), headers: basic('bob:two') });
  assert.equal(unknown.status, 400);
  assert.equal(JSON.parse(unknown.text).code, 1);
  for (const [headers, status, text] of [
    [{}, 401],
    [basic('ann:wrong'), 401],
    [basic('bob:two'), 400, unknown.text],
  ]) {
    for (const request of [{}, { method: 'POST', body: '40' }]) {
      const answer = await poll(url, { sid, headers, ...request });
      assert.equal(answer.status, status);
      if (text) assert.equal(answer.text, text);
    }
  }
  const stolen = await line(t, url, `&sid=${sid}`, basic('bob:two'));
  assert.notEqual(stolen.socket.readyState, WebSocket.OPEN);
  assert.equal((await poll(url, { sid, headers: basic('ann:one'), method: 'POST', body: '40' })).text, 'ok');
  assert.match((await poll(url, { sid, headers: basic('ann:one') })).text, /^40\{"sid":"/);
});

test('r3 pages of other sites open no engine, and none is told anything', async (t) => {
  const { url } = await startWebterm(t, ...NAMED, ...SHELL);
  const { origin } = new URL(url);
  for (const headers of [
    { Origin: 'http://evil.example' },
    { Origin: 'null' },
  ]) {
    assert.equal((await poll(url, { headers })).status, 403);
    const refused = await line(t, url, '', headers);
    assert.notEqual(refused.socket.readyState, WebSocket.OPEN);
  }
  const sid = await openEngine(url);
  assert.equal((await poll(url, { sid, method: 'POST', body: '40', headers: { Origin: 'http://evil.example' } })).status, 403);
  const ours = await poll(url, { sid, method: 'POST', body: '40', headers: { Origin: origin } });
  assert.equal(ours.status, 200);
  for (const name of ours.headers.keys()) assert.doesNotMatch(name, /^access-control/);
  assert.equal((await poll(url, { sid, method: 'OPTIONS' })).status, 405);
});

test('r13 responses carry the headers that all do', async (t) => {
  const { url } = await startWebterm(t, ...NAMED, ...SHELL);
  const opened = await poll(url);
  const posted = await poll(url, { sid: JSON.parse(opened.text.slice(1)).sid, method: 'POST', body: '40' });
  for (const { headers } of [opened, posted, await poll(url, { sid: 'x' }), await poll(url, { query: '' })]) {
    assert.match(headers.get('content-security-policy'), /default-src 'none'/);
    assert.equal(headers.get('x-content-type-options'), 'nosniff');
    assert.equal(headers.get('referrer-policy'), 'no-referrer');
    assert.equal(headers.get('cache-control'), 'no-store');
    assert.equal(headers.get('access-control-allow-origin'), null);
  }
});

test('requests that Engine.IO does not have are refused in its words', async (t) => {
  const { url } = await startWebterm(t, ...NAMED, ...SHELL);
  for (const [query, code] of [
    ['', 0],
    ['EIO=4&transport=pigeon', 0],
    ['EIO=3&transport=polling', 5],
    ['transport=polling', 5],
  ]) {
    const { status, text } = await poll(url, { query });
    assert.equal(status, 400);
    assert.equal(JSON.parse(text).code, code);
  }
  assert.equal((await poll(url, { method: 'POST', body: '40' })).status, 400);
  assert.equal((await poll(url, { method: 'DELETE' })).status, 405);
  const plain = await fetch(new URL('socket.iox/?EIO=4&transport=polling', url));
  assert.equal(plain.status, 404);
});

test('a program that talks in lines is no terminal', async (t) => {
  const { url } = await startWebterm(t, '--lines', 'cat');
  assert.equal((await poll(url)).status, 404);
  assert.equal((await fetch(url)).status, 200);
});

test('r15 a message larger than the limit ends its own client only', async (t) => {
  const { url } = await startWebterm(t, '--max-message', '64K', ...NAMED, ...SHELL);
  const other = await connect(t, url);
  const id = await other.create();
  const sid = await openEngine(url);
  const large = await poll(url, { sid, method: 'POST', body: `42["terminal:input",{"data":"${'x'.repeat(70_000)}"}]` });
  assert.equal(large.status, 413);
  const huge = await line(t, url, '');
  huge.socket.send('x'.repeat(70_000));
  await eventually('the WebSocket is closed', () => huge.code() === 1009);
  other.type(id, 'echo fine-$((1 + 1))\r');
  await other.shows(id, 'fine-2');
});

test('r18 nonsense ends its own client only', { timeout: 60_000 }, async (t) => {
  const { url } = await startWebterm(t, ...NAMED, ...SHELL);
  const other = await connect(t, url);
  const id = await other.create();
  const nonsense = [
    '', '\u001e', '0', '0{}', '2', '5', '6', '7', 'ä', '4', '44', '45', '451-', '4599999999999999999999-["x"]', '46-',
    '40/nowhere,', '42', '42[', '42{}', '42[]', '42[1]', '42[null]', '42["terminal:create"]', '42["terminal:create",[]]',
    '4299999999999999999999["terminal:list",{}]', '43', '43[]', '431[]', '41', '40\u001e40\u001e40', '42["\\ud800",{}]',
    `42["terminal:input",${'['.repeat(100_000)}`, `42["terminal:input",${'{"a":'.repeat(50_000)}`,
    '451-["terminal:input",{"session_id":{"_placeholder":true,"num":7}}]\u001ebAAAA', 'b', 'bAAAA', '1',
  ];
  for (const packet of nonsense) {
    const sid = await openEngine(url);
    await poll(url, { sid, method: 'POST', body: '40' });
    const { status } = await poll(url, { sid, method: 'POST', body: packet });
    assert.ok([200, 400].includes(status), `${packet.slice(0, 40)}: ${status}`);
    await poll(url, { sid, method: 'POST', body: '1' });
    const socket = await line(t, url, '');
    socket.socket.send('40');
    socket.socket.send(packet);
    socket.socket.send(Buffer.from(packet));
    await eventually('it is greeted', () => socket.got.length > 0);
    socket.socket.terminate();
  }
  const invalid = await openEngine(url);
  assert.equal((await poll(url, { sid: invalid, method: 'POST', body: Buffer.from([0x34, 0x32, 0xff, 0xfe]) })).status, 400);
  other.type(id, 'echo fine-$((1 + 1))\r');
  await other.shows(id, 'fine-2');
});

test('r15 a message holds one packet, so that no bytes are kept that nobody waits for', { timeout: 60_000 }, async (t) => {
  const { url, pid } = await startWebterm(t, ...NAMED, ...SHELL);
  const announced = '45999999999-["x",{"_placeholder":true,"num":0}]';
  const bytes = `b${'A'.repeat(500_000)}`;
  const before = memoryOf(pid);
  for (const hidden of [announced, bytes, '42["x"]']) {
    const { socket, code } = await line(t, url, '');
    socket.send('40');
    socket.send(`42["x"]\u001e${hidden}`);
    for (let round = 0; round < 60; round += 1) socket.send(`42["x"]\u001e${bytes}`);
    await eventually('the WebSocket is closed', () => code() !== undefined);
    assert.equal(code(), 1008);
  }
  // A body may hold many, and each is heard for itself.
  const sid = await openEngine(url);
  await poll(url, { sid, method: 'POST', body: '40' });
  assert.equal((await poll(url, { sid, method: 'POST', body: `${announced}\u001e${bytes}` })).text, 'ok');
  for (let round = 0; round < 60; round += 1) {
    assert.equal((await poll(url, { sid, method: 'POST', body: `3\u001e${bytes}` })).text, 'ok');
  }
  const grown = memoryOf(pid) - before;
  t.diagnostic(`memory grew by ${(grown / 1024 / 1024).toFixed(1)} MiB`);
  assert.ok(grown < 16 * 1024 * 1024, `memory grew by ${grown} bytes`);
});

test('an event right behind the connect packet is not lost', async (t) => {
  const { url } = await startWebterm(t, '-w', ...SHELL);
  for (let round = 0; round < 20; round += 1) {
    const { socket, got } = await line(t, url, '');
    socket.send('40');
    socket.send('421["terminal:list"]');
    await eventually('it is acknowledged', () => got.some((packet) => packet.startsWith('431')));
    const sid = await openEngine(url);
    assert.equal((await poll(url, { sid, method: 'POST', body: '40\u001e421["terminal:list"]' })).text, 'ok');
    await eventually('it is acknowledged, too', async () => (await poll(url, { sid })).text.includes('431['));
  }
});

test('r15 engines take the places of viewers, and give them back', { timeout: 60_000 }, async (t) => {
  const { url } = await startWebterm(t, '--max-viewers', '3', ...NAMED, ...SHELL);
  const sids = [await openEngine(url), await openEngine(url), await openEngine(url)];
  const full = await poll(url);
  assert.equal(full.status, 503);
  assert.ok(full.headers.get('retry-after'));
  const refused = await line(t, url, '');
  assert.notEqual(refused.socket.readyState, WebSocket.OPEN);
  for (const sid of sids) await poll(url, { sid, method: 'POST', body: '1' });
  const client = await eventually('a place is free', async () => (await poll(url)).status === 200)
    .then(() => connect(t, url));
  const first = await client.create();
  // One place is the engine's that was just opened; the other sessions need places of their own.
  const second = await client.create();
  const third = await client.ask('terminal:create', { cols: 80, rows: 24 });
  assert.equal(third.success, false);
  assert.match(third.error, /--max-viewers/);
  assert.notEqual(first, second);
});

test('who finds no place opens no terminal, and who has one loses none', { timeout: 60_000 }, async (t) => {
  const { url, pid } = await startWebterm(t, '--max-viewers', '2', ...NAMED, 'cat');
  const programs = () => readdirSync(`/proc/${pid}/task`)
    .flatMap((thread) => readFileSync(`/proc/${pid}/task/${thread}/children`, 'utf8').split(' ').filter(Boolean))
    .length;
  const client = await connect(t, url);
  const ids = [await client.create(), await client.create()];
  for (let round = 0; round < 20; round += 1) {
    const { success, error } = await client.ask('terminal:create', { cols: 80, rows: 24 });
    assert.equal(success, false);
    assert.match(error, /--max-viewers/);
  }
  assert.equal(programs(), 2);
  for (const id of [...ids, ...ids]) {
    assert.equal((await client.ask('terminal:reconnect', { session_id: id })).success, true);
    client.type(id, `still-${id}\r`);
    await client.shows(id, `still-${id}`);
    client.forget(id);
  }
  // The place that a terminal had is free when it is closed, whichever of the two it was.
  assert.equal((await client.ask('terminal:close', { session_id: ids[0] })).success, true);
  await client.gets('terminal:exit', { session_id: ids[0] });
  await client.create();
  assert.equal((await client.ask('terminal:create', { cols: 80, rows: 24 })).success, false);
  assert.equal(programs(), 2);
});

test('an engine that comes to no namespace is not kept', { timeout: 60_000 }, async (t) => {
  const { url } = await startWebterm(t, '--max-viewers', '1', ...NAMED, ...SHELL);
  await openEngine(url);
  assert.equal((await poll(url)).status, 503);
  await eventually('it is given up', async () => (await poll(url)).status === 200);
});

test('r22 a client that stops reading costs little, and holds nobody up', { timeout: 180_000 }, async (t) => {
  const webterm = await startWebterm(t, '-w', ...SHELL);
  const { url } = webterm;
  const reader = await connect(t, url, { transports: ['polling'] });
  await reader.create();
  // One that polls never again, and one whose connection takes nothing more.
  const sid = await openEngine(url);
  await poll(url, { sid, method: 'POST', body: '40' });
  await poll(url, { sid });
  await poll(url, { sid, method: 'POST', body: '42["terminal:create",{"cols":80,"rows":24}]' });
  const stuck = await connect(t, url);
  await stuck.create();
  stuck.socket.io.engine.transport.ws._socket.pause();
  reader.type('main', 'echo ready-$((1 + 1))\r');
  await reader.shows('main', 'ready-2');
  const before = memoryOf(webterm.pid);
  reader.type('main', "PS1=; seq 1 1000000; printf 'en%s' d\r");
  await reader.shows('main', 'end');
  const grown = memoryOf(webterm.pid) - before;
  t.diagnostic(`memory grew by ${(grown / 1024 / 1024).toFixed(1)} MiB`);
  assert.ok(grown < 24 * 1024 * 1024, `memory grew by ${grown} bytes`);
  // It goes on where it can: with the screen as it is.
  stuck.socket.io.engine.transport.ws._socket.resume();
  await stuck.shows('main', 'end');
  const rest = await poll(url, { sid });
  assert.match(rest.text, /42\["terminal:output"/);
  assert.ok(rest.text.length < 2 * 1024 * 1024);
});

test('a client that is far away and polls gets all of a flood', { timeout: 120_000 }, async (t) => {
  const { url } = await startWebterm(t, ...NAMED, ...SHELL);
  const sid = await openEngine(url);
  const say = (packet) => poll(url, { sid, method: 'POST', body: packet });
  const hear = async () => {
    const { text } = await poll(url, { sid });
    return text.split('\u001e');
  };
  await say('40');
  await hear();
  await say('421["terminal:create",{"cols":80,"rows":24}]');
  const made = (await hear()).find((packet) => packet.startsWith('431'));
  const id = JSON.parse(made.slice(3))[0].session_id;
  const input = "stty -onlcr -echo; PS1=; printf 'be%s' gin; seq 1 1000000; printf 'en%s' d\r";
  await say(`42${JSON.stringify(['terminal:input', { session_id: id, data: input }])}`);
  const pieces = [];
  let tail = '';
  while (!tail.includes('end')) {
    for (const packet of await hear()) {
      if (packet === '2') await say('3');
      if (!packet.startsWith('42["terminal:output"')) continue;
      const [, { data }] = JSON.parse(packet.slice(2));
      pieces.push(data);
      tail = tail.slice(-3) + data;
    }
    // The way there and back.
    await new Promise((resolve) => { setTimeout(resolve, 250); });
  }
  const whole = pieces.join('');
  const numbers = whole.slice(whole.indexOf('begin') + 'begin'.length, whole.lastIndexOf('end')).split('\n');
  assert.equal(numbers.length, 1_000_001);
  assert.ok(numbers.every((number, index) => index === 1_000_000 || Number(number) === index + 1));
});

test('r34 who is no longer let in is told so and loses what he is attached to', async (t) => {
  const directory = mkdtempSync(join(tmpdir(), 'webterm-users-'));
  atEnd(t, () => rmSync(directory, { recursive: true }));
  const users = join(directory, 'users');
  const [annsLine, bobsLine] = ['ann', 'bob'].map((user) => (
    execFileSync('htpasswd', ['-nbB', '-C', '4', user, 'secret']).toString().trim()
  ));
  writeFileSync(users, `${annsLine}\n${bobsLine}\n`, { mode: 0o600 });
  const webterm = await startWebterm(t, ...NAMED, '--credential-file', users, ...SHELL);
  const ann = await connect(t, webterm.url, { user: 'ann:secret' });
  const annPolls = await connect(t, webterm.url, { user: 'ann:secret', transports: ['polling'] });
  const bob = await connect(t, webterm.url, { user: 'bob:secret' });
  const [hers, his] = [await ann.create(), await bob.create()];
  writeFileSync(users, `${bobsLine}\n`, { mode: 0o600 });
  webterm.signal('SIGHUP');
  await ann.gets('terminal:error', { session_id: hers, error: /not let in any more/ });
  await ann.gets('disconnect', { reason: 'io server disconnect' });
  // Where no poll is waiting, the next one is refused instead.
  await annPolls.gets('disconnect', {});
  bob.type(his, 'echo still-$((1 + 1))\r');
  await bob.shows(his, 'still-2');
});

test('engines and sessions that are gone leave nothing behind', { timeout: 180_000 }, async (t) => {
  const webterm = await startWebterm(t, ...NAMED, '--max-sessions', '250', '-c', 'ann:one', 'cat');
  const headers = basic('ann:one');
  const clients = async (count) => {
    for (let index = 0; index < count; index += 1) {
      const sid = await openEngine(webterm.url, headers);
      await poll(webterm.url, { sid, headers, method: 'POST', body: '40' });
      await poll(webterm.url, { sid, headers, method: 'POST', body: '1' });
    }
  };
  await clients(100);
  const descriptors = () => readdirSync(`/proc/${webterm.pid}/fd`).length;
  const [memory, files] = [memoryOf(webterm.pid), descriptors()];
  await clients(1000);
  t.diagnostic(`1000 engines: memory grew by ${memoryOf(webterm.pid) - memory} bytes`);
  assert.ok(memoryOf(webterm.pid) - memory < 4 * 1024 * 1024);
  const maker = await connect(t, webterm.url, { user: 'ann:one' });
  const ids = [];
  for (let index = 0; index < 150; index += 1) ids.push(await maker.create());
  maker.socket.disconnect();
  const finder = await connect(t, webterm.url, { user: 'ann:one', transports: ['polling'] });
  await eventually('all are found', async () => {
    const { sessions } = await finder.ask('terminal:list', {});
    return sessions.length === ids.length;
  });
  for (const id of ids) {
    assert.equal((await finder.ask('terminal:reconnect', { session_id: id })).success, true);
    assert.equal((await finder.ask('terminal:close', { session_id: id })).success, true);
    await finder.gets('terminal:exit', { session_id: id });
  }
  finder.socket.disconnect();
  await eventually('all descriptors are closed', () => descriptors() <= files + 8);
  assert.equal(readFileSync(`/proc/${webterm.pid}/task/${webterm.pid}/children`, 'utf8').trim(), '');
});

test('a session that was left can be had until it is idle for too long', async (t) => {
  const { url } = await startWebterm(t, ...NAMED, '--idle-timeout', '2', '-c', 'ann:one', 'cat');
  const first = await connect(t, url, { user: 'ann:one', transports: ['polling'] });
  const id = await first.create();
  first.socket.disconnect();
  const second = await connect(t, url, { user: 'ann:one' });
  assert.equal((await second.ask('terminal:reconnect', { session_id: id })).success, true);
  second.socket.disconnect();
  const third = await connect(t, url, { user: 'ann:one' });
  const listed = async () => (await third.ask('terminal:list', {})).sessions.length;
  await eventually('it is detached', async () => await listed() === 1);
  await eventually('it is closed', async () => await listed() === 0);
  const { success, error } = await third.ask('terminal:reconnect', { session_id: id });
  assert.deepEqual([success, error], [false, 'there is no such terminal, or it is not yours']);
});

test('below a secret address it works as at the root, and only there', async (t) => {
  const { url } = await startWebterm(t, '-r', 'sh', '-c', 'echo secretly; cat');
  assert.notEqual(new URL(url).pathname, '/');
  for (const transports of [['polling'], ['websocket']]) {
    const client = await connect(t, url, { transports });
    const id = await client.create();
    await client.shows(id, 'secretly');
  }
  assert.equal((await poll(new URL('/', url))).status, 404);
});

test('the host sees who is there, takes and gives the right to type, and throws out', async (t) => {
  const webterm = await startWebterm(t, '-v', '-w', ...SHELL);
  const client = await connect(t, webterm.url, { transports: ['polling'] });
  const id = await client.create();
  const listed = await webterm.host('--viewers');
  assert.match(listed, /socket\.io/);
  const [, number] = listed.match(/^\s*(\d+)\s/m);
  await webterm.host('--let-view', number);
  await eventually('it may not type', async () => {
    const { success } = await client.ask('terminal:input', { session_id: id, data: '' });
    return !success;
  });
  await webterm.host('--let-write', number);
  await eventually('it may type', async () => {
    const { success } = await client.ask('terminal:input', { session_id: id, data: '' });
    return success;
  });
  client.type(id, 'echo again-$((1 + 1))\r');
  await client.shows(id, 'again-2');
  await webterm.host('--throw-out', number);
  await client.gets('terminal:error', { session_id: id, error: 'thrown out by the host' });
  await client.gets('disconnect', { reason: 'io server disconnect' });
  await eventually('the log says who left', () => /viewer left.*thrown out/.test(webterm.said()));
});

test('a right that the host took does not come back by attaching anew', async (t) => {
  const webterm = await startWebterm(t, '-w', ...SHELL);
  for (const transports of [['polling'], ['websocket']]) {
    const client = await connect(t, webterm.url, { transports });
    const id = await client.create();
    const [, number] = (await webterm.host('--viewers')).trim().split('\n').at(-1).match(/^\s*(\d+)\s/);
    await webterm.host('--let-view', number);
    for (const again of [() => client.create(), () => client.ask('terminal:reconnect', { session_id: id })]) {
      await again();
      const { success } = await client.ask('terminal:input', { session_id: id, data: 'echo no' });
      assert.equal(success, false);
    }
    client.socket.disconnect();
  }
});
