/** A user who reads his scrollback, or has text selected, is not jerked about; and output never stops for ever. */

import assert from 'node:assert/strict';
import test from 'node:test';
import { openPage, startBrowser } from '../support/browser.mjs';
import { layCable } from '../support/cable.mjs';
import { eventually } from '../support/eventually.mjs';
import { Pipe } from '../support/pipe.mjs';
import { startWebterm } from '../support/webterm.mjs';

const FIRST_LINES = 'seq 1 300';

/** A terminal that prints what the test says, and a page that looks at it. */
async function setUp(t, { options = [], page = {}, first = FIRST_LINES } = {}) {
  const pipe = new Pipe(t);
  const webterm = await startWebterm(t, '--size', '100x30', ...options, 'bash', '-c', `stty -echo; ${first}; exec cat ${pipe.path}`);
  const browser = await startBrowser(t);
  const cable = await layCable(t, webterm.url);
  const viewer = await openPage(t, browser, cable.url, page);
  await viewer.seesRow('300');
  return { ...webterm, pipe, browser, cable, viewer };
}

/** What the user looks at, from the first row to the last. */
function inView(viewer) {
  return viewer.page.evaluate(() => {
    const { terminal } = document.getElementById('stage');
    const { active } = terminal.buffer;
    return Array.from({ length: terminal.rows }, (_, y) => active.getLine(active.viewportY + y).translateToString(true));
  });
}

async function scrollBack(viewer) {
  await turnWheel(viewer, -10);
  await eventually('it has scrolled back', () => viewer.page.evaluate(() => {
    const { active } = document.getElementById('stage').terminal.buffer;
    return active.viewportY < active.baseY;
  }));
}

/** @param {number} notches  downwards; each is a line or a few */
async function turnWheel(viewer, notches) {
  await viewer.page.mouse.move(400, 400);
  for (let notch = 0; notch < Math.abs(notches); notch += 1) await viewer.page.mouse.wheel(0, Math.sign(notches) * 120);
}

/** Drags over the characters `from` to `to` of a row of the screen. */
async function select(viewer, row, from, to, options = {}) {
  const { left, top, cell } = await viewer.geometry();
  const { mouse, keyboard } = viewer.page;
  const y = top + (row + 0.5) * cell.height;
  if (options.shift) await keyboard.down('Shift');
  await mouse.move(left + (from + 0.1) * cell.width, y);
  await mouse.down();
  await mouse.move(left + (to + 0.9) * cell.width, y, { steps: 4 });
  await mouse.up();
  if (options.shift) await keyboard.up('Shift');
  await eventually('something is selected', () => selection(viewer));
}

function selection(viewer) {
  return viewer.page.evaluate(() => document.getElementById('stage').terminal.getSelection());
}

/** @returns {Promise<string | null>} the words on the button, null where there is none to be seen */
async function count(viewer) {
  const button = viewer.page.locator('.jump.shown');
  return (await button.count()) === 0 ? null : (await button.textContent()).trim();
}

function counts(viewer, words) {
  return eventually(`it says ${words}`, async () => (await count(viewer)) === words);
}

async function isGone(viewer) {
  await viewer.page.waitForSelector('.jump:not(.shown)', { state: 'attached' });
}

/** Prints a thousand short lines; all of them fit into what waits. */
async function printLines(pipe, from, to) {
  await pipe.print(Array.from({ length: to - from + 1 }, (_, at) => `new ${from + at}\n`).join(''));
}

test('who does not read sees what is new at once, and is told nothing', async (t) => {
  const { pipe, viewer } = await setUp(t);
  await printLines(pipe, 1, 1000);
  await viewer.seesRow('new 1000');
  assert.equal(await count(viewer), null);
});

test('who has scrolled back keeps what he reads, and is told how much is new', async (t) => {
  const { pipe, viewer } = await setUp(t);
  await scrollBack(viewer);
  const before = await inView(viewer);
  await printLines(pipe, 1, 1);
  await counts(viewer, '1 new line');
  await printLines(pipe, 2, 1204);
  await counts(viewer, '1,204 new lines');
  assert.deepEqual(await inView(viewer), before);
  await viewer.page.locator('.jump').click();
  await viewer.seesRow('new 1204');
  assert.equal((await inView(viewer)).filter(Boolean).at(-1), 'new 1204');
  await isGone(viewer);
});

