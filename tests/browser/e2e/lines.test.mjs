/** The page of a program that talks in lines. */

import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'node:test';
import { openPage, startBrowser } from '../support/browser.mjs';
import { atEnd } from '../support/cleanup.mjs';
import { eventually } from '../support/eventually.mjs';
import { startWebterm } from '../support/webterm.mjs';

const ANSWER = 'while read -r line; do case $line in end) exit 3;; oops) echo "no <b>such</b>" >&2;; *) echo "<$line>";; esac; done';

const lines = (...args) => ['--lines', '--lines-stderr', ...args];

/** @returns {Promise<Array<[string, string]>>} each line's kind and text */
function shown({ page }) {
  return page.$$eval('#log .line', (all) => all.map((line) => [line.dataset.kind, line.textContent]));
}

function sees(viewer, kind, text) {
  return eventually(`a line is ${text}`, async () => (await shown(viewer)).some((line) => line[0] === kind && line[1] === text));
}

const field = ({ page }) => page.getByRole('textbox', { name: 'Line to send' });

/** Waits until the field is there, and so the program. */
async function ready(viewer) {
  await viewer.isIn('running');
  await field(viewer).waitFor();
}

async function send(viewer, line) {
  await field(viewer).fill(line);
  await field(viewer).press('Enter');
}

/** How far the end is below what is seen, in CSS pixels. */
function distance({ page }) {
  return page.$eval('#log', (log) => log.scrollHeight - log.scrollTop - log.clientHeight);
}

test('a line is sent by Enter, and shown with what is answered, as text', async (t) => {
  const { url } = await startWebterm(t, '-w', ...lines('sh', '-c', ANSWER));
  const viewer = await openPage(t, await startBrowser(t), url);
  await ready(viewer);
  assert.match(await viewer.title(), /^sh -c/);
  await viewer.enter('hello');
  await sees(viewer, 'stdout', '<hello>');
  await viewer.enter('oops');
  await sees(viewer, 'stderr', 'no <b>such</b>');
  assert.deepEqual(await shown(viewer), [
    ['sent', 'hello'], ['stdout', '<hello>'], ['sent', 'oops'], ['stderr', 'no <b>such</b>'],
  ]);
  assert.equal(await field(viewer).inputValue(), '');
});

test('each line that is pasted is sent as one', async (t) => {
  const { url } = await startWebterm(t, '-w', ...lines('sh', '-c', ANSWER));
  const viewer = await openPage(t, await startBrowser(t), url);
  await ready(viewer);
  await send(viewer, 'one\ntwo\n\nfour');
  await sees(viewer, 'stdout', '<four>');
  const answers = (await shown(viewer)).filter(([kind]) => kind === 'stdout').map(([, text]) => text);
  assert.deepEqual(answers, ['<one>', '<two>', '<>', '<four>']);
});

test('the arrows bring back what was sent', async (t) => {
  const { url } = await startWebterm(t, '-w', ...lines('sh', '-c', ANSWER));
  const viewer = await openPage(t, await startBrowser(t), url);
  await ready(viewer);
  for (const line of ['one', 'two']) await send(viewer, line);
  await viewer.type('beg');
  const steps = [['ArrowUp', 'two'], ['ArrowUp', 'one'], ['ArrowUp', 'one'], ['ArrowDown', 'two'], ['ArrowDown', 'beg']];
  for (const [key, value] of steps) {
    await viewer.press(key);
    assert.equal(await field(viewer).inputValue(), value);
  }
  await viewer.press('ArrowUp');
  await viewer.press('Enter');
  await eventually('it is answered again', async () => (await shown(viewer)).filter(([, text]) => text === '<two>').length === 2);
});

