/** A paste arrives whole and in order, at the program's pace, and the page goes on meanwhile. */

import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import test from 'node:test';
import { openPage, startBrowser } from '../support/browser.mjs';
import { eventually } from '../support/eventually.mjs';
import { SHELL, startWebterm } from '../support/webterm.mjs';

/** How long the page may show nothing and take no key, on a busy machine that renders in software. */
const LONGEST_PAUSE_MS = 2_000;

/** About `size` bytes of lines that are all different, with characters of one to four bytes. */
function textOf(size) {
  const lines = [];
  for (let number = 0, length = 0; length < size; number += 1) {
    lines.push(`${number} "paste" \\ € 🦀 ${number * 7919}`);
    length += Buffer.byteLength(lines.at(-1)) + 1;
  }
  return `${lines.join('\n')}\n`;
}

/** What a program is given for a pasted text: line ends as the Enter key makes them. */
function typed(text) {
  return Buffer.from(text.replaceAll('\n', '\r'));
}

/** Reads so many bytes as they come, `pause` between two gulps, and prints their hash. */
function reader(bytes, { gulp = 1 << 20, pause = 0 } = {}) {
  const script = `
import hashlib, os, sys, time, tty
tty.setraw(0)
print("ready", flush=True)
left, seen = ${bytes}, hashlib.sha256()
while left > 0:
    got = os.read(0, min(left, ${gulp}))
    left -= len(got)
    seen.update(got)
    time.sleep(${pause})
print("\\r\\nhash " + seen.hexdigest(), flush=True)
os.read(0, 1)`;
  return ['python3', '-c', script];
}

/** Pastes as the browser does, and measures the longest time in which the page did nothing else. */
function paste(viewer, text) {
  return viewer.page.evaluate((pasted) => {
    let last = performance.now();
    window.longestPause = 0;
    const look = () => {
      const now = performance.now();
      window.longestPause = Math.max(window.longestPause, now - last);
      last = now;
      setTimeout(look, 10);
    };
    look();
    const data = new DataTransfer();
    data.setData('text/plain', pasted);
    const event = new ClipboardEvent('paste', { clipboardData: data, bubbles: true, cancelable: true });
    document.querySelector('.xterm-helper-textarea').dispatchEvent(event);
  }, text);
}

test('a paste of 10 MB arrives whole and in order, and the page goes on meanwhile', async (t) => {
  const text = textOf(10_000_000);
  const bytes = typed(text);
  const { url } = await startWebterm(t, '-w', '--size', '100x30', ...reader(bytes.length));
  const viewer = await openPage(t, await startBrowser(t), url);
  await viewer.sees('ready');
  const start = performance.now();
  await paste(viewer, text);
  await viewer.sees(`hash ${createHash('sha256').update(bytes).digest('hex')}`);
  t.diagnostic(`${bytes.length} bytes in ${Math.round(performance.now() - start)} ms`);
  const pause = await viewer.page.evaluate(() => window.longestPause);
  t.diagnostic(`the longest pause of the page was ${Math.round(pause)} ms`);
  assert.ok(pause < LONGEST_PAUSE_MS, `${Math.round(pause)} ms`);
  const messages = viewer.sent.filter(([name]) => name === 'stdin');
  for (const message of messages) assert.ok(Buffer.byteLength(JSON.stringify(message)) <= 32 * 1024);
  assert.notEqual(await viewer.state(), 'reconnecting');
});

test('while a slow program takes a paste, what it prints is seen', async (t) => {
  const text = textOf(6_000_000);
  const bytes = typed(text);
  // In the time that the paste takes, more than the page may leave unacknowledged (256 KiB).
  const tick = 'n=0; while sleep 0.02; do n=$((n+1)); printf "%02900d\\r\\ntick $n\\r\\n" 0; done';
  const ticker = ['bash', '-c', `(${tick}) & exec "$@"`, '-'];
  const slow = reader(bytes.length, { gulp: 4096, pause: 0.004 });
  const { url } = await startWebterm(t, '-w', '--size', '100x40', ...ticker, ...slow);
  const viewer = await openPage(t, await startBrowser(t), url);
  await viewer.sees('tick');
  const before = await newestTick(viewer);
  await paste(viewer, text);
  await eventually('ticks are seen', async () => (await newestTick(viewer)) > before + 100);
  const inputs = viewer.sent.filter(([name]) => name === 'stdin').map(([, input]) => input);
  assert.ok(Buffer.byteLength(inputs.join('')) < bytes.length, 'the paste is still under way');
  await viewer.sees(`hash ${createHash('sha256').update(bytes).digest('hex')}`);
});

async function newestTick(viewer) {
  const rows = await viewer.rows();
  return Number(rows.findLast((row) => row.startsWith('tick'))?.match(/\d+/)?.[0] ?? 0);
}

test('a paste of 100 kB that comes as one message, as stock clients send it, arrives whole', async (t) => {
  const text = textOf(100_000).replaceAll('\n', '\r');
  const bytes = Buffer.from(text);
  const { url } = await startWebterm(t, '-w', ...reader(bytes.length));
  const viewer = await openPage(t, await startBrowser(t), url);
  await viewer.sees('ready');
  await viewer.openSocket();
  await viewer.sendRaw('stdin', text);
  await viewer.sees(`hash ${createHash('sha256').update(bytes).digest('hex')}`);
});

test('a paste into a shell is what the shell gets', async (t) => {
  const { url } = await startWebterm(t, '-w', '--size', '100x30', ...SHELL);
  const viewer = await openPage(t, await startBrowser(t), url);
  await viewer.isIn('live');
  await paste(viewer, 'echo one-$((1)) "€ 🦀"\n');
  await viewer.press('Enter');
  await viewer.seesRow('one-1 € 🦀');
});
