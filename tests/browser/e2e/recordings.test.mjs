/** The page of recordings: what is listed, and what the player shows. */

import assert from 'node:assert/strict';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'node:test';
import { openPage, startBrowser } from '../support/browser.mjs';
import { atEnd } from '../support/cleanup.mjs';
import { eventually } from '../support/eventually.mjs';
import { SHELL, startWebterm } from '../support/webterm.mjs';

const WIDE = '日本語 ✓ \u001b[38;2;255;128;0mcolour\u001b[m 🎉';

/** A recording of a size that changes, with chapters and a long pause. */
const DEMO = [
  '{"version":3,"term":{"cols":60,"rows":16},"title":"A demo"}',
  JSON.stringify([0.1, 'o', 'first line\r\n']),
  JSON.stringify([0.1, 'm', 'typing: alice']),
  JSON.stringify([500, 'o', 'after a pause\r\n']),
  JSON.stringify([0.1, 'r', '40x10']),
  JSON.stringify([0.1, 'm', 'typing: bob']),
  JSON.stringify([0.1, 'o', `\u001b[2J\u001b[H${WIDE}\r\nthe end`]),
  JSON.stringify([0.5, 'x', '0']),
  '',
].join('\n');

/** A directory with these recordings, closed to others. */
function place(t, files) {
  const dir = mkdtempSync(join(tmpdir(), 'webterm-recordings-'));
  chmodSync(dir, 0o700);
  for (const [name, text] of Object.entries(files)) writeFileSync(join(dir, name), text);
  atEnd(t, () => rmSync(dir, { recursive: true }));
  return dir;
}

const names = ({ page }) => page.$$eval('.card .name', (all) => all.map((one) => one.textContent));

/** The text of the player's terminal, without blanks at the ends of lines. */
const shown = ({ page }) => page.$eval('.ap-term-text', (term) => (
  [...term.querySelectorAll('.ap-line')].map((line) => line.textContent.trimEnd()).join('\n').trimEnd()
));

const showsText = (viewer, part) => eventually(`the player shows ${part}`, async () => (
  (await shown(viewer).catch(() => '')).includes(part)
));

test('a recording of another tool is listed, and played to its last frame', async (t) => {
  const dir = place(t, { 'demo.cast': DEMO });
  const { url } = await startWebterm(t, '-w', '--record', dir, ...SHELL);
  const viewer = await openPage(t, await startBrowser(t), `${url}recordings/`);
  await eventually('both are listed', async () => (await names(viewer)).length === 2);
  assert.ok((await names(viewer)).includes('A demo'));
  await viewer.page.click('.card:has-text("A demo") a');
  await showsText(viewer, 'the end');
  const lines = (await shown(viewer)).split('\n');
  assert.match(lines[0], /^日本語 ✓ colour 🎉/);
  assert.equal(lines[1], 'the end');
  assert.equal(await viewer.page.title(), 'A demo · Recordings');
  const colours = await viewer.page.$$eval('.ap-term-text .ap-line span', (spans) => (
    spans.filter((span) => span.textContent.includes('colour')).map((span) => getComputedStyle(span).color)
  ));
  assert.deepEqual(colours, ['rgb(255, 128, 0)']);
});

test('chapters lead to their moments, with pauses cut and without', async (t) => {
  const dir = place(t, { 'demo.cast': DEMO });
  const { url } = await startWebterm(t, '-w', '--record', dir, ...SHELL);
  const viewer = await openPage(t, await startBrowser(t), `${url}recordings/#demo`);
  await showsText(viewer, 'the end');
  const chapters = () => viewer.page.$$eval('.chapters button', (all) => all.map((one) => one.textContent));
  assert.deepEqual(await chapters(), ['0:00typing: alice', '0:02typing: bob']);
  await viewer.page.click('.chapters button:has-text("alice")');
  await eventually('the first lines are shown again', async () => {
    const text = await shown(viewer);
    return text.includes('first line') && !text.includes('the end');
  });
  await viewer.page.uncheck('.controls input');
  await eventually('the pause counts', async () => (await chapters())[1] === '8:20typing: bob');
  await viewer.page.click('.chapters button:has-text("bob")');
  await showsText(viewer, 'the end');
  await viewer.page.selectOption('.controls select', '4');
  await eventually('it goes on where it was', async () => {
    const text = await shown(viewer).catch(() => 'first line');
    return text.includes('the end') && !text.includes('first line');
  });
  await viewer.page.keyboard.press('Escape');
  await viewer.page.waitForSelector('#gallery:not([hidden])');
});

