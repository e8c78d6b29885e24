/** JupyterLab's own client library: its terminals, and its manager of them. */

import assert from 'node:assert/strict';
import test from 'node:test';
import { layCable } from '../browser/support/cable.mjs';
import { eventually } from '../browser/support/eventually.mjs';
import { SHELL, startWebterm } from '../browser/support/webterm.mjs';
import {
  Terminal, TerminalAPI, connect, loginFor, namesOf, settingsFor, startManager,
} from './support/jupyter.mjs';
import { layPrefix } from './support/prefix.mjs';

const NAMED = ['-w', '--mode', 'named'];

/** That the library reports an answer with this status. */
function answered(status) {
  return ({ response }) => response.status === status;
}

/** How often a text is in another. */
function count(text, part) {
  return text.split(part).length - 1;
}

test('a terminal is attached to, and what was typed before it was there is not lost', async (t) => {
  const { url } = await startWebterm(t, '-w', ...SHELL);
  const terminal = connect(t, settingsFor(url), 'main');
  terminal.type('echo first-$((40 + 2))\r');
  await terminal.is('connected');
  await terminal.shows('first-42');
  terminal.type('echo second-$((1 + 2))\r');
  await terminal.shows('second-3');
});

test('the manager makes terminals, lists them and shuts them down', async (t) => {
  const { url } = await startWebterm(t, ...NAMED, ...SHELL);
  const manager = await startManager(t, settingsFor(url));
  assert.deepEqual(namesOf(manager), []);
  const first = new Terminal(t, await manager.startNew());
  first.type('echo typed-$((6 * 7))\r');
  await first.shows('typed-42');
  const second = new Terminal(t, await manager.startNew({ name: 'fox' }));
  await second.is('connected');
  assert.deepEqual(namesOf(manager), [first.connection.name, 'fox'].sort());
  await manager.shutdown('fox');
  await second.isDisposed();
  assert.deepEqual(namesOf(manager), [first.connection.name]);
  await manager.shutdownAll();
  await first.isDisposed();
  assert.deepEqual(namesOf(manager), []);
});

test('a terminal begins in the directory that is asked for, if that may be', async (t) => {
  const { url } = await startWebterm(t, ...NAMED, '--cwd', '/usr', ...SHELL);
  const manager = await startManager(t, settingsFor(url));
  const terminal = new Terminal(t, await manager.startNew({ cwd: 'share' }));
  terminal.type('pwd\r');
  await terminal.shows('/usr/share');
  await assert.rejects(manager.startNew({ cwd: '/etc' }), /not in the directory that webterm was started for/);
});

test('the program has the size of the window', async (t) => {
  const { url } = await startWebterm(t, ...NAMED, ...SHELL);
  const manager = await startManager(t, settingsFor(url));
  const terminal = new Terminal(t, await manager.startNew());
  for (const [rows, cols] of [[33, 77], [20, 50]]) {
    terminal.resize(rows, cols);
    await eventually(`the program has ${rows} rows and ${cols} columns`, () => {
      terminal.type('stty size\r');
      return terminal.output().includes(`${rows} ${cols}\r`);
    });
  }
});

test('two connections have one terminal, and the second gets what was there', async (t) => {
  const { url } = await startWebterm(t, ...NAMED, ...SHELL);
  const manager = await startManager(t, settingsFor(url));
  const one = new Terminal(t, await manager.startNew());
  one.type('echo typed-$((6 * 7))\r');
  await one.shows('typed-42');
  const other = new Terminal(t, manager.connectTo({ model: one.connection.model }));
  await other.shows('typed-42');
  other.type('echo back-$((6 * 7))\r');
  await Promise.all([one.shows('back-42'), other.shows('back-42')]);
  assert.equal(count(other.output(), 'typed-42'), 1);
});

test('who comes again gets what was there, whether by a new connection or by the old one', async (t) => {
  const { url } = await startWebterm(t, ...NAMED, ...SHELL);
  const settings = settingsFor(url);
  const { name } = await TerminalAPI.startNew(settings);
  const before = connect(t, settings, name);
  before.type('echo typed-$((6 * 7))\r');
  await before.shows('typed-42');
  before.connection.dispose();
  const again = connect(t, settings, name);
  await again.shows('typed-42');
  again.forget();
  await again.connection.reconnect();
  await again.shows('typed-42');
  assert.equal(count(again.output(), 'typed-42'), 1);
});

