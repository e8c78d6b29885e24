/** JupyterLab as it comes from PyPI, its terminals by webterm: nginx decides which address is whose. */

import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'node:test';
import { startBrowser } from '../browser/support/browser.mjs';
import { layCable } from '../browser/support/cable.mjs';
import { atEnd } from '../browser/support/cleanup.mjs';
import { eventually } from '../browser/support/eventually.mjs';
import { SHELL, startWebterm } from '../browser/support/webterm.mjs';
import { startLab } from './support/lab.mjs';
import { openLab } from './support/page.mjs';

async function start(context, options = {}) {
  const root = realpathSync(mkdtempSync(join(tmpdir(), 'webterm-root-')));
  atEnd(context, () => rmSync(root, { recursive: true }));
  mkdirSync(join(root, 'below'));
  const { url: webterm } = await startWebterm(context, '-w', '--mode', 'named', '--cwd', root, ...SHELL);
  const cable = await layCable(context, webterm);
  const url = await startLab(context, { webterm: cable.url, root, ...options });
  const list = async () => (await fetch(new URL('api/terminals', webterm))).json();
  return { browser: await startBrowser(context), url, list, cable, root };
}

test('a terminal is opened, typed into, resized, reloaded, opened twice and shut down', async (t) => {
  const { browser, url, list } = await start(t);
  const lab = await openLab(browser, url, 'one');
  const { name } = await lab.newTerminal();
  await lab.shows('$');
  await lab.enter('echo typed-$((6 * 7))');
  await lab.shows('typed-42');
  const [listed] = await list();
  assert.equal(listed.name, name);

  const before = (await lab.terminals())[0];
  await lab.page.setViewportSize({ width: 900, height: 600 });
  const after = await eventually('the terminal is smaller', async () => {
    const [now] = await lab.terminals();
    return now.cols < before.cols && now.rows < before.rows ? now : null;
  });
  await lab.enter('stty size');
  await lab.shows(`${after.rows} ${after.cols}`);

  await lab.reload();
  await lab.shows('typed-42');
  await lab.shows(`${after.rows} ${after.cols}`);
  assert.deepEqual((await lab.terminals()).map((terminal) => terminal.name), [name]);

  const other = await openLab(browser, url, 'two');
  await other.openRunning();
  await other.shows('typed-42');
  await other.enter('echo from-$((1 + 1))');
  await Promise.all([lab.shows('from-2'), other.shows('from-2')]);

  await other.shutDownRunning();
  for (const each of [lab, other]) {
    await eventually('the terminal is gone', async () => (await each.terminals()).length === 0);
  }
  assert.deepEqual(await list(), []);
  await eventually('the panel names it no more', async () => await other.running() === 0);
  assert.deepEqual([...lab.complaints, ...other.complaints], []);
});

test('a terminal begins where the file browser is, and its shell ends it', async (t) => {
  const { browser, url, list, root } = await start(t);
  const lab = await openLab(browser, url, 'one/tree/below');
  await lab.newTerminal();
  await lab.enter('pwd');
  await lab.shows(join(root, 'below'));
  await lab.shows('$');
  await lab.enter('exit');
  await eventually('the terminal is gone', async () => (await lab.terminals()).length === 0);
  assert.deepEqual(await list(), []);
});

test('a terminal that was cut off comes back with what was there, and what came meanwhile', async (t) => {
  const { browser, url, cable } = await start(t);
  const lab = await openLab(browser, url, 'one');
  await lab.newTerminal();
  await lab.shows('$');
  await lab.enter('echo before-$((6 * 7)); read; echo after-$((6 * 7))');
  await lab.shows('before-42');
  cable.pull();
  await eventually('it is cut off', async () => (await lab.terminals())[0].status === 'connecting');
  await lab.enter('');
  cable.plugIn();
  await lab.shows('after-42');
  const text = await lab.text();
  assert.equal(text.split('before-42').length, 2, `it is shown once: ${text}`);
});

test('all of it lies below a path of nginx', async (t) => {
  const { browser, url } = await start(t, { base: '/tools/lab/' });
  const lab = await openLab(browser, url, 'one');
  await lab.newTerminal();
  await lab.shows('$');
  await lab.enter('echo typed-$((6 * 7))');
  await lab.shows('typed-42');
});
