/** `socket.io-client`, over each transport: what terminals are to it. */

import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import test from 'node:test';
import { eventually } from '../browser/support/eventually.mjs';
import { SHELL, startWebterm } from '../browser/support/webterm.mjs';
import { TRANSPORTS, connect } from './support/socketio.mjs';

const NAMED = ['-w', '--mode', 'named'];

/** What `seq 1 1000000` prints. */
const NUMBERS = Array.from({ length: 1_000_000 }, (_, index) => `${index + 1}\n`).join('');

const hash = (text) => createHash('sha256').update(text).digest('hex');

for (const [name, transports] of Object.entries(TRANSPORTS)) {
  test(`${name}: a terminal is created, typed into, resized, and ends`, async (t) => {
    const { url } = await startWebterm(t, ...NAMED, ...SHELL);
    const client = await connect(t, url, { transports });
    const id = await client.create(100, 30);
    client.type(id, 'stty size; echo sum-$((40 + 2))\r');
    await client.shows(id, 'sum-42');
    assert.match(client.output(id), /30 100/);
    client.send('terminal:resize', { session_id: id, cols: 90, rows: 20 });
    // The program is told a moment later.
    await eventually('the size is another', async () => {
      client.type(id, 'stty size\r');
      return client.output(id).includes('20 90');
    });
    client.type(id, 'echo grüße-€-😀; exit 7\r');
    assert.equal((await client.gets('terminal:exit', { session_id: id })).status, 7);
    assert.match(client.output(id), /grüße-€-😀\r\n/);
    client.type(id, 'too late');
    await client.gets('terminal:error', { session_id: id, error: 'the shell has ended' });
    assert.equal(client.socket.connected, true);
    if (transports.length > 1) assert.equal(client.socket.io.engine.transport.name, 'websocket');
  });

  test(`${name}: a flood arrives whole and in order`, { timeout: 120_000 }, async (t) => {
    const { url } = await startWebterm(t, ...NAMED, ...SHELL);
    const client = await connect(t, url, { transports });
    const id = await client.create();
    client.type(id, "stty -onlcr -echo; PS1=; printf 'be%s' gin; seq 1 1000000; printf 'en%s' d\r");
    await client.shows(id, 'end');
    const whole = client.output(id);
    const numbers = whole.slice(whole.indexOf('begin') + 'begin'.length, whole.lastIndexOf('end'));
    assert.equal(numbers.length, NUMBERS.length);
    assert.equal(hash(numbers), hash(NUMBERS));
  });

  test(`${name}: what is typed arrives in order, also 50 kB in one event`, async (t) => {
    const { url } = await startWebterm(t, ...NAMED, ...SHELL);
    const client = await connect(t, url, { transports });
    const id = await client.create();
    client.type(id, "stty raw -echo; printf 're%s' ady; head -c 253000 | sha256sum; exit\r");
    await client.shows(id, 'ready');
    const large = Array.from({ length: 5 }, (_, part) => `${part}`.repeat(50_000)).join('');
    for (let part = 0; part < 5; part += 1) client.type(id, large.slice(part * 50_000, (part + 1) * 50_000));
    const small = Array.from({ length: 3000 }, (_, index) => `${index % 10}`).join('');
    for (const key of small) client.type(id, key);
    await client.shows(id, hash(large + small));
  });

  test(`${name}: what is typed ahead of a program that does not read waits, and none of it is lost`, async (t) => {
    const { url } = await startWebterm(t, ...NAMED, ...SHELL);
    const client = await connect(t, url, { transports });
    const id = await client.create();
    client.type(id, "stty raw -echo; printf 're%s' ady; sleep 1; head -c 4000000 | sha256sum; exit\r");
    await client.shows(id, 'ready');
    const parts = Array.from({ length: 80 }, (_, part) => String.fromCharCode(97 + part % 26).repeat(50_000));
    for (const part of parts) client.type(id, part);
    await client.shows(id, hash(parts.join('')));
    assert.deepEqual(client.events.filter(({ event }) => event === 'terminal:error'), []);
  });

  test(`${name}: a program that does not read holds up no other terminal, and is closed`, { timeout: 60_000 }, async (t) => {
    const { url } = await startWebterm(t, ...NAMED, ...SHELL);
    const client = await connect(t, url, { transports });
    const [deaf, other] = [await client.create(), await client.create()];
    client.type(deaf, "stty raw -echo; printf 're%s' ady; exec sleep 1000\r");
    await client.shows(deaf, 'ready');
    for (let part = 0; part < 24; part += 1) client.type(deaf, 'x'.repeat(500_000));
    await client.gets('terminal:error', { session_id: deaf, error: /does not read its input/ });
    client.type(other, 'echo fine-$((1 + 1))\r');
    await client.shows(other, 'fine-2');
    const more = await client.ask('terminal:input', { session_id: deaf, data: 'y'.repeat(500_000) });
    assert.deepEqual([more.success, /does not read/.test(more.error)], [false, true]);
    assert.equal((await client.ask('terminal:resize', { session_id: deaf, cols: 90, rows: 20 })).success, true);
    // It is left and attached to anew, too.
    assert.equal((await client.ask('terminal:reconnect', { session_id: deaf })).success, true);
    for (let part = 0; part < 4; part += 1) client.type(deaf, 'z'.repeat(500_000));
    assert.equal((await client.ask('terminal:close', { session_id: deaf })).success, true);
    await client.gets('terminal:exit', { session_id: deaf });
    client.type(other, 'echo still-$((1 + 1))\r');
    await client.shows(other, 'still-2');
  });

  test(`${name}: who comes back gets the screen as it is now`, async (t) => {
    const { url } = await startWebterm(t, ...NAMED, ...SHELL);
    const first = await connect(t, url, { transports });
    const id = await first.create();
    first.type(id, 'echo before-$((1 + 1)); sleep 1; echo while-$((2 + 2))\r');
    await first.shows(id, 'before-2');
    first.socket.disconnect();
    const second = await connect(t, url, { transports });
    const back = await second.ask('terminal:reconnect', { session_id: id });
    assert.deepEqual(Object.keys(back).sort(), ['created_at', 'session_id', 'success']);
    assert.equal(back.success, true);
    assert.equal(back.session_id, id);
    assert.match(back.created_at, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/);
    await second.shows(id, 'while-4');
    assert.match(second.output(id), /before-2/);
    second.type(id, 'echo after-$((3 + 3))\r');
    await second.shows(id, 'after-6');
  });

  test(`${name}: the server says goodbye when it stops`, async (t) => {
    const { url, stop } = await startWebterm(t, ...NAMED, ...SHELL);
    const client = await connect(t, url, { transports });
    await client.create();
    const { code } = await stop();
    assert.equal(code, 0);
    // Not "io server disconnect", after which a client does not try again.
    await client.gets('disconnect', { reason: /^transport (close|error)$/ });
  });

  test(`${name}: the last output and the exit of the shared terminal arrive`, async (t) => {
    const { url, exited } = await startWebterm(t, '-w', ...SHELL);
    const client = await connect(t, url, { transports });
    const id = await client.create();
    assert.equal(id, 'main');
    client.type(id, 'echo last-$((1 + 1)); exit 3\r');
    assert.equal((await client.gets('terminal:exit', { session_id: id })).status, 3);
    assert.match(client.output(id), /last-2/);
    assert.equal((await exited).code, 3);
  });
}