test('a connection that was cut off comes back by itself, and nothing that was typed meanwhile is lost', async (t) => {
  const { url } = await startWebterm(t, ...NAMED, ...SHELL);
  const cable = await layCable(t, url);
  const settings = settingsFor(cable.url);
  const { name } = await TerminalAPI.startNew(settings);
  const terminal = connect(t, settings, name);
  terminal.type('echo before-$((6 * 7))\r');
  await terminal.shows('before-42');
  cable.pull();
  await terminal.is('connecting');
  terminal.forget();
  terminal.type('echo after-$((6 * 7))\r');
  cable.plugIn();
  await terminal.shows('after-42');
  assert.equal(count(terminal.output(), 'before-42'), 1);
  assert.equal(count(terminal.output(), 'after-42'), 1);
});

test('when a terminal is shut down, all others who have it are told', async (t) => {
  const { url } = await startWebterm(t, ...NAMED, ...SHELL);
  const settings = settingsFor(url);
  const { name } = await TerminalAPI.startNew(settings);
  const [one, other] = [connect(t, settings, name), connect(t, settings, name)];
  await Promise.all([one.shows('$'), other.shows('$')]);
  await one.connection.shutdown();
  await other.isDisposed();
  assert.deepEqual(await TerminalAPI.listRunning(settings), []);
});

test('when its shell ends, all who have a terminal are told', async (t) => {
  const { url } = await startWebterm(t, ...NAMED, ...SHELL);
  const settings = settingsFor(url);
  const { name } = await TerminalAPI.startNew(settings);
  const [one, other] = [connect(t, settings, name), connect(t, settings, name)];
  await other.shows('$');
  one.type('exit\r');
  await Promise.all([one.isDisposed(), other.isDisposed()]);
  assert.deepEqual(await TerminalAPI.listRunning(settings), []);
});

test('a terminal that is not there is not shut down, and nobody is connected to it', async (t) => {
  const { url } = await startWebterm(t, ...NAMED, ...SHELL);
  const settings = settingsFor(url);
  await TerminalAPI.shutdownTerminal('nonesuch', settings);
  const manager = await startManager(t, settings);
  const terminal = new Terminal(t, manager.connectTo({ model: { name: 'nonesuch' } }));
  await terminal.isDisposed();
  assert.deepEqual(terminal.messages, []);
});

test('all of it lies below a secret address, and nothing beside it', async (t) => {
  const { url } = await startWebterm(t, ...NAMED, '--random-url', ...SHELL);
  assert.match(url, /\/[\w-]{22}\/$/);
  const manager = await startManager(t, settingsFor(url));
  const terminal = new Terminal(t, await manager.startNew());
  terminal.type('echo typed-$((6 * 7))\r');
  await terminal.shows('typed-42');
  await manager.shutdown(terminal.connection.name);
  await assert.rejects(TerminalAPI.listRunning(settingsFor(new URL('/', url).href)), answered(404));
});

test('all of it lies below the path that a proxy shows it at', async (t) => {
  const { url } = await startWebterm(t, ...NAMED, ...SHELL);
  const manager = await startManager(t, settingsFor(await layPrefix(t, url, '/tools/shell/')));
  const terminal = new Terminal(t, await manager.startNew({ name: 'fox' }));
  terminal.type('echo typed-$((6 * 7))\r');
  await terminal.shows('typed-42');
  assert.deepEqual(namesOf(manager), ['fox']);
  await manager.shutdown('fox');
  await terminal.isDisposed();
});

test('a token, which webterm has no use for, is no hindrance', async (t) => {
  const { url } = await startWebterm(t, ...NAMED, ...SHELL);
  const manager = await startManager(t, settingsFor(url, { token: 'sesame', appendToken: true }));
  const terminal = new Terminal(t, await manager.startNew());
  terminal.type('echo typed-$((6 * 7))\r');
  await terminal.shows('typed-42');
});

