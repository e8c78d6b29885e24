/** The page of all terminals: live screens, a look at one of them, and one line for several. */

import assert from 'node:assert/strict';
import test from 'node:test';
import { openPage, startBrowser } from '../support/browser.mjs';
import { eventually } from '../support/eventually.mjs';
import { SHELL, startWebterm } from '../support/webterm.mjs';

const NAMES = ['one', 'two', 'three'];

async function start(context) {
  const webterm = await startWebterm(context, '--permit-write', '--mode', 'named', '--size', '80x24', ...SHELL);
  const browser = await startBrowser(context);
  for (const name of NAMES) {
    const made = await fetch(new URL('api/terminals', webterm.url), { method: 'POST', body: JSON.stringify({ name }) });
    assert.equal(made.status, 200);
  }
  const { page } = await openPage(context, browser, new URL('sessions/', webterm.url).href);
  await page.locator('.card').nth(2).waitFor();
  return { webterm, browser, page };
}

const card = (page, name) => page.locator('.card', { has: page.locator(`.card-name:text-is("${name}")`) });

/** How many pixels of a card's screen are not the background's. */
function inkOf(page, name) {
  return card(page, name).locator('canvas').evaluate((canvas) => {
    const copy = new OffscreenCanvas(canvas.width, canvas.height).getContext('2d', { willReadFrequently: true });
    copy.drawImage(canvas, 0, 0);
    const { data } = copy.getImageData(0, 0, canvas.width, canvas.height);
    const ground = [...data.slice(-4)].join();
    let ink = 0;
    for (let at = 0; at < data.length; at += 4) if ([...data.slice(at, at + 4)].join() !== ground) ink += 1;
    return ink;
  });
}

async function lines(viewer) {
  return viewer.page.evaluate(() => {
    const { buffer } = document.getElementById('stage').terminal;
    const { active } = buffer;
    return Array.from({ length: active.length }, (_, at) => active.getLine(at).translateToString(true)).join('\n');
  });
}

test('a screen follows what happens in its terminal, and in no other', async (context) => {
  const { webterm, browser, page } = await start(context);
  const before = await eventually('a prompt', async () => (await inkOf(page, 'one')) || null);
  const two = await inkOf(page, 'two');
  const viewer = await openPage(context, browser, new URL('#one', webterm.url).href);
  await eventually('its prompt', async () => (await lines(viewer)).includes('$') || null);
  await viewer.type('seq 20\n');
  await eventually('more on the screen', async () => (await inkOf(page, 'one')) > before * 5 || null);
  assert.equal(await inkOf(page, 'two'), two);
  await eventually('who is on it', async () => (await card(page, 'one').locator('.people').textContent()).includes('writing') || null);
});

test('a click shows a terminal read-only, where typing does nothing', async (context) => {
  const { webterm, browser, page } = await start(context);
  const writer = await openPage(context, browser, new URL('#two', webterm.url).href);
  await eventually('its prompt', async () => (await lines(writer)).includes('$') || null);
  const watcher = await openPage(context, browser, new URL('sessions/', webterm.url).href);
  await card(watcher.page, 'two').locator('.card-screen').click();
  await watcher.page.waitForURL(/sessions\/[0-9a-f]{32}$/);
  await watcher.page.waitForFunction(() => document.documentElement.dataset.state === 'read-only');
  await watcher.page.keyboard.type('typed by who watches\n');
  await writer.type('echo typed by who writes\n');
  await eventually('what was written', async () => (await lines(watcher)).includes('\ntyped by who writes') || null);
  assert.ok(!(await lines(writer)).includes('watches'));
  await eventually('the watcher', async () => (await card(page, 'two').locator('.people').textContent()).includes('watching') || null);
  await watcher.page.locator('.overview').click();
  await watcher.page.locator('.card').nth(2).waitFor();
});

test('a line goes to the two of three that are ticked', async (context) => {
  const { webterm, browser, page } = await start(context);
  const viewers = [];
  for (const name of NAMES) {
    viewers.push(await openPage(context, browser, new URL(`#${name}`, webterm.url).href));
    await eventually('its prompt', async () => (await lines(viewers.at(-1))).includes('$') || null);
  }
  await card(page, 'one').locator('.tick').check();
  await card(page, 'three').locator('.tick').check();
  await page.locator('.line-field').fill("echo to several: $((6*7)), 'quoted'");
  assert.equal(await page.locator('#sender button').textContent(), 'Send to 2');
  await page.keyboard.press('Enter');
  await eventually('what became of it', async () => (await page.locator('#note').textContent()) === 'Sent to 2 terminals' || null);
  for (const at of [0, 2]) {
    await eventually(NAMES[at], async () => (await lines(viewers[at])).includes('\nto several: 42, quoted') || null);
  }
  assert.ok(!(await lines(viewers[1])).includes('several'));
  assert.equal(await page.locator('.line-field').inputValue(), '');
});

test('the page follows terminals that come and go, and says where there is none', async (context) => {
  const { webterm, page } = await start(context);
  for (const name of NAMES) {
    await fetch(new URL(`api/terminals/${name}`, webterm.url), { method: 'DELETE' });
  }
  await page.locator('#empty').waitFor();
  assert.equal(await page.locator('.card').count(), 0);
  await fetch(new URL('api/terminals', webterm.url), { method: 'POST', body: '{"name":"again"}' });
  await card(page, 'again').waitFor();
});

test('the page works by the keyboard', async (context) => {
  const { page } = await start(context);
  await page.keyboard.press('Tab');
  await page.keyboard.press('Tab');
  const focused = () => page.evaluate(() => document.activeElement.getAttribute('aria-label'));
  assert.equal(await focused(), 'Watch one, read-only');
  await page.keyboard.press('Tab');
  assert.equal(await focused(), 'Send lines to one');
  await page.keyboard.press('Space');
  assert.equal(await page.locator('.card.ticked').count(), 1);
});