test('what was just shown live is what the recording shows in the end', async (t) => {
  const dir = place(t, {});
  const { url } = await startWebterm(t, '-w', '--record', dir, '--size', '70x12', ...SHELL);
  const browser = await startBrowser(t);
  const live = await openPage(t, browser, url);
  await live.page.waitForSelector('.recordings:not([hidden])');
  await live.enter('clear; printf "\\033[31mred\\033[m 日本 ünï\\n"; echo so-$((40+2))');
  await eventually('it is printed', async () => (await live.text()).includes('so-42'));
  const [address] = await Promise.all([live.page.getAttribute('.recordings', 'href')]);
  const viewer = await openPage(t, browser, new URL(address, url).href);
  await eventually('it is listed', async () => (await names(viewer)).length === 1);
  assert.equal(await viewer.page.textContent('.card .course'), 'Being recorded now');
  await eventually('the recorder has written it', async () => {
    await viewer.page.reload();
    await viewer.page.click('.card a');
    await viewer.page.waitForSelector('.ap-term-text');
    await new Promise((resolve) => { setTimeout(resolve, 2500); });
    return (await shown(viewer)).includes('so-42');
  });
  const trimmed = (await live.text()).split('\n').map((line) => line.trimEnd()).join('\n').trim();
  assert.equal((await shown(viewer)).trim(), trimmed);
});

test('words narrow the list down, and nothing is said of it by empty cards', async (t) => {
  const dir = place(t, { 'demo.cast': DEMO, 'other.cast': DEMO.replace('A demo', 'Another') });
  const { url } = await startWebterm(t, '-w', '--record', dir, ...SHELL);
  const viewer = await openPage(t, await startBrowser(t), `${url}recordings/`);
  await eventually('all are listed', async () => (await names(viewer)).length === 3);
  await viewer.page.fill('#search', 'anoth');
  assert.equal(await viewer.page.$$eval('.card:not([hidden])', (all) => all.length), 1);
  await viewer.page.fill('#search', 'nothing like it');
  assert.match(await viewer.page.textContent('#message'), /No recording/);
});

test('who may only look is not led to recordings, and is told so there', async (t) => {
  const dir = place(t, { 'demo.cast': DEMO });
  const { url } = await startWebterm(t, '--record', dir, ...SHELL);
  const browser = await startBrowser(t);
  const viewer = await openPage(t, browser, url);
  await viewer.isIn('read-only');
  assert.equal(await viewer.page.isVisible('.recordings'), false);
  const answer = await viewer.page.request.get(`${url}recordings/`);
  assert.equal(answer.status(), 403);
  assert.match(await answer.text(), /those who may type/);
});

test('output that stops the player is told, and the next recording plays all the same', async (t) => {
  const broken = [
    '{"version":2,"width":80,"height":24,"title":"Too much"}',
    JSON.stringify([0.5, 'o', 'before']),
    JSON.stringify([1, 'o', '\n'.repeat(3_000_000)]),
    '',
  ].join('\n');
  const dir = place(t, { 'broken.cast': broken, 'demo.cast': DEMO });
  const { url } = await startWebterm(t, '-w', '--record', dir, ...SHELL);
  const viewer = await openPage(t, await startBrowser(t), `${url}recordings/#broken`);
  await eventually('the page says so', async () => (
    /the player can’t show\. Download it/.test(await viewer.page.textContent('.stage'))
  ));
  await viewer.page.click('#theatre a.back');
  await viewer.page.click('.card:has-text("A demo") a');
  await showsText(viewer, 'the end');
});
