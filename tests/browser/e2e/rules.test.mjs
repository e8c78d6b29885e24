/** The page keeps to its Content-Security-Policy and to its server, whichever renderer draws. */

import assert from 'node:assert/strict';
import test from 'node:test';
import { openPage, startBrowser } from '../support/browser.mjs';
import { eventually } from '../support/eventually.mjs';
import { startWebterm } from '../support/webterm.mjs';

/** Everything that makes xterm.js style something: colours of all kinds, attributes, links, cursors, scrolling. */
const COLOURFUL = ['bash', '-c', String.raw`
  for i in $(seq 0 255); do printf '\e[38;5;%dm%d\e[48;5;%dm \e[0m' $i $i $i; done
  for i in $(seq 0 8 255); do printf '\e[38;2;%d;9;200;48;2;9;%d;90mx' $i $i; done
  printf '\e[0m\n\e[1mb\e[2md\e[3mi\e[4mu\e[4:3mc\e[58;2;255;0;0mc\e[5mb\e[7mr\e[8mh\e[9ms\e[53mo\e[0m\n'
  printf '\e]8;;https://example.org/\alink\e]8;;\a and https://example.com/path\n'
  for i in 1 2 3 4 5 6; do printf '\e[%d q' $i; done
  seq 1 200; echo ready; sleep 1000`];

for (const renderer of ['webgl', 'dom']) {
  test(`nothing offends the policy or another host, drawn by ${renderer}`, async (t) => {
    const { url } = await startWebterm(t, '-w', ...COLOURFUL);
    const viewer = await openPage(t, await startBrowser(t, renderer), url);
    await viewer.page.evaluate(() => {
      window.violations = [];
      document.addEventListener('securitypolicyviolation', ({ violatedDirective }) => window.violations.push(violatedDirective));
    });
    await viewer.sees('ready');
    assert.equal(await viewer.renderer(), renderer);
    await viewer.page.mouse.move(300, 300);
    await viewer.page.mouse.wheel(0, -5000);
    await viewer.page.mouse.move(40, 40, { steps: 5 });
    await viewer.page.mouse.down();
    await viewer.page.mouse.move(600, 300, { steps: 5 });
    await viewer.page.mouse.up();
    await viewer.page.setViewportSize({ width: 900, height: 600 });
    await eventually('the window has been filled anew', async () => {
      const { right, cell } = await viewer.geometry();
      return right < cell.width * 2;
    });
    assert.deepEqual(await viewer.page.evaluate(() => window.violations), []);
    assert.deepEqual(viewer.complaints, []);
  });
}

test('true colours are shown by the renderer that sets text, too', async (t) => {
  const { url } = await startWebterm(t, 'bash', '-c', String.raw`printf '\e[38;2;1;200;3mcoloured\e[0m\n'; sleep 1000`);
  const viewer = await openPage(t, await startBrowser(t, 'dom'), url);
  await viewer.sees('coloured');
  await eventually('it is green', () => viewer.page.evaluate(() => (
    [...document.querySelectorAll('.xterm-rows span')]
      .some((span) => span.textContent === 'coloured' && getComputedStyle(span).color === 'rgb(1, 200, 3)')
  )));
});

test('when the WebGL context is lost for good, the page goes on without it', async (t) => {
  const { url } = await startWebterm(t, '-w', 'cat');
  const viewer = await openPage(t, await startBrowser(t, 'webgl'), url, { isTolerant: true });
  await viewer.isIn('live');
  assert.equal(await viewer.renderer(), 'webgl');
  await viewer.page.evaluate(() => {
    for (const canvas of document.querySelectorAll('.xterm-screen canvas')) {
      canvas.getContext('webgl2')?.getExtension('WEBGL_lose_context').loseContext();
    }
  });
  await eventually('the other renderer draws', async () => (await viewer.renderer()) === 'dom');
  await viewer.enter('still here');
  await viewer.page.waitForSelector('.xterm-rows >> text=still here');
  viewer.complaints.length = 0; // xterm.js says on the console what happened.
});

test('a link opens in a window of its own that knows nothing of this one', async (t) => {
  const { url } = await startWebterm(t, 'bash', '-c', String.raw`printf '\e]8;;https://example.org/hidden\aclick here\e]8;;\a\n'; sleep 1000`);
  const viewer = await openPage(t, await startBrowser(t), url);
  await viewer.sees('click here');
  await viewer.page.evaluate(() => {
    window.opened = [];
    window.open = (...args) => { window.opened.push(args); };
  });
  const { left, top, cell } = await viewer.geometry();
  const spot = [left + 2.5 * cell.width, top + 0.5 * cell.height];
  await viewer.page.mouse.move(...spot, { steps: 3 });
  await viewer.page.waitForSelector('#status >> text=https://example.org/hidden');
  await viewer.page.mouse.click(...spot);
  const opened = await eventually('it is opened', () => viewer.page.evaluate(() => window.opened[0]));
  assert.deepEqual(opened, ['https://example.org/hidden', '_blank', 'noopener,noreferrer']);
});