test('missing and wrong fields are answered, with an acknowledgement or without', async (t) => {
  const { url } = await startWebterm(t, ...NAMED, ...SHELL);
  const client = await connect(t, url);
  const id = await client.create();
  const asked = async (event, data) => (await client.ask(event, data)).error;
  for (const event of ['terminal:input', 'terminal:resize', 'terminal:close', 'terminal:reconnect']) {
    assert.equal(await asked(event, {}), 'Missing session_id');
  }
  assert.deepEqual(await client.ask('terminal:close', {}), { success: false, error: 'Missing session_id' });
  assert.deepEqual(await client.ask('terminal:close', { session_id: 'nobodys' }), { success: false, error: 'Unauthorized' });
  assert.equal(await asked('terminal:input', { session_id: 'nobodys', data: 'x' }), 'Unauthorized');
  assert.equal(await asked('terminal:resize', { session_id: 'nobodys', cols: 80, rows: 24 }), 'Unauthorized');
  assert.match(await asked('terminal:create', { cols: 0, rows: 24 }), /whole number/);
  assert.match(await asked('terminal:create', undefined), /Missing cols/);
  assert.match(await asked('terminal:resize', { session_id: id, cols: 80, rows: 65_560 }), /whole number/);
  assert.match(await asked('terminal:input', { session_id: id, data: Buffer.from('bytes') }), /must be a string/);
  assert.match(await asked('terminal:input', { session_id: id }), /Missing data/);
  assert.match(await asked('terminal:what', {}), /no such event/);
  client.send('terminal:input', { session_id: id, data: 7 });
  await client.gets('terminal:error', { session_id: id, error: 'data must be a string' });
  client.send('terminal:input', 'nonsense');
  await client.gets('terminal:error', { error: /must be an object/ });
  assert.equal((await client.ask('terminal:input', { session_id: id, data: 'echo still-$((1 + 1))\r' })).success, true);
  await client.shows(id, 'still-2');
});