test('a program that has ended is started again by the button alone, and what it printed stays', async (t) => {
  const { url } = await startWebterm(t, '-w', ...lines('sh', '-c', `echo "run $$"; ${ANSWER}`));
  const viewer = await openPage(t, await startBrowser(t), url);
  await ready(viewer);
  await send(viewer, 'end');
  await viewer.isIn('failed');
  await sees(viewer, 'end', 'Ended with status 3');
  assert.ok(await field(viewer).isHidden());
  assert.equal(await viewer.page.textContent('#reason'), 'Ended with status 3');
  await viewer.page.waitForTimeout(1_000); // So long nothing happens by itself.
  assert.equal((await shown(viewer)).filter(([, text]) => text.startsWith('run ')).length, 1);
  await viewer.page.getByRole('button', { name: 'Start again' }).click();
  await ready(viewer);
  await viewer.enter('hello');
  await sees(viewer, 'stdout', '<hello>');
  const runs = (await shown(viewer)).filter(([, text]) => text.startsWith('run ')).map(([, text]) => text);
  assert.equal(new Set(runs).size, 2);
});

test('a read-only page has no field and says why, and gets one when the host lets it write', async (t) => {
  const { url, host } = await startWebterm(t, '-w', ...lines('sh', '-c', ANSWER));
  const viewer = await openPage(t, await startBrowser(t), url);
  await ready(viewer);
  await host('--let-view', '1');
  await field(viewer).waitFor({ state: 'hidden' });
  assert.equal(await viewer.page.textContent('#state'), 'Read-only');
  assert.match(await viewer.page.textContent('#reason'), /look/);
  await host('--let-write', '1');
  await ready(viewer);
  await send(viewer, 'hello');
  await sees(viewer, 'stdout', '<hello>');
});

/** A program that prints `first` numbers, and `then` so many when it is told to go on. */
function inTwoParts(t, first, then) {
  const dir = mkdtempSync(join(tmpdir(), 'webterm-lines-'));
  atEnd(t, () => rmSync(dir, { recursive: true }));
  const file = join(dir, 'go');
  const script = `seq ${first}; until [ -e "$0" ]; do sleep 0.05; done; seq ${then}; cat`;
  return { command: ['sh', '-c', script, file], goOn: () => writeFileSync(file, '') };
}

test('who reads back is left where he is, and led to what is new', async (t) => {
  const { command, goOn } = inTwoParts(t, 300, 3000);
  const { url } = await startWebterm(t, '-w', ...lines(...command));
  const viewer = await openPage(t, await startBrowser(t), url);
  await sees(viewer, 'stdout', '300');
  await eventually('the end is in view', async () => (await distance(viewer)) < 2);
  await viewer.page.$eval('#log', (log) => { log.scrollTop = 1000; });
  const top = () => viewer.page.evaluate(() => document.elementFromPoint(200, 200).textContent);
  const before = await top();
  goOn();
  const jump = viewer.page.getByRole('button', { name: /3,000 new lines/ });
  await jump.waitFor();
  assert.equal(await top(), before);
  await jump.click();
  await eventually('the end is in view', async () => (await distance(viewer)) < 2);
  assert.ok(await jump.isHidden());
});

test('what is read stays in its place while lines above it go', async (t) => {
  const { command, goOn } = inTwoParts(t, 4990, 500);
  const { url } = await startWebterm(t, '-w', ...lines(...command));
  const viewer = await openPage(t, await startBrowser(t), url);
  await sees(viewer, 'stdout', '4990');
  await viewer.page.$eval('#log', (log) => { log.scrollTop = 50_000; });
  const top = () => viewer.page.evaluate(() => document.elementFromPoint(200, 200).textContent);
  const before = await top();
  goOn();
  await viewer.page.getByText('earlier lines are no longer kept').waitFor({ state: 'attached' });
  assert.equal(await top(), before);
  assert.ok((await shown(viewer)).length <= 5_001);
});

test('a flood leaves the page usable, and only its last lines', async (t) => {
  const { url } = await startWebterm(t, '-w', ...lines('sh', '-c', 'read -r go; yes "a line of a flood" | head -n 1000000; echo END; cat'));
  const viewer = await openPage(t, await startBrowser(t), url);
  await ready(viewer);
  await send(viewer, 'go');
  await viewer.page.getByText('no longer kept').waitFor({ state: 'attached' });
  await viewer.type('still here');
  assert.equal(await field(viewer).inputValue(), 'still here');
  await sees(viewer, 'stdout', 'END');
  const all = await shown(viewer);
  assert.equal(all.length, 5_001);
  assert.equal(all[0][1], '995,002 earlier lines are no longer kept');
});