test('the jump leaves the focus with the terminal, so that one can type on', async (t) => {
  const { pipe, viewer } = await setUp(t, { options: ['-w'] });
  await scrollBack(viewer);
  await printLines(pipe, 1, 3);
  await counts(viewer, '3 new lines');
  await viewer.page.locator('.jump').click();
  await isGone(viewer);
  assert.match(await viewer.page.evaluate(() => document.activeElement.className), /xterm-helper-textarea/);
});

test('the button can be reached and pressed by keyboard where typing is off', async (t) => {
  const { pipe, viewer } = await setUp(t);
  await scrollBack(viewer);
  await printLines(pipe, 1, 3);
  await counts(viewer, '3 new lines');
  await viewer.press('Tab');
  await eventually('it has the focus', () => viewer.page.evaluate(() => document.activeElement.matches('.jump')));
  await viewer.press('Enter');
  await viewer.seesRow('new 3');
  await isGone(viewer);
});

for (const options of [['-w'], []]) {
  test(`Shift+End leads to the end, with ${options[0] ?? 'no'} right to type`, async (t) => {
    const { pipe, viewer } = await setUp(t, { options });
    await scrollBack(viewer);
    await printLines(pipe, 1, 3);
    await counts(viewer, '3 new lines');
    await viewer.press('Shift+End');
    await viewer.seesRow('new 3');
    await isGone(viewer);
  });
}

test('scrolling down to the end goes on, scrolling half way does not', async (t) => {
  const { pipe, viewer } = await setUp(t);
  await scrollBack(viewer);
  await printLines(pipe, 1, 3);
  await counts(viewer, '3 new lines');
  await turnWheel(viewer, 2);
  await printLines(pipe, 4, 4);
  await counts(viewer, '4 new lines');
  await turnWheel(viewer, 20);
  await viewer.seesRow('new 4');
  await isGone(viewer);
});

test('typing goes on', async (t) => {
  const { pipe, viewer } = await setUp(t, { options: ['-w'] });
  await scrollBack(viewer);
  await printLines(pipe, 1, 3);
  await counts(viewer, '3 new lines');
  await viewer.type('x');
  await viewer.seesRow('new 3');
  await isGone(viewer);
});

test('a selection stays as it is until it is cleared', async (t) => {
  const { pipe, viewer } = await setUp(t);
  await select(viewer, 5, 0, 2);
  const selected = await selection(viewer);
  assert.match(selected, /^\d{3}$/);
  const before = await inView(viewer);
  await printLines(pipe, 1, 1000);
  await counts(viewer, '1,000 new lines');
  assert.equal(await selection(viewer), selected);
  assert.deepEqual(await inView(viewer), before);
  const { left, top } = await viewer.geometry();
  await viewer.page.mouse.click(left + 300, top + 300);
  await viewer.seesRow('new 1000');
  await isGone(viewer);
});

test('a size that comes while the user reads takes effect when he has read', async (t) => {
  const pipe = new Pipe(t);
  const { url } = await startWebterm(t, '-w', 'bash', '-c', `stty -echo; ${FIRST_LINES}; exec cat ${pipe.path}`);
  const browser = await startBrowser(t);
  const viewer = await openPage(t, browser, url);
  await viewer.seesRow('300');
  const other = await openPage(t, browser, url);
  await other.isIn('live');
  const before = await viewer.grid();
  await scrollBack(viewer);
  await other.page.setViewportSize({ width: 700, height: 500 });
  await eventually('the terminal is smaller', async () => (await other.grid()).cols < before.cols);
  await printLines(pipe, 1, 3);
  await counts(viewer, '3 new lines');
  assert.deepEqual(await viewer.grid(), before);
  await viewer.page.locator('.jump').click();
  await viewer.seesRow('new 3');
  assert.deepEqual(await viewer.grid(), await other.grid());
});

