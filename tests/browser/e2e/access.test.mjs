/** Who is let in, in a real browser: passwords, secret addresses, and being shut out later. */

import assert from 'node:assert/strict';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'node:test';
import { openPage, startBrowser } from '../support/browser.mjs';
import { atEnd } from '../support/cleanup.mjs';
import { SHELL, startWebterm } from '../support/webterm.mjs';

const httpCredentials = { username: 'alice', password: 'pässwörd' };

test('a browser that logs in once is in, with its socket', async (t) => {
  const { url } = await startWebterm(t, '-w', '-c', 'alice:pässwörd', ...SHELL);
  const viewer = await openPage(t, await startBrowser(t), url, { httpCredentials });
  await viewer.isIn('live');
  await viewer.type('echo $((6 * 7))\n');
  await viewer.sees('42');
  const [cookie, ...others] = await viewer.page.context().cookies();
  assert.deepEqual(others, []);
  assert.equal(cookie.httpOnly, true);
  assert.equal(cookie.sameSite, 'Strict');
  assert.equal(await viewer.page.evaluate(() => document.cookie), '');
});

test('a socket needs the cookie alone, as in Safari, which sends no login with it', async (t) => {
  const { url } = await startWebterm(t, '-w', '-c', 'alice:pässwörd', ...SHELL);
  const browser = await startBrowser(t);
  const first = await openPage(t, browser, url, { httpCredentials });
  await first.isIn('live');
  const storageState = await first.page.context().storageState();
  const second = await openPage(t, browser, url, { storageState });
  await second.isIn('live');
});

test('a browser without the password sees nothing of the page', async (t) => {
  const { url } = await startWebterm(t, '-c', 'alice:pässwörd', ...SHELL);
  const browser = await startBrowser(t);
  const page = await browser.newPage({ httpCredentials: { username: 'alice', password: 'x' } });
  const response = await page.goto(url);
  assert.equal(response.status(), 401);
  assert.equal((await page.textContent('body')).trim(), 'a user and a password are needed');
});

test('of the two secret addresses one types and the other only shows', async (t) => {
  const { url, said } = await startWebterm(t, '-w', '-r', ...SHELL);
  const [write, view] = [...said().matchAll(/open (http:\S+)/g)].map(([, address]) => address);
  assert.equal(url, write);
  const browser = await startBrowser(t);
  const writer = await openPage(t, browser, write);
  const looker = await openPage(t, browser, view);
  await writer.isIn('live');
  await looker.isIn('read-only');
  await looker.type('echo no\n');
  await writer.type('echo yes\n');
  await looker.sees('yes');
  assert.doesNotMatch(await looker.text(), /echo no/);
});

test('who is taken out of the users is shut out, and told so', async (t) => {
  // Made with htpasswd -nbB -C 4: "pässword".
  const hash = '$2y$04$eM9pQ2FI6QB0A.pSFF70/.XAcAZEdT5i9JR37lzzcGfObx3jxbv7.';
  const dir = mkdtempSync(join(tmpdir(), 'webterm-'));
  atEnd(t, () => rmSync(dir, { recursive: true }));
  const file = join(dir, 'users');
  const write = (user) => {
    writeFileSync(file, `${user}:${hash}\n`);
    chmodSync(file, 0o600);
  };
  write('alice');
  const webterm = await startWebterm(t, '--credential-file', file, ...SHELL);
  const credentials = { username: 'alice', password: 'pässword' };
  const viewer = await openPage(t, await startBrowser(t), webterm.url, { httpCredentials: credentials, isTolerant: true });
  await viewer.isIn('read-only');
  write('bob');
  webterm.signal('SIGHUP');
  await viewer.isIn('ended');
  assert.match(await viewer.status(), /load the page again to log in/);
});
