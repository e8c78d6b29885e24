/** A session's life on the page: title, end, stop of the server, and a network that comes and goes. */

import assert from 'node:assert/strict';
import test from 'node:test';
import { openPage, startBrowser } from '../support/browser.mjs';
import { layCable } from '../support/cable.mjs';
import { eventually } from '../support/eventually.mjs';
import { SHELL, startWebterm } from '../support/webterm.mjs';

const isTolerant = true;

test('the title is the command until the program sets one, and again when it takes it away', async (t) => {
  const { url } = await startWebterm(t, '-w', ...SHELL);
  const viewer = await openPage(t, await startBrowser(t), url);
  const has = (title) => eventually(`the title is ${title}`, async () => (await viewer.title()) === title);
  await has('bash --noprofile --norc');
  await viewer.enter(String.raw`printf '\e]2;my <b>title</b>\a'`);
  await has('my <b>title</b>');
  await viewer.enter(String.raw`printf '\e]0;\a'`);
  await has('bash --noprofile --norc');
});

test('a late joiner has the title that the program set before', async (t) => {
  const { url } = await startWebterm(t, 'bash', '-c', String.raw`printf '\e]2;set before\a'; sleep 1000`);
  const browser = await startBrowser(t);
  for (const visit of ['first', 'second']) {
    const viewer = await openPage(t, browser, url);
    await eventually(`the ${visit} page has the title`, async () => (await viewer.title()) === 'set before');
  }
});

test('the end is shown with its status, the last screen stays, and nothing reconnects', async (t) => {
  const { url, exited } = await startWebterm(t, '-w', ...SHELL);
  const viewer = await openPage(t, await startBrowser(t), url);
  await viewer.isIn('live');
  await viewer.enter('echo the last words; exit 7');
  await viewer.isIn('ended');
  assert.equal(await viewer.status(), 'Ended with status 7');
  assert.match(await viewer.title(), /^\[ended\] /);
  await viewer.seesRow('the last words');
  assert.deepEqual(await exited, { code: 7, signal: null });
  const sockets = [];
  viewer.page.on('websocket', (socket) => sockets.push(socket.url()));
  await viewer.page.evaluate(() => {
    window.dispatchEvent(new Event('online'));
    document.dispatchEvent(new Event('visibilitychange'));
  });
  await viewer.type('ignored');
  assert.equal(await viewer.state(), 'ended');
  assert.deepEqual(sockets, []);
});

test('a program that ends well ends calmly', async (t) => {
  const { url } = await startWebterm(t, '-w', 'bash', '-c', 'read -r');
  const viewer = await openPage(t, await startBrowser(t), url);
  await viewer.isIn('live');
  await viewer.press('Enter');
  await viewer.isIn('ended');
  assert.equal(await viewer.status(), 'Ended with status 0');
  assert.equal(await viewer.page.getAttribute('#status .pill.shown', 'data-tone'), 'calm');
});

test('when the server is stopped, the page says that it reconnects', async (t) => {
  const { url, stop } = await startWebterm(t, '-w', ...SHELL);
  const viewer = await openPage(t, await startBrowser(t), url, { isTolerant });
  await viewer.isIn('live');
  await stop();
  await viewer.isIn('reconnecting');
  await eventually('it says so', async () => (await viewer.status()) === 'Connection lost, reconnecting…');
});

test('after the network was cut, the same screen is there again, with what happened meanwhile', async (t) => {
  const { url } = await startWebterm(t, '-w', '--size', '100x30', ...SHELL);
  const cable = await layCable(t, url);
  const browser = await startBrowser(t);
  const cut = await openPage(t, browser, cable.url, { isTolerant });
  const steady = await openPage(t, browser, url);
  await cut.isIn('live');
  await cut.enter('echo before-$((1))');
  await cut.seesRow('before-1');
  cable.pull();
  await cut.isIn('reconnecting');
  await steady.enter('seq 1 50; echo meanwhile-$((1))');
  await steady.seesRow('meanwhile-1');
  cable.plugIn();
  await cut.isIn('live');
  await cut.seesRow('meanwhile-1');
  await cut.showsTheSameAs(steady);
  await cut.enter('echo after-$((1))');
  await steady.seesRow('after-1');
});

test('what is typed while the network is cut is dropped, and it shows', async (t) => {
  const { url } = await startWebterm(t, '-w', ...SHELL);
  const cable = await layCable(t, url);
  const viewer = await openPage(t, await startBrowser(t), cable.url, { isTolerant });
  await viewer.isIn('live');
  cable.pull();
  await viewer.isIn('reconnecting');
  await viewer.enter('echo lost-$((1))');
  await eventually('it says so', async () => (await viewer.status()) === 'Not connected: input dropped');
  cable.plugIn();
  await viewer.isIn('live');
  await viewer.enter('echo kept-$((1))');
  await viewer.seesRow('kept-1');
  assert.doesNotMatch(await viewer.text(), /lost/);
});

test('a page that becomes online again connects at once', async (t) => {
  const { url } = await startWebterm(t, '-w', ...SHELL);
  const cable = await layCable(t, url);
  const viewer = await openPage(t, await startBrowser(t), cable.url, { isTolerant });
  await viewer.isIn('live');
  cable.pull();
  await viewer.isIn('reconnecting');
  const attempts = [];
  viewer.page.on('websocket', (socket) => attempts.push(socket));
  await eventually('the pauses have grown', () => attempts.length >= 3);
  cable.plugIn();
  await viewer.page.evaluate(() => window.dispatchEvent(new Event('online')));
  await viewer.isIn('live');
});

test('the words about the state are announced, and never stay over a live terminal', async (t) => {
  const { url } = await startWebterm(t, '-w', ...SHELL);
  const viewer = await openPage(t, await startBrowser(t), url);
  await viewer.isIn('live');
  assert.equal(await viewer.page.getAttribute('#status', 'aria-live'), 'polite');
  await viewer.page.waitForSelector('#status .pill.shown', { state: 'detached' });
});