test('a very long line is shown in part, and whole when it is asked for', async (t) => {
  const { url } = await startWebterm(t, '-w', ...lines('sh', '-c', 'head -c 500000 /dev/zero | tr "\\0" x; cat'));
  const viewer = await openPage(t, await startBrowser(t), url);
  await ready(viewer);
  await send(viewer, '');
  const more = viewer.page.getByRole('button', { name: '490,000 more characters' });
  await more.click();
  assert.equal((await shown(viewer)).find(([kind]) => kind === 'stdout')[1].length, 500_000);
});

test('a page for which there is no program says so, and can try again', async (t) => {
  const { url } = await startWebterm(t, '-w', '--max-sessions', '1', ...lines('sh', '-c', ANSWER));
  const browser = await startBrowser(t);
  const first = await openPage(t, browser, url);
  await ready(first);
  const second = await openPage(t, browser, url, { isTolerant: true });
  await second.isIn('failed');
  assert.match(await second.page.textContent('#reason'), /as many programs as it may/);
  await first.page.close();
  await eventually('it is its turn', async () => {
    const again = second.page.getByRole('button', { name: 'Start again' });
    if (await again.isVisible()) await again.click();
    return (await second.state()) === 'running';
  });
});

test('a server that stops is told', async (t) => {
  const { url, stop } = await startWebterm(t, '-w', ...lines('sh', '-c', ANSWER));
  const viewer = await openPage(t, await startBrowser(t), url, { isTolerant: true });
  await ready(viewer);
  await stop();
  await viewer.isIn('failed');
  assert.equal(await viewer.page.textContent('#reason'), 'The server stops');
});

test('the program is told the query of the page', async (t) => {
  const { url } = await startWebterm(t, ...lines('sh', '-c', 'echo "q=$QUERY_STRING"'));
  const viewer = await openPage(t, await startBrowser(t), `${url}?room=7`);
  await sees(viewer, 'stdout', 'q=room=7');
});

for (const theme of ['dark', 'light']) {
  for (const [name, viewport] of [['desktop', { width: 1280, height: 720 }], ['phone', { width: 390, height: 844 }]]) {
    test(`all of the page is in a ${name}'s window in the ${theme} theme`, async (t) => {
      const long = `${'a-very-long-word'.repeat(20)} ${'words '.repeat(50)}`;
      const { url } = await startWebterm(t, '-w', '--theme', theme, ...lines('sh', '-c', `echo "${long}"; echo "${long}" >&2; ${ANSWER}`));
      const viewer = await openPage(t, await startBrowser(t), url, { viewport });
      await ready(viewer);
      await sees(viewer, 'stdout', long);
      const fits = () => viewer.page.evaluate(() => {
        const { scrollingElement: root } = document;
        const boxes = ['#command', '#state', '#log', 'footer'].map((part) => document.querySelector(part).getBoundingClientRect());
        const inside = boxes.every(({ left, right, top, bottom }) => left >= 0 && top >= 0 && right <= innerWidth && bottom <= innerHeight);
        const log = document.querySelector('#log');
        return inside && root.scrollWidth <= innerWidth && root.scrollHeight <= innerHeight && log.scrollWidth <= log.clientWidth;
      });
      assert.ok(await fits());
      await send(viewer, 'end');
      await viewer.isIn('failed');
      const again = await viewer.page.getByRole('button', { name: 'Start again' }).boundingBox();
      assert.ok(again.height >= 40, 'large enough for a thumb');
      assert.ok(await fits());
    });
  }
}

test('people who do not see the page can use it', async (t) => {
  const { url } = await startWebterm(t, '-w', ...lines('sh', '-c', ANSWER));
  const viewer = await openPage(t, await startBrowser(t), url);
  await ready(viewer);
  assert.ok(await viewer.page.getByRole('log', { name: 'Lines' }).isVisible());
  assert.equal(await viewer.page.getByRole('status').textContent(), 'Running');
  assert.ok(await viewer.page.getByRole('heading', { level: 1 }).isVisible());
  await send(viewer, 'end');
  await viewer.isIn('failed');
  const focused = await viewer.page.evaluate(() => document.activeElement.textContent);
  assert.equal(focused, 'Start again');
});