test('a terminal is closed, and is then unknown', async (t) => {
  const { url } = await startWebterm(t, ...NAMED, ...SHELL);
  const client = await connect(t, url);
  const id = await client.create();
  assert.deepEqual(await client.ask('terminal:close', { session_id: id }), { success: true });
  await client.gets('terminal:exit', { session_id: id });
  assert.equal((await client.ask('terminal:close', { session_id: id })).error, 'the shell has ended');
  const unknown = await client.ask('terminal:reconnect', { session_id: id });
  assert.deepEqual(unknown, await client.ask('terminal:reconnect', { session_id: 'no-such-thing' }));
  assert.equal(unknown.success, false);
});

test('several terminals at once do not mix', async (t) => {
  const { url } = await startWebterm(t, ...NAMED, ...SHELL);
  const client = await connect(t, url, { transports: ['polling'] });
  const ids = await Promise.all(Array.from({ length: 12 }, () => client.create()));
  assert.equal(new Set(ids).size, 12);
  ids.forEach((id, index) => client.type(id, `echo I-am-$((${index} + 100))\r`));
  await Promise.all(ids.map((id, index) => client.shows(id, `I-am-${index + 100}`)));
  ids.forEach((id, index) => assert.doesNotMatch(client.output(id), new RegExp(`I-am-${(index + 1) % 12 + 100}`)));
});

test('a terminal that another connection holds is taken over, and that is told so', async (t) => {
  const { url } = await startWebterm(t, ...NAMED, ...SHELL);
  const ghost = await connect(t, url, { transports: ['polling'] });
  const id = await ghost.create();
  const page = await connect(t, url, { transports: ['polling'] });
  assert.equal((await page.ask('terminal:reconnect', { session_id: id })).success, true);
  await ghost.gets('terminal:error', { session_id: id, error: /another connection/ });
  assert.equal((await ghost.ask('terminal:input', { session_id: id, data: 'x' })).error, 'Unauthorized');
  assert.deepEqual(await ghost.ask('terminal:close', { session_id: id }), { success: false, error: 'Unauthorized' });
  page.type(id, 'echo mine-$((1 + 1))\r');
  await page.shows(id, 'mine-2');
  // As it is not attached by anyone any more, who had it may have it again.
  page.socket.disconnect();
  await eventually('the session is listed', async () => {
    const { sessions } = await ghost.ask('terminal:list', {});
    return sessions.length === 1 && sessions[0].session_id === id;
  });
});

test('who may only look takes no terminal away from who types', async (t) => {
  const { url } = await startWebterm(t, ...NAMED, '-c', 'ann:one', '--view-credential', 'cid:three', ...SHELL);
  const headers = { Authorization: `Basic ${Buffer.from('ann:one').toString('base64')}` };
  const opened = await fetch(new URL('api/terminals', url), { method: 'POST', headers });
  const { name: id } = await opened.json();
  const ann = await connect(t, url, { user: 'ann:one' });
  const cid = await connect(t, url, { user: 'cid:three' });
  for (const client of [ann, cid, cid]) {
    assert.equal((await client.ask('terminal:reconnect', { session_id: id })).success, true);
  }
  ann.type(id, 'echo mine-$((1 + 1))\r');
  await Promise.all([ann.shows(id, 'mine-2'), cid.shows(id, 'mine-2')]);
  assert.match((await cid.ask('terminal:input', { session_id: id, data: 'x' })).error, /read-only/);
  assert.deepEqual(ann.events, []);
  // Who types takes it over from who types, and leaves those who look where they are.
  const again = await connect(t, url, { user: 'ann:one', transports: ['polling'] });
  assert.equal((await again.ask('terminal:reconnect', { session_id: id })).success, true);
  await ann.gets('terminal:error', { session_id: id, error: /another connection/ });
  again.type(id, 'echo ours-$((2 + 2))\r');
  await Promise.all([again.shows(id, 'ours-4'), cid.shows(id, 'ours-4')]);
  assert.deepEqual(cid.events, []);
});

