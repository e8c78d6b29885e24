/** Each viewer has a terminal of his own: it is found again within the grace, and begun anew after its end. */

import assert from 'node:assert/strict';
import test from 'node:test';
import { openPage, startBrowser } from '../support/browser.mjs';
import { layCable } from '../support/cable.mjs';
import { eventually } from '../support/eventually.mjs';
import { SHELL, startWebterm } from '../support/webterm.mjs';

const OWN = ['--mode', 'per-viewer'];
const NEW_ONE = 'Your earlier terminal is gone; this is a new one';

const notices = (viewer) => viewer.page.locator('#status .pill.shown').allTextContents();

/** The shell's process, by which one terminal is told from another. */
async function shellOf(viewer) {
  await viewer.enter('clear; echo "shell-$$-"');
  const found = await eventually('the shell says its number', async () => (await viewer.text()).match(/shell-(\d+)-/));
  return found[1];
}

test('each page has a terminal of its own, in the size of its window', async (t) => {
  const { url } = await startWebterm(t, '-w', ...OWN, ...SHELL);
  const browser = await startBrowser(t);
  const one = await openPage(t, browser, url);
  const other = await openPage(t, browser, url, { viewport: { width: 640, height: 400 } });
  await one.isIn('live');
  await other.isIn('live');
  assert.notEqual(await shellOf(one), await shellOf(other));
  assert.ok((await other.grid()).cols < (await one.grid()).cols);
  await other.enter('clear; stty size');
  const { cols, rows } = await other.grid();
  await other.seesRow(`${rows} ${cols}`);
});

test('loaded again within the grace, a page comes back to its terminal, screen and all', async (t) => {
  const { url } = await startWebterm(t, '-w', ...OWN, ...SHELL);
  const viewer = await openPage(t, await startBrowser(t), url);
  await viewer.isIn('live');
  const shell = await shellOf(viewer);
  await viewer.enter('echo before-$((1))');
  await viewer.seesRow('before-1');
  await viewer.page.reload();
  await viewer.isIn('live');
  await viewer.seesRow('before-1');
  assert.ok(!(await notices(viewer)).includes(NEW_ONE));
  assert.equal(await shellOf(viewer), shell);
});

test('a page that was cut off within the grace goes on in its terminal', async (t) => {
  const { url } = await startWebterm(t, '-w', ...OWN, ...SHELL);
  const cable = await layCable(t, url);
  const viewer = await openPage(t, await startBrowser(t), cable.url, { isTolerant: true });
  await viewer.isIn('live');
  const shell = await shellOf(viewer);
  cable.pull();
  await viewer.isIn('reconnecting');
  cable.plugIn();
  await viewer.isIn('live');
  assert.equal(await shellOf(viewer), shell);
});

test('loaded again after the grace, a page has a new terminal, and says so', async (t) => {
  const { url } = await startWebterm(t, '-w', ...OWN, '--grace', '1', ...SHELL);
  const viewer = await openPage(t, await startBrowser(t), url);
  await viewer.isIn('live');
  const shell = Number(await shellOf(viewer));
  await viewer.page.goto('about:blank');
  await eventually('the shell has ended', () => hasEnded(shell));
  await viewer.page.goto(url);
  await viewer.isIn('live');
  await eventually('it is said', async () => (await notices(viewer)).includes(NEW_ONE));
  assert.notEqual(Number(await shellOf(viewer)), shell);
});

test('cut off for longer than the grace, a page has a new terminal, and says so', async (t) => {
  const { url } = await startWebterm(t, '-w', ...OWN, '--grace', '1', ...SHELL);
  const cable = await layCable(t, url);
  const viewer = await openPage(t, await startBrowser(t), cable.url, { isTolerant: true });
  await viewer.isIn('live');
  const shell = Number(await shellOf(viewer));
  cable.pull();
  await eventually('the shell has ended', () => hasEnded(shell));
  cable.plugIn();
  await viewer.isIn('live');
  await eventually('it is said', async () => (await notices(viewer)).includes(NEW_ONE));
  assert.doesNotMatch(await viewer.text(), new RegExp(`shell-${shell}-`));
});

test('after the program\'s end a new one is offered, by Enter and by a click', async (t) => {
  const { url } = await startWebterm(t, '-w', ...OWN, ...SHELL);
  const viewer = await openPage(t, await startBrowser(t), url);
  await viewer.isIn('live');
  const shells = [await shellOf(viewer)];
  for (const take of [() => viewer.press('Enter'), () => viewer.page.click('.offer')]) {
    await viewer.enter('exit 3');
    await viewer.isIn('ended');
    assert.match(await viewer.status(), /Ended with status 3/);
    assert.equal(await viewer.page.textContent('.offer.shown .pill-text'), 'Start a new terminal');
    await eventually('it is taken', async () => {
      if ((await viewer.state()) === 'ended') await take();
      return (await viewer.state()) === 'live';
    });
    assert.equal(await viewer.page.locator('.offer.shown').count(), 0);
    shells.push(await shellOf(viewer));
    assert.deepEqual((await notices(viewer)).filter((text) => text === NEW_ONE), []);
  }
  assert.equal(new Set(shells).size, 3);
});

test('a page that is loaded again after the program\'s end has a new terminal without a word', async (t) => {
  const { url } = await startWebterm(t, '-w', ...OWN, ...SHELL);
  const viewer = await openPage(t, await startBrowser(t), url);
  await viewer.isIn('live');
  const shell = await shellOf(viewer);
  await viewer.enter('exit');
  await viewer.isIn('ended');
  await viewer.page.reload();
  await viewer.isIn('live');
  assert.notEqual(await shellOf(viewer), shell);
  assert.ok(!(await notices(viewer)).includes(NEW_ONE));
});

test('a browser that keeps nothing for a page has a terminal all the same', async (t) => {
  const { url } = await startWebterm(t, '-w', ...OWN, ...SHELL);
  const viewer = await openPage(t, await startBrowser(t), url);
  await viewer.page.addInitScript(() => {
    Object.defineProperty(window, 'sessionStorage', { get() { throw new DOMException('refused', 'SecurityError'); } });
  });
  await viewer.page.reload();
  await viewer.isIn('live');
  await shellOf(viewer);
});

test('who may only look has a terminal of his own, too, and a new one after its end', async (t) => {
  const { url } = await startWebterm(t, ...OWN, 'bash', '-c', 'echo "mine $$ mine"; sleep 0.5');
  const viewer = await openPage(t, await startBrowser(t), url);
  await viewer.sees('mine');
  await viewer.isIn('ended');
  const before = await viewer.text();
  await viewer.page.click('.offer');
  await eventually('another one is there', async () => {
    const text = await viewer.text();
    return text.includes('mine') && text !== before;
  });
});

/** Whether there is no such process any more. */
function hasEnded(pid) {
  try {
    process.kill(pid, 0);
    return false;
  } catch {
    return true;
  }
}
