/** The page over TLS: its socket is encrypted, too, and it works as it does without. */

import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'node:test';
import { openPage, startBrowser } from '../support/browser.mjs';
import { atEnd } from '../support/cleanup.mjs';
import { SHELL, startWebterm } from '../support/webterm.mjs';

/** @returns {string} a directory that is removed with the test, for the certificate */
function stateDirectory(context) {
  const path = mkdtempSync(join(tmpdir(), 'webterm-state-'));
  atEnd(context, () => rmSync(path, { recursive: true }));
  return path;
}

test('the page works under a self-signed certificate that was accepted', async (t) => {
  process.env.XDG_STATE_HOME = stateDirectory(t);
  const { url } = await startWebterm(t, '--tls', '-w', ...SHELL);
  assert.match(url, /^https:/);
  const viewer = await openPage(t, await startBrowser(t), url, { ignoreHTTPSErrors: true });
  await viewer.isIn('live');
  await viewer.enter('echo en$((40 + 2))crypted');
  await viewer.seesRow('en42crypted');
  assert.ok(await viewer.page.evaluate(() => window.isSecureContext));
  const other = await openPage(t, await startBrowser(t), url, { ignoreHTTPSErrors: true });
  await other.seesRow('en42crypted');
});

test('plain HTTP leads to the encrypted page', async (t) => {
  process.env.XDG_STATE_HOME = stateDirectory(t);
  const { url } = await startWebterm(t, '--tls', 'bash', '-c', 'echo ready; sleep 1000');
  const browser = await startBrowser(t);
  const page = await browser.newPage({ ignoreHTTPSErrors: true });
  await page.goto(url.replace('https:', 'http:'));
  assert.equal(page.url(), url);
  await page.waitForFunction(() => document.documentElement.dataset.state === 'read-only');
});