test('without a user, nobody is told of sessions whose id he does not know', async (t) => {
  const { url } = await startWebterm(t, ...NAMED, ...SHELL);
  const first = await connect(t, url);
  const id = await first.create();
  assert.match(id, /^[A-Za-z0-9_-]{20,64}$/);
  first.socket.disconnect();
  const second = await connect(t, url);
  assert.deepEqual(await second.ask('terminal:list', {}), { sessions: [] });
  assert.equal((await second.ask('terminal:reconnect', { session_id: id })).success, true);
});

test('users have their own sessions, whatever label they give', async (t) => {
  const { url } = await startWebterm(t, ...NAMED, '-c', 'ann:one', '-c', 'bob:two', ...SHELL);
  const ann = await connect(t, url, { user: 'ann:one' });
  const id = await ann.create();
  ann.type(id, 'cd /usr/share\r');
  ann.type(id, 'echo there-$((1 + 1))\r');
  await ann.shows(id, 'there-2');
  ann.socket.disconnect();
  const bob = await connect(t, url, { user: 'bob:two' });
  assert.deepEqual(await bob.ask('terminal:list', { user_id: 'ann' }), { sessions: [] });
  const refused = await bob.ask('terminal:reconnect', { session_id: id });
  assert.deepEqual(refused, await bob.ask('terminal:reconnect', { session_id: 'no-such-thing' }));
  const again = await connect(t, url, { user: 'ann:one' });
  const listed = await eventually('the session is detached', async () => {
    const { sessions } = await again.ask('terminal:list', { user_id: 'bob' });
    return sessions[0];
  });
  assert.equal(listed.session_id, id);
  assert.equal(listed.cwd, '/usr/share');
  assert.match(listed.created_at, /Z$/);
  assert.match(listed.last_activity, /Z$/);
  assert.deepEqual(Object.keys(listed).sort(), ['created_at', 'cwd', 'last_activity', 'session_id']);
});

test('the shared terminal is attached to by all, and closed by none', async (t) => {
  const { url } = await startWebterm(t, '-w', ...SHELL);
  const [one, other] = [await connect(t, url), await connect(t, url, { transports: ['polling'] })];
  const listed = await one.ask('terminal:list', {});
  assert.deepEqual(listed.sessions.map((session) => session.session_id), ['main']);
  assert.equal(await one.create(), 'main');
  assert.equal(await other.create(), 'main');
  assert.deepEqual(await one.ask('terminal:list', {}), { sessions: [] });
  one.type('main', 'echo both-$((1 + 1))\r');
  await Promise.all([one.shows('main', 'both-2'), other.shows('main', 'both-2')]);
  const closed = await other.ask('terminal:close', { session_id: 'main' });
  assert.equal(closed.success, false);
  assert.match(closed.error, /shared/);
  // Once more is once more the whole screen, and the same terminal.
  one.forget('main');
  assert.equal(await one.create(), 'main');
  await one.shows('main', 'both-2');
});

test('who may only look sees, but types, resizes and closes nothing', async (t) => {
  const { url } = await startWebterm(t, 'sh', '-c', 'echo look-at-this; cat');
  const client = await connect(t, url);
  const id = await client.create();
  await client.shows(id, 'look-at-this');
  for (const [event, data] of [
    ['terminal:input', { session_id: id, data: 'x' }],
    ['terminal:resize', { session_id: id, cols: 80, rows: 24 }],
    ['terminal:close', { session_id: id }],
  ]) {
    const { success, error } = await client.ask(event, data);
    assert.equal(success, false);
    assert.match(error, /read-only/);
  }
  client.type(id, 'x');
  await client.gets('terminal:error', { session_id: id, error: /read-only/ });
});
