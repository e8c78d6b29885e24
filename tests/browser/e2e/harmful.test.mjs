/** Output that hangs or kills a bare xterm.js is made harmless on its way: the page goes on showing. */

import assert from 'node:assert/strict';
import test from 'node:test';
import { openPage, startBrowser } from '../support/browser.mjs';
import { SHELL, startWebterm } from '../support/webterm.mjs';

/** Far more than any of these takes when it is harmless, far less than it takes when it isn't. */
const RESPONSIVE_MS = 5_000;

const SEQUENCES = {
  'a character repeated two thousand million times': String.raw`x\e[2147483647b`,
  'a million lines scrolled up': String.raw`\e[1000000S`,
  'a million lines scrolled down': String.raw`\e[1000000T`,
  'a million lines inserted': String.raw`\e[H\e[1000000L`,
  'a million lines deleted': String.raw`\e[H\e[1000000M`,
  'a million characters inserted, deleted and erased': String.raw`\e[1000000@\e[1000000P\e[1000000X`,
  'a million tab stops forward and back': String.raw`\e[1000000I\e[1000000Z`,
  'an erasure from the last cell to the first, of a screen that has not scrolled': String.raw`\e[24;80H\e[1J`,
};

for (const [name, sequence] of Object.entries(SEQUENCES)) {
  test(`${name} does no harm`, async (t) => {
    const { url } = await startWebterm(t, '-w', '--size', '80x24', ...SHELL);
    const browser = await startBrowser(t);
    const viewer = await openPage(t, browser, url);
    await viewer.isIn('live');
    const begin = performance.now();
    // In one go with what follows, and thrice, as a program under a user's eyes may well print it again.
    await viewer.enter(String.raw`for i in 1 2 3; do printf '${sequence}'; done; printf '\e[H\e[2Jalive-%d\n' $((1))`);
    await viewer.seesRow('alive-1');
    await viewer.enter('echo answers-$((1))');
    await viewer.seesRow('answers-1');
    const duration = performance.now() - begin;
    assert.ok(duration < RESPONSIVE_MS, `it took ${Math.round(duration)} ms`);
    const late = await openPage(t, browser, url);
    await late.seesRow('answers-1');
    await late.showsTheSameAs(viewer);
  });
}
