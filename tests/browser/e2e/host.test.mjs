/** The host gives and takes the right to type, and throws out: what the pages of those concerned do. */

import assert from 'node:assert/strict';
import test from 'node:test';
import { openPage, startBrowser } from '../support/browser.mjs';
import { eventually } from '../support/eventually.mjs';
import { startWebterm } from '../support/webterm.mjs';

/** Shows on the screen whatever reaches the program as input. */
const WITNESS = ['bash', '-c', 'stty -echo; echo ready; while read -rsn1 key; do echo "got <$key>"; done'];

/** What a page sends without its user. */
const SENT_BY_ITSELF = ['set_size', 'ack'];

async function saysOnItsPill(viewer, words) {
  await eventually(`the page says ${words}`, async () => (await viewer.status()) === words);
}

test('a viewer is moved to view and back without loading the page again', async (t) => {
  const { url, host } = await startWebterm(t, '-w', ...WITNESS);
  const browser = await startBrowser(t);
  const [one, other] = [await openPage(t, browser, url), await openPage(t, browser, url)];
  for (const viewer of [one, other]) await viewer.sees('ready');
  await one.page.evaluate(() => { window.isTheSamePage = true; });
  await host('--let-view', '1');
  await one.isIn('read-only');
  await saysOnItsPill(one, 'Read-only now');
  assert.equal(await other.state(), 'live');
  const before = one.sent.length;
  await one.type('n');
  await saysOnItsPill(one, 'Read-only: typing is off');
  await other.type('y');
  await one.sees('got <y>');
  assert.doesNotMatch(await one.text(), /<n>/);
  const names = one.sent.slice(before).map(([name]) => name);
  assert.ok(names.every((name) => SENT_BY_ITSELF.includes(name)), `sent ${names}`);
  await host('--let-write', '1');
  await one.isIn('live');
  await saysOnItsPill(one, 'You can type now');
  await one.type('w');
  await other.sees('got <w>');
  assert.equal(await one.page.evaluate(() => window.isTheSamePage), true);
});

test('the window of a viewer counts as long as it may write', async (t) => {
  const { url, host } = await startWebterm(t, '-w', ...WITNESS);
  const browser = await startBrowser(t);
  const large = await openPage(t, browser, url, { viewport: { width: 1280, height: 800 } });
  await large.sees('ready');
  const alone = await eventually('it has its own grid', async () => {
    const grid = await large.grid();
    return grid.cols !== 80 && grid.cols !== 120 ? grid : null;
  });
  const small = await openPage(t, browser, url, { viewport: { width: 600, height: 400 } });
  await eventually('the small one decides', async () => (await large.grid()).cols < alone.cols);
  const both = await large.grid();
  await host('--let-view', '2');
  await large.hasGrid(alone.cols, alone.rows);
  await small.hasGrid(alone.cols, alone.rows);
  await host('--let-write', '2');
  await large.hasGrid(both.cols, both.rows);
});

test('who is thrown out is told so and stays out, and the others stay', async (t) => {
  const { url, host } = await startWebterm(t, '-w', ...WITNESS);
  const browser = await startBrowser(t);
  const [one, other] = [await openPage(t, browser, url), await openPage(t, browser, url)];
  for (const viewer of [one, other]) await viewer.sees('ready');
  const sockets = [];
  one.page.on('websocket', (socket) => sockets.push(socket.url()));
  await host('--throw-out', '1');
  await one.isIn('ended');
  await saysOnItsPill(one, 'The host has thrown you out');
  assert.match(await one.title(), /^\[shut out\] /);
  await one.type('x');
  // What brings back a page that was cut off.
  await one.page.evaluate(() => {
    window.dispatchEvent(new Event('online'));
    document.dispatchEvent(new Event('visibilitychange'));
  });
  await other.type('y');
  await other.sees('got <y>');
  assert.doesNotMatch(await other.text(), /<x>/);
  assert.doesNotMatch(await one.text(), /<y>/);
  assert.deepEqual(sockets, [], 'it did not try to come back');
});

test('who came by a secret link is thrown out of all its tabs, and can not load the page again', async (t) => {
  const { url, host } = await startWebterm(t, '-w', '-r', ...WITNESS);
  const browser = await startBrowser(t);
  const context = await browser.newContext();
  const tabs = [await context.newPage(), await context.newPage()];
  for (const tab of tabs) {
    await tab.goto(url);
    await tab.waitForSelector('[data-state="live"]');
  }
  const elsewhere = await openPage(t, browser, url);
  await elsewhere.sees('ready');
  assert.match(await host('--throw-out', '1'), /others of the same browser: 2/);
  for (const tab of tabs) await tab.waitForSelector('[data-state="ended"]');
  const again = await tabs[0].reload();
  assert.equal(again.status(), 403);
  assert.equal(await elsewhere.state(), 'live');
});
