/** One terminal, many viewers: what one types all see, and who comes late sees the same. */

import assert from 'node:assert/strict';
import test from 'node:test';
import { openPage, startBrowser } from '../support/browser.mjs';
import { SHELL, startWebterm } from '../support/webterm.mjs';

test('what is typed is echoed, and its output shown', async (t) => {
  const { url } = await startWebterm(t, '-w', ...SHELL);
  const viewer = await openPage(t, await startBrowser(t), url);
  await viewer.isIn('live');
  await viewer.enter('echo $((6 * 7))');
  await viewer.seesRow('42');
});

test('the terminal has the focus when the page has loaded', async (t) => {
  const { url } = await startWebterm(t, '-w', ...SHELL);
  const viewer = await openPage(t, await startBrowser(t), url);
  const focused = await viewer.page.evaluate(() => document.activeElement.className);
  assert.match(focused, /xterm-helper-textarea/);
});

test('two pages show the same while either types', async (t) => {
  const { url } = await startWebterm(t, '-w', '--size', '100x30', ...SHELL);
  const browser = await startBrowser(t);
  const one = await openPage(t, browser, url);
  const other = await openPage(t, browser, url);
  await one.isIn('live');
  await other.isIn('live');
  await one.enter('echo from-$((1))');
  await other.seesRow('from-1');
  await other.enter('echo from-$((2))');
  await one.seesRow('from-2');
  await one.showsTheSameAs(other);
});

test('a late joiner sees the present screen, cell by cell', async (t) => {
  const { url } = await startWebterm(t, '-w', '--size', '100x30', ...SHELL);
  const browser = await startBrowser(t);
  const first = await openPage(t, browser, url);
  await first.isIn('live');
  await first.enter(String.raw`seq 1 60; printf '\e[1;31mred \e[4munder\e[0m \e[38;2;1;200;3;48;5;17mtrue\e[0m 日本語 e\u0301\n'; echo end-$((1))`);
  await first.seesRow('end-1');
  const late = await openPage(t, browser, url);
  await late.seesRow('end-1');
  await first.showsTheSameAs(late);
});

test('a late joiner of a full-screen program sees its screen, and the shell after it', async (t) => {
  const { url } = await startWebterm(t, '-w', '--size', '100x30', ...SHELL);
  const browser = await startBrowser(t);
  const first = await openPage(t, browser, url);
  await first.isIn('live');
  await first.enter('echo below-$((1)); seq 100 300 | less');
  await first.seesRow('128');
  const late = await openPage(t, browser, url);
  await late.seesRow('128');
  await first.showsTheSameAs(late);
  await late.type('q');
  await late.seesRow('below-1');
  await first.showsTheSameAs(late);
});

test('pasted text arrives whole, bracketed where the program asks for it', async (t) => {
  const { url } = await startWebterm(t, '-w', 'bash', '-c', String.raw`printf '\e[?2004hready\n'; cat -v`);
  const viewer = await openPage(t, await startBrowser(t), url);
  await viewer.sees('ready');
  await viewer.page.evaluate(() => {
    const data = new DataTransfer();
    data.setData('text/plain', 'pasted text');
    const target = document.querySelector('.xterm-helper-textarea');
    target.dispatchEvent(new ClipboardEvent('paste', { clipboardData: data, bubbles: true, cancelable: true }));
  });
  await viewer.press('Enter');
  await viewer.sees('^[[200~pasted text^[[201~');
});

test('Ctrl-C interrupts the program', async (t) => {
  const { url } = await startWebterm(t, '-w', ...SHELL);
  const viewer = await openPage(t, await startBrowser(t), url);
  await viewer.isIn('live');
  await viewer.enter('sleep 1000');
  await viewer.sees('sleep 1000');
  await viewer.press('Control+c');
  await viewer.sees('^C');
  await viewer.enter('echo status $?');
  await viewer.seesRow('status 130');
});