test('a program that fills the screen is not held up by scrolling', async (t) => {
  const { pipe, viewer } = await setUp(t);
  await pipe.print('\x1b[?1049h\x1b[Hfull screen\n');
  await viewer.seesRow('full screen');
  await turnWheel(viewer, -10);
  await pipe.print('goes on\n');
  await viewer.seesRow('goes on');
  assert.equal(await count(viewer), null);
});

test('a program that follows the mouse is not held up by scrolling', async (t) => {
  const { pipe, viewer } = await setUp(t);
  await pipe.print('\x1b[?1003h\x1b[?1006hfollows\n');
  await viewer.seesRow('follows');
  await viewer.page.evaluate(() => document.getElementById('stage').terminal.scrollLines(-20));
  await pipe.print('goes on\n');
  await viewer.seesRow('goes on');
  assert.equal(await count(viewer), null);
});

for (const [what, sequence, options] of [
  ['fills the screen', '\x1b[?1049h\x1b[H', {}],
  ['follows the mouse', '\x1b[?1003h\x1b[?1006h', { shift: true }],
]) {
  test(`a program that ${what} is held up by a selection, but not for ever`, async (t) => {
    const { pipe, viewer } = await setUp(t);
    await pipe.print(`${sequence}some text to select\n`);
    await viewer.seesRow('some text to select');
    const row = (await viewer.rows()).indexOf('some text to select');
    await select(viewer, row, 0, 8, options);
    await pipe.print('waits\n');
    await counts(viewer, '1 new line');
    assert.equal(await selection(viewer), 'some text');
    await viewer.seesRow('waits');
    assert.equal(await selection(viewer), '');
    await isGone(viewer);
  });
}

test('however much comes while the user reads, no more than the server\'s bound waits, and the end is right', async (t) => {
  const { pipe, viewer, url, browser } = await setUp(t);
  const other = await openPage(t, browser, url);
  await other.seesRow('300');
  await scrollBack(viewer);
  const before = await inView(viewer);
  await pipe.print('x'.repeat(99).concat('\n').repeat(50_000));
  await pipe.print('the end\n');
  await other.seesRow('the end');
  await eventually('it says that there is more', async () => /\d\+ new lines$/.test(await count(viewer)));
  const lines = Number((await count(viewer)).replace(/\D/g, ''));
  assert.ok(lines >= 100 && lines <= 3_500, `${lines} lines wait`);
  assert.deepEqual(await inView(viewer), before);
  await viewer.page.locator('.jump').click();
  await viewer.seesRow('the end');
  await viewer.showsTheSameAs(other);
});

test('who reads while the network is cut reads on, and then sees what he missed', async (t) => {
  const { pipe, viewer, cable, url, browser } = await setUp(t, { page: { isTolerant: true } });
  const other = await openPage(t, browser, url);
  await other.seesRow('300');
  await scrollBack(viewer);
  const before = await inView(viewer);
  await printLines(pipe, 1, 5);
  await counts(viewer, '5 new lines');
  cable.pull();
  await viewer.isIn('reconnecting');
  await printLines(pipe, 6, 10);
  cable.plugIn();
  await viewer.isIn('read-only');
  await counts(viewer, '10 new lines');
  assert.deepEqual(await inView(viewer), before);
  await viewer.page.locator('.jump').click();
  await viewer.seesRow('new 10');
  await viewer.showsTheSameAs(other);
});

test('who reads while the program ends is told so, and still sees its last words', async (t) => {
  const { pipe, viewer } = await setUp(t);
  await scrollBack(viewer);
  const before = await inView(viewer);
  await printLines(pipe, 1, 5);
  await counts(viewer, '5 new lines');
  await pipe.close();
  await viewer.isIn('ended');
  assert.deepEqual(await inView(viewer), before);
  assert.equal(await count(viewer), '5 new lines');
  await viewer.page.locator('.jump').click();
  await viewer.seesRow('new 5');
  await isGone(viewer);
});
