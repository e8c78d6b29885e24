/** Who may only look can't type, by no means; and answers of the terminal are no typing. */

import assert from 'node:assert/strict';
import test from 'node:test';
import { openPage, startBrowser } from '../support/browser.mjs';
import { eventually } from '../support/eventually.mjs';
import { SHELL, startWebterm } from '../support/webterm.mjs';

/** Shows on the screen whatever reaches the program as input, and a count that goes on. */
const WITNESS = ['bash', '-c', 'stty -echo; (while sleep 0.1; do echo tick; done) & while read -rsn1 key; do echo "got <$key>"; done'];

test('a read-only page says so, and takes no keys', async (t) => {
  const { url } = await startWebterm(t, ...WITNESS);
  const viewer = await openPage(t, await startBrowser(t), url);
  await viewer.isIn('read-only');
  assert.equal(await viewer.status(), 'Read-only');
  await viewer.type('hello');
  await eventually('it is said that typing is off', async () => (await viewer.status()) === 'Read-only: typing is off');
  await ticksGoOn(viewer);
  assert.doesNotMatch(await viewer.text(), /got/);
});

test('the mark of a read-only page becomes small by itself', async (t) => {
  const { url } = await startWebterm(t, ...WITNESS);
  const viewer = await openPage(t, await startBrowser(t), url);
  await viewer.isIn('read-only');
  await viewer.page.waitForSelector('#status .pill.shown.mark');
  const box = await viewer.page.locator('#status .pill.mark').boundingBox();
  assert.ok(box.width <= 30 && box.height <= 30, JSON.stringify(box));
});

test('input on a raw socket is refused where the terminal is read-only', async (t) => {
  const { url } = await startWebterm(t, ...WITNESS);
  const viewer = await openPage(t, await startBrowser(t), url);
  await viewer.isIn('read-only');
  await viewer.openSocket();
  await viewer.sendRaw('stdin', 'x');
  await viewer.sendRaw('set_size', 10, 20);
  await eventually('the refusal is told', async () => (await viewer.received()).some(([name]) => name === 'notice'));
  await ticksGoOn(viewer);
  assert.doesNotMatch(await viewer.text(), /got/);
  assert.deepEqual(await viewer.grid(), { cols: 120, rows: 36 });
});

test('input on a raw socket arrives where the terminal is writable', async (t) => {
  const { url } = await startWebterm(t, '-w', ...WITNESS);
  const viewer = await openPage(t, await startBrowser(t), url);
  await viewer.isIn('live');
  await viewer.openSocket();
  await viewer.sendRaw('stdin', 'x');
  await viewer.sees('got <x>');
});

test('a page answers no questions that a program asks the terminal', async (t) => {
  const { url } = await startWebterm(t, '-w', ...SHELL);
  const viewer = await openPage(t, await startBrowser(t), url);
  await viewer.isIn('live');
  const sent = await viewer.page.evaluate(() => new Promise((resolve) => {
    const { terminal } = document.getElementById('stage');
    const emitted = [];
    terminal.onData((data) => emitted.push(data));
    terminal.onBinary((data) => emitted.push(data));
    const questions = [
      '\x1b[c', '\x1b[0c', '\x1b[>c', '\x1b[=c', '\x1b[5n', '\x1b[6n', '\x1b[?6n', '\x1b[?996n', '\x1b[4$p', '\x1b[?25$p',
      '\x1bP$qm\x1b\\', '\x1bP$q"p\x1b\\', '\x1bP+q544e\x1b\\', '\x1b[>q', '\x1b[>0q', '\x1b[14t', '\x1b[16t', '\x1b[18t', '\x1b[19t',
      '\x1b[21t', '\x1b]10;?\x07', '\x1b]11;?\x1b\\', '\x1b]12;?\x07', '\x1b]4;1;?\x07', '\x1b]10;?;?\x07', '\x1bZ', '\x05',
    ];
    terminal.write(questions.join(''), () => resolve(emitted));
  }));
  assert.deepEqual(sent, []);
});

test('a colour may still be set, and the page takes on the background', async (t) => {
  const { url } = await startWebterm(t, 'bash', '-c', String.raw`printf '\e]11;#204060\a'; sleep 1000`);
  const viewer = await openPage(t, await startBrowser(t), url);
  await eventually('the page is blue', () => viewer.page.evaluate(() => (
    getComputedStyle(document.body).backgroundColor === 'rgb(32, 64, 96)'
  )));
});

test('turning focus reports on sends none by itself, pointing elsewhere does', async (t) => {
  const { url } = await startWebterm(t, '-w', 'bash', '-c', String.raw`stty -echo; printf '\e[?1004hready\n'; cat -v`);
  const viewer = await openPage(t, await startBrowser(t), url);
  await viewer.sees('ready');
  await viewer.enter('typed');
  await viewer.seesRow('typed');
  await viewer.page.evaluate(() => document.activeElement.blur());
  await viewer.page.locator('.xterm-screen').click();
  await viewer.press('Enter');
  await viewer.sees('^[[O^[[I');
});

test('the mouse reaches a program that asked for it, at the cell that was clicked', async (t) => {
  const { url } = await startWebterm(t, '-w', '--size', '120x36', 'bash', '-c', String.raw`stty -echo -icanon; printf '\e[?1000h\e[?1006hready\n'; cat -v`);
  for (const renderer of ['webgl', 'dom']) {
    const viewer = await openPage(t, await startBrowser(t, renderer), url);
    await viewer.sees('ready');
    const { left, top, cell } = await viewer.geometry();
    await viewer.page.mouse.click(left + 99.5 * cell.width, top + 29.5 * cell.height);
    await viewer.sees('^[[<0;100;30M^[[<0;100;30m');
  }
});

async function ticksGoOn(viewer) {
  const count = async () => viewer.page.evaluate(() => document.getElementById('stage').terminal.buffer.active.length);
  const before = await count();
  const enough = before + 5;
  await eventually('the program has gone on', async () => (await count()) >= enough);
}
