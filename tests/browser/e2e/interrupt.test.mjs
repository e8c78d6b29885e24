/** Whoever interrupts a flood sees it end at once: nothing of it is queued up on the way. */

import assert from 'node:assert/strict';
import test from 'node:test';
import { openPage, startBrowser } from '../support/browser.mjs';
import { layCable } from '../support/cable.mjs';
import { eventually } from '../support/eventually.mjs';
import { SHELL, startWebterm } from '../support/webterm.mjs';

/** By then, the server knows how fast the page is; and a slow page has been shown the present instead of all of it. */
const IN_FULL_SWING = 3_000_000;

/** Bytes a second. Up to 64 KiB may come late, which at the slowest rate takes a while. */
for (const { name, rate, within } of [
  { name: 'on a fast connection', rate: Infinity, within: 500 },
  { name: 'at 1 MB/s', rate: 1_000_000, within: 1_000 },
  { name: 'at 1 Mbit/s', rate: 1_000_000 / 8, within: 2_000 },
]) {
  test(`Ctrl-C stops what is shown of a flood, ${name}`, async (t) => {
    const { url } = await startWebterm(t, '-w', '--size', '100x30', ...SHELL);
    const cable = await layCable(t, url);
    const viewer = await openPage(t, await startBrowser(t), cable.url, { isTolerant: true });
    await viewer.isIn('live');
    cable.slowDown(rate);
    await viewer.enter('yes');
    await eventually('the flood is in full swing', () => acknowledged(viewer) > IN_FULL_SWING);
    assert.equal((await viewer.rows())[0], 'y');
    await watchForPrompt(viewer);
    await viewer.press('Control+c');
    const took = await viewer.page.evaluate(() => window.promptAfter);
    t.diagnostic(`the prompt is there after ${Math.round(took)} ms`);
    assert.ok(took < within, `${Math.round(took)} ms`);
    await viewer.enter('echo still-$((1))');
    await viewer.seesRow('still-1');
  });
}

function acknowledged(viewer) {
  return viewer.sent.findLast(([name]) => name === 'ack')?.[1] ?? 0;
}

/** Measures in the page, from the key to the picture, so that the test's own way there doesn't count. */
function watchForPrompt(viewer) {
  return viewer.page.evaluate(() => {
    window.promptAfter = new Promise((resolve) => {
      const { terminal } = document.getElementById('stage');
      window.addEventListener('keydown', ({ key }) => {
        if (key !== 'c') return;
        const pressed = performance.now();
        const look = () => {
          const { active } = terminal.buffer;
          const row = active.getLine(active.baseY + active.cursorY).translateToString(true);
          if (row.startsWith('$')) resolve(performance.now() - pressed);
          else requestAnimationFrame(look);
        };
        look();
      }, { capture: true });
    });
  });
}
