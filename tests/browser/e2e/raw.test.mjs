/** A page of another site's with xterm.js' AttachAddon, on the address that speaks bytes. */

import assert from 'node:assert/strict';
import test from 'node:test';
import { openAttached, startSite } from '../support/attach.mjs';
import { openPage, startBrowser } from '../support/browser.mjs';
import { eventually } from '../support/eventually.mjs';
import { SHELL, startWebterm } from '../support/webterm.mjs';

/** webterm, and a site whose pages may connect to it. */
async function start(t, ...args) {
  const site = await startSite(t);
  const webterm = await startWebterm(t, '--ws-origin', site, ...args);
  return { ...webterm, site, browser: await startBrowser(t) };
}

test('keys go in, output comes out, and the size is that of the address', async (t) => {
  const { url, site, browser } = await start(t, '-w', ...SHELL);
  const viewer = await openAttached(t, browser, site, url, { rows: 30, cols: 100 });
  await viewer.sees('$');
  await viewer.enter('stty size; echo done-$((40 + 2)) ü');
  await viewer.seesRow('30 100');
  await viewer.seesRow('done-42 ü');
});

test('a click reaches the program as the bytes that xterm.js makes of it', async (t) => {
  const program = 'stty raw -echo; printf "\\033[?1000hready"; head -c 6 | od -An -tx1; cat';
  const { url, site, browser } = await start(t, '-w', 'bash', '-c', program);
  const viewer = await openAttached(t, browser, site, url, { rows: 30, cols: 150 });
  await viewer.sees('ready');
  // Column 130 is byte 162: no character of ASCII, and no UTF-8.
  await viewer.click(130, 5);
  await viewer.sees('1b 5b 4d 20 a2 25');
  assert.ok(viewer.sent.every((payload) => Buffer.isBuffer(payload)), 'reports are binary frames');
});

test('two pages, and one that comes late, end with the same terminal as ours', async (t) => {
  const { url, site, browser } = await start(t, '-w', '--size', '90x25', ...SHELL);
  const size = { rows: 25, cols: 90 };
  const one = await openAttached(t, browser, site, url, size);
  const other = await openAttached(t, browser, site, url, { ...size, path: 'raw/main' });
  await one.sees('$');
  await one.enter("printf '\\033]0;same\\007\\033[1;35mboth\\033[0m \\033[4msee\\033[0m this 漢字 🦀\\n'; seq 1 60");
  await other.seesRow('60');
  await other.enter('echo from-the-other');
  await one.seesRow('from-the-other');
  const late = await openAttached(t, browser, site, url, size);
  const ours = await openPage(t, browser, url);
  await late.seesRow('from-the-other');
  await ours.seesRow('from-the-other');
  await one.showsTheSameAs(other);
  await one.showsTheSameAs(late);
  await one.showsTheSameAs(ours);
});

test('a flood of wide characters arrives without a broken one', async (t) => {
  const { url, site, browser } = await start(t, '-w', '--size', '80x24', ...SHELL);
  const viewers = await Promise.all([1, 2].map(() => openAttached(t, browser, site, url)));
  await Promise.all(viewers.map((viewer) => viewer.sees('$')));
  // In pieces of 4093 bytes, which end in the middle of characters, and in single bytes.
  const flood = 'yes 漢字かな한글🦀é—“” | head -n 80000 | dd bs=4093 status=none';
  const trickle = 'seq -f "%g 漢字かな한글🦀é—“”" 1 300 | dd bs=1 status=none';
  await viewers[0].enter(`${flood}; ${trickle}; echo THE-$((40 + 2))`);
  await Promise.all(viewers.map((viewer) => viewer.seesRow('THE-42')));
  const broken = await Promise.all(viewers.map((viewer) => viewer.page.evaluate(() => {
    const { active } = document.getElementById('stage').terminal.buffer;
    const lines = Array.from({ length: active.length }, (_, y) => active.getLine(y).translateToString(true));
    const whole = lines.filter((line) => /^\d+ 漢字かな한글🦀é—“”$/.test(line)).length;
    return { whole, broken: lines.filter((line) => line.includes('\ufffd')) };
  })));
  assert.deepEqual(broken, [{ whole: 300, broken: [] }, { whole: 300, broken: [] }]);
  await viewers[0].showsTheSameAs(viewers[1]);
});