test('who has to log in does so in each request, and is refused otherwise', async (t) => {
  const { url } = await startWebterm(t, ...NAMED, '--credential', 'ann:sesame', ...SHELL);
  const manager = await startManager(t, loginFor(url, 'ann', 'sesame'));
  const terminal = new Terminal(t, await manager.startNew());
  terminal.type('echo typed-$((6 * 7))\r');
  await terminal.shows('typed-42');
  await manager.shutdown(terminal.connection.name);
  for (const settings of [settingsFor(url), loginFor(url, 'ann', 'wrong')]) {
    await assert.rejects(TerminalAPI.startNew(settings), /a user and a password are needed/);
  }
});

test('the terminal that all share is listed and given to who wants a new one, and stays', async (t) => {
  const { url } = await startWebterm(t, '-w', ...SHELL);
  const manager = await startManager(t, settingsFor(url));
  assert.deepEqual(namesOf(manager), ['main']);
  for (const wish of [{}, { name: 'fox' }]) {
    const terminal = new Terminal(t, await manager.startNew(wish));
    assert.equal(terminal.connection.name, 'main');
    terminal.type('echo typed-$((6 * 7))\r');
    await terminal.shows('typed-42');
  }
  await assert.rejects(manager.shutdown('main'), /everybody shares this terminal/);
  await manager.refreshRunning();
  assert.deepEqual(namesOf(manager), ['main']);
});

test('where each viewer has terminals of his own, users find theirs and nobody elses', async (t) => {
  const logins = ['--credential', 'ann:a', '--credential', 'bob:b'];
  const { url } = await startWebterm(t, '-w', '--mode', 'per-viewer', ...logins, ...SHELL);
  const [ann, bob] = await Promise.all(['ann', 'bob'].map((user) => (
    startManager(t, loginFor(url, user, user[0]))
  )));
  const terminal = new Terminal(t, await ann.startNew({ name: 'fox' }));
  terminal.type('echo typed-$((6 * 7))\r');
  await terminal.shows('typed-42');
  await bob.refreshRunning();
  assert.deepEqual([namesOf(ann), namesOf(bob)], [['fox'], []]);
  await assert.rejects(bob.startNew({ name: 'fox' }), /choose another/);
  const stranger = new Terminal(t, bob.connectTo({ model: { name: 'fox' } }));
  await stranger.isDisposed();
  assert.deepEqual(stranger.messages, []);
});

test('where nobody says who he is, each viewer has his own by a name that only he knows', async (t) => {
  const { url } = await startWebterm(t, '-w', '--mode', 'per-viewer', ...SHELL);
  const settings = settingsFor(url);
  const { name } = await TerminalAPI.startNew(settings, 'fox');
  assert.match(name, /^[0-9a-f]{32}$/);
  const terminal = connect(t, settings, name);
  terminal.type('echo typed-$((6 * 7))\r');
  await terminal.shows('typed-42');
  assert.deepEqual(await TerminalAPI.listRunning(settings), []);
  await terminal.connection.shutdown();
});

test('who may only look sees what others type, and neither types nor makes nor closes', async (t) => {
  const logins = ['--write-credential', 'ann:a', '--view-credential', 'bob:b'];
  const { url } = await startWebterm(t, ...NAMED, ...logins, ...SHELL);
  const ann = await startManager(t, loginFor(url, 'ann', 'a'));
  const bob = await startManager(t, loginFor(url, 'bob', 'b'));
  const terminal = new Terminal(t, await ann.startNew({ name: 'fox' }));
  await terminal.is('connected');
  await bob.refreshRunning();
  const seen = new Terminal(t, bob.connectTo({ model: { name: 'fox' } }));
  seen.type('echo never-$((6 * 7))\r');
  await seen.is('connected');
  terminal.type('echo typed-$((6 * 7))\r');
  await Promise.all([terminal.shows('typed-42'), seen.shows('typed-42')]);
  assert.equal(count(terminal.output(), 'never'), 0);
  await assert.rejects(bob.startNew(), /read-only/);
  await assert.rejects(bob.shutdown('fox'), /read-only/);
  assert.deepEqual(namesOf(bob), ['fox']);
});

test('that there are too many is told in words', async (t) => {
  const { url } = await startWebterm(t, ...NAMED, '--max-sessions', '1', ...SHELL);
  const manager = await startManager(t, settingsFor(url));
  await manager.startNew();
  await assert.rejects(manager.startNew(), /--max-sessions/);
});
