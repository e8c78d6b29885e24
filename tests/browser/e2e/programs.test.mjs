/** Real programs: an editor, wide characters, and more output than anyone can read. */

import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'node:test';
import { openPage, startBrowser } from '../support/browser.mjs';
import { atEnd } from '../support/cleanup.mjs';
import { eventually } from '../support/eventually.mjs';
import { SHELL, startWebterm } from '../support/webterm.mjs';

test('vim opens, edits, writes and quits', async (t) => {
  const dir = mkdtempSync(join(tmpdir(), 'webterm-'));
  atEnd(t, () => rmSync(dir, { recursive: true }));
  const { url } = await startWebterm(t, '-w', '--cwd', dir, ...SHELL);
  const viewer = await openPage(t, await startBrowser(t), url);
  await viewer.isIn('live');
  await viewer.enter('echo shell-$((1))');
  await viewer.seesRow('shell-1');
  await viewer.enter('vim -u NONE -i NONE -n poem.txt');
  await viewer.sees('"poem.txt" [New');
  await viewer.type('ifirst line');
  await viewer.press('Enter');
  await viewer.type('zweite Zeile äöü 日本');
  await viewer.press('Escape');
  await viewer.type('ggA, changed');
  await viewer.press('Escape');
  await viewer.sees('first line, changed');
  await viewer.enter(':wq');
  await viewer.seesRow('shell-1');
  assert.equal(readFileSync(join(dir, 'poem.txt'), 'utf8'), 'first line, changed\nzweite Zeile äöü 日本\n');
});

test('wide characters take two cells, on the page as in the program', async (t) => {
  const { url } = await startWebterm(t, '-w', '--size', '80x24', ...SHELL);
  const viewer = await openPage(t, await startBrowser(t), url);
  await viewer.isIn('live');
  await viewer.enter(String.raw`clear; for s in '日本語|' '한국어|' '🎉🚀|' 'ﾊﾝｶｸ|' 'e\u0301a\u0308|' '→─│|'; do printf "$s\n"; done; echo done`);
  await viewer.seesRow('done');
  const bars = await viewer.page.evaluate(() => {
    const { active } = document.getElementById('stage').terminal.buffer;
    return Array.from({ length: 6 }, (_, y) => {
      const line = active.getLine(active.baseY + y);
      return Array.from({ length: 20 }, (__, x) => line.getCell(x).getChars()).indexOf('|');
    });
  });
  assert.deepEqual(bars, [6, 6, 4, 4, 2, 3]);
});

test('typed characters beyond ASCII arrive as they are', async (t) => {
  const { url } = await startWebterm(t, '-w', ...SHELL);
  const viewer = await openPage(t, await startBrowser(t), url);
  await viewer.isIn('live');
  await viewer.page.keyboard.insertText('printf "<%s>" "ä€日🎉" | wc -c');
  await viewer.press('Enter');
  await viewer.seesRow('14');
});

for (const renderer of ['webgl', 'dom']) {
  test(`a flood ends with the right last lines, drawn by ${renderer}`, async (t) => {
    const { url } = await startWebterm(t, '-w', ...SHELL);
    const viewer = await openPage(t, await startBrowser(t, renderer), url);
    await viewer.isIn('live');
    await viewer.enter('seq 1 100000; echo done');
    await viewer.seesRow('done');
    const rows = (await viewer.rows()).filter(Boolean);
    const end = rows.indexOf('done');
    const expected = Array.from({ length: end }, (_, at) => String(100_000 - end + 1 + at));
    assert.ok(end >= 20);
    assert.deepEqual(rows.slice(0, end), expected);
  });
}

test('every acknowledged byte was shown, and the last one is acknowledged', async (t) => {
  const { url } = await startWebterm(t, '-w', ...SHELL);
  const browser = await startBrowser(t);
  const frames = { acks: [], offsets: [] };
  const page = await browser.newPage();
  page.on('websocket', (socket) => {
    const collect = (into, name, at) => ({ payload }) => {
      const message = JSON.parse(payload);
      if (message[0] === name && message[at] !== undefined) into.push(message[at]);
    };
    socket.on('framesent', collect(frames.acks, 'ack', 1));
    socket.on('framereceived', collect(frames.offsets, 'stdout', 2));
  });
  await page.goto(url);
  await page.waitForFunction(() => document.documentElement.dataset.state === 'live');
  await page.keyboard.type('seq 1 50000; echo done');
  await page.keyboard.press('Enter');
  await eventually('all is acknowledged', () => (
    frames.offsets.at(-1) > 250_000 && frames.acks.at(-1) === frames.offsets.at(-1)
  ));
  assert.ok(frames.acks.every((offset, at) => at === 0 || offset >= frames.acks[at - 1]), 'acknowledged in order');
  assert.ok(frames.acks.every((offset) => frames.offsets.includes(offset)), 'only offsets that were received');
});

test('the wheel scrolls back, and only while scrolling is there a bar', async (t) => {
  const { url } = await startWebterm(t, '-w', ...SHELL);
  const viewer = await openPage(t, await startBrowser(t, 'webgl'), url);
  await viewer.isIn('live');
  await viewer.enter('seq 1 300; echo done');
  await viewer.seesRow('done');
  const position = () => viewer.page.evaluate(() => {
    const { active } = document.getElementById('stage').terminal.buffer;
    return active.baseY - active.viewportY;
  });
  assert.equal(await position(), 0);
  await viewer.page.mouse.move(400, 400);
  for (let notch = 0; notch < 5; notch += 1) await viewer.page.mouse.wheel(0, -120);
  await eventually('it has scrolled back', async () => (await position()) > 10);
  await viewer.page.waitForSelector('.xterm .scrollbar.vertical.visible');
  await viewer.type('x');
  await eventually('typing leads back to the end', async () => (await position()) === 0);
});

test('a finger scrolls back', async (t) => {
  const { url } = await startWebterm(t, ...['bash', '-c', 'seq 1 300; echo done; sleep 1000']);
  const viewer = await openPage(t, await startBrowser(t), url, {
    viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true,
  });
  await viewer.seesRow('done');
  await viewer.page.evaluate(() => {
    const screen = document.querySelector('.xterm-screen');
    const touch = (clientY) => new Touch({ identifier: 1, target: screen, clientX: 100, clientY });
    const send = (type, y) => screen.dispatchEvent(new TouchEvent(type, { touches: [touch(y)], bubbles: true }));
    send('touchstart', 300);
    for (let y = 320; y <= 600; y += 20) send('touchmove', y);
  });
  const { cell } = await viewer.geometry();
  await eventually('it has scrolled back as far as the finger went', () => viewer.page.evaluate((lines) => {
    const { active } = document.getElementById('stage').terminal.buffer;
    return active.baseY - active.viewportY === lines;
  }, Math.trunc(300 / cell.height)));
});