test('who may only look sees all and types nothing', async (t) => {
  const program = 'stty -echo; (while sleep 0.1; do echo tick; done) & while read -rsn1 key; do echo "got <$key>"; done';
  const { url, site, browser } = await start(t, 'bash', '-c', program);
  const monitor = await openAttached(t, browser, site, url, { rows: 10, cols: 40 });
  await monitor.sees('tick');
  await monitor.type('intruder');
  const ticks = async () => (await monitor.text()).split('tick').length;
  const before = await ticks();
  await eventually('more ticks come', async () => (await ticks()) > before + 3);
  assert.doesNotMatch(await monitor.text(), /got/);
  assert.ok(monitor.sent.length >= 8, 'the keys were sent');
});

test('the host takes the right to type, and gives it again', async (t) => {
  const { url, site, browser, host } = await start(t, '-w', '--size', '80x24', 'bash', '-c', 'stty raw -echo; echo ready; exec cat');
  const viewer = await openAttached(t, browser, site, url);
  await viewer.sees('ready');
  await viewer.type('A');
  await viewer.sees('A');
  await host('--let-view', '1');
  await viewer.type('B');
  const witness = await openPage(t, browser, url);
  await witness.isIn('live');
  await witness.sees('A');
  await witness.type('C');
  await viewer.sees('AC');
  await host('--let-write', '1');
  await viewer.type('D');
  await viewer.sees('ACD');
});

test('questions of a program are answered once, however many terminals could', async (t) => {
  // It reads until nothing more has come for half a second.
  const program = `stty raw -echo; read -rsn1; stty time 5 min 0; printf '\\033[c\\033[6n'
    answer=$(cat | od -An -c | tr -d ' \\n'); printf 'answered %s.' "$answer"; cat`;
  const { url, site, browser } = await start(t, '-w', 'bash', '-c', program);
  const [viewer] = await Promise.all([1, 2, 3].map(() => openAttached(t, browser, site, url)));
  await viewer.type('x');
  await viewer.sees('answered ');
  const text = (await viewer.text()).replaceAll('\n', '');
  assert.equal(text.match(/033\[\?/g).length, 1, text);
  assert.equal(text.match(/033\[1;1R/g).length, 1, text);
});

test("a program's end closes the connection with a reason", async (t) => {
  const { url, site, browser } = await start(t, '-w', ...SHELL);
  const viewer = await openAttached(t, browser, site, url);
  await viewer.sees('$');
  await viewer.enter('echo the-last-$((40 + 2)); exit 3');
  assert.deepEqual(await viewer.closed(), { code: 1000, reason: 'the program ended with status 3' });
  await viewer.seesRow('the-last-42');
});

test('what is wrong with an address is told by the close, for the page to show', async (t) => {
  const { url, site, browser } = await start(t, '-w', ...SHELL);
  for (const [options, reason] of [
    [{ rows: 'undefined', cols: 80 }, 'rows must be a whole number from 1 to 1000'],
    [{ rows: 24, cols: 24.5 }, 'cols must be a whole number from 2 to 2000'],
    [{ path: 'raw/nobody' }, 'there is no terminal of this name'],
  ]) {
    const viewer = await openAttached(t, browser, site, url, options);
    assert.deepEqual(await viewer.closed(), { code: 1008, reason });
  }
});

test('the example in the README works as it stands there', async (t) => {
  const { url, site, browser } = await start(t, '-w', ...SHELL);
  const page = await browser.newPage();
  await page.goto(`${site}/example.html?${new URLSearchParams({ host: new URL(url).host })}`);
  const shows = (text) => eventually(`the page shows ${text}`, async () => (
    (await page.textContent('.xterm-rows')).includes(text)
  ));
  await page.click('.xterm-screen');
  await shows('$');
  await page.keyboard.type('stty size; echo done-$((40 + 2)); exit 3\n');
  await shows('30 100');
  await shows('done-42');
  await shows('the program ended with status 3');
});

test('pages of other sites do not connect unless they may', async (t) => {
  const site = await startSite(t);
  const { url } = await startWebterm(t, '-w', ...SHELL);
  const viewer = await openAttached(t, await startBrowser(t), site, url);
  assert.deepEqual(await viewer.closed(), { code: 1006, reason: '' });
});
