/** What full-screen programs leave on the screen, live and as the player shows their recording. */

import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { chmodSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'node:test';
import { promisify } from 'node:util';
import { openPage, startBrowser } from '../support/browser.mjs';
import { atEnd } from '../support/cleanup.mjs';
import { eventually } from '../support/eventually.mjs';
import { SHELL, startWebterm } from '../support/webterm.mjs';

const run = promisify(execFile);

function directory(t) {
  const dir = mkdtempSync(join(tmpdir(), 'webterm-recorded-'));
  chmodSync(dir, 0o700);
  atEnd(t, () => rmSync(dir, { recursive: true }));
  return dir;
}

const trimmed = (rows) => rows.map((row) => row.trimEnd()).join('\n').trimEnd();

/**
 * Runs a program live and recorded, lets `use` bring it to a screen that stays, kills it there, and
 * compares what its page shows in the end with what the player does.
 */
async function endsAsItWas(t, program, use) {
  const dir = directory(t);
  const webterm = await startWebterm(t, '-w', '--record', dir, '--size', '90x24', ...program);
  const browser = await startBrowser(t);
  const live = await openPage(t, browser, webterm.url);
  await use(live);
  const { stdout } = await run('pgrep', ['-P', webterm.pid]);
  // So that it can't tidy the screen up.
  process.kill(Number(stdout.trim().split('\n')[0]), 'SIGKILL');
  await live.isIn('ended');
  await webterm.exited;
  const expected = trimmed(await live.rows());
  const [name] = readdirSync(dir).filter((file) => file.endsWith('.cast'));
  const { url } = await startWebterm(t, '-w', '--record', dir, ...SHELL);
  const player = await openPage(t, browser, `${url}recordings/#${name.replace('.cast', '')}`);
  const shown = () => player.page.$$eval('.ap-term-text .ap-line', (lines) => lines.map((line) => line.textContent));
  let last = '';
  await eventually('the player shows the last frame', async () => {
    last = trimmed(await shown());
    return last === expected;
  }).catch(() => assert.equal(last, expected));
}

test('vim, with text of many scripts', async (t) => {
  const file = join(directory(t), 'poem.txt');
  writeFileSync(file, 'über die Brücke\n日本語と漢字\n한국어 ✓\nплюс\n');
  await endsAsItWas(t, ['vim', '-u', 'NONE', '-i', 'NONE', '-n', file], async (live) => {
    await live.sees('漢字');
    await live.type('Gonew line ');
    await live.sees('new line');
  });
});

test('htop, whose screen changes all the time', async (t) => {
  await endsAsItWas(t, ['htop', '-d', '100'], async (live) => {
    await live.sees('F10Quit');
  });
});

test('tmux, with two panes', async (t) => {
  const tmux = ['tmux', '-L', `webterm-${process.pid}`, '-f', '/dev/null'];
  atEnd(t, () => run(tmux[0], [...tmux.slice(1), 'kill-server']).catch(() => {}));
  await endsAsItWas(t, [...tmux, 'new', 'sh', ';', 'set', 'status', 'off'], async (live) => {
    await live.sees('#');
    await live.enter('clear; echo 日本 left-$((40+2))');
    await live.sees('left-42');
    await live.press('Control+b');
    await live.type('%');
    await live.enter('clear; echo right-$((50+2))');
    await live.sees('right-52');
  });
});
