/** The grid fills every window, and only who may write has a say in its size. */

import assert from 'node:assert/strict';
import test from 'node:test';
import { openPage, startBrowser } from '../support/browser.mjs';
import { eventually } from '../support/eventually.mjs';
import { SHELL, startWebterm } from '../support/webterm.mjs';

const DESKTOP = { width: 1280, height: 800 };
const LARGE = { width: 2560, height: 1440 };
const PHONE = { width: 390, height: 844 };
const PHONE_ON_ITS_SIDE = { width: 844, height: 390 };
const LOOP = ['bash', '-c', 'while sleep 0.05; do stty size; done'];

for (const renderer of ['webgl', 'dom']) {
  test(`a writer's own grid fills its window, drawn by ${renderer}`, async (t) => {
    const browser = await startBrowser(t, renderer);
    for (const viewport of [DESKTOP, LARGE, PHONE]) {
      const { url } = await startWebterm(t, '-w', ...SHELL);
      const viewer = await openPage(t, browser, url, { viewport });
      await viewer.isIn('live');
      await isFilled(viewer, { across: true, down: true });
      const { cols } = await viewer.grid();
      assert.ok(cols >= 40, `${cols} columns`);
      await viewer.page.close();
    }
  });

  test(`a fixed grid fills every window, drawn by ${renderer}`, async (t) => {
    const browser = await startBrowser(t, renderer);
    for (const [cols, rows] of [[100, 30], [120, 36]]) {
      const { url } = await startWebterm(t, '--size', `${cols}x${rows}`, ...SHELL);
      for (const viewport of [DESKTOP, LARGE, PHONE, PHONE_ON_ITS_SIDE]) {
        const viewer = await openPage(t, browser, url, { viewport });
        await viewer.hasGrid(cols, rows);
        // A wide grid on an upright phone can only fill the width.
        await isFilled(viewer, { across: true, down: viewport !== PHONE });
        await viewer.page.close();
      }
    }
  });
}

test('a fixed grid fills the window at other pixel ratios as well', async (t) => {
  const browser = await startBrowser(t, 'webgl');
  const { url } = await startWebterm(t, '--size', '120x36', ...SHELL);
  for (const deviceScaleFactor of [1.5, 2, 3]) {
    const viewer = await openPage(t, browser, url, { viewport: DESKTOP, deviceScaleFactor });
    await viewer.hasGrid(120, 36);
    await isFilled(viewer, { across: true, down: true });
    await viewer.page.close();
  }
});

test('the picture is drawn to its corners where a pixel ratio is emulated', async (t) => {
  const browser = await startBrowser(t, 'webgl');
  const { url } = await startWebterm(t, '--size', '120x36', 'bash', '-c', String.raw`printf '\e[?25l\e[41m \e[36;120H '; sleep 1000`);
  const viewer = await openPage(t, browser, url, { viewport: PHONE, deviceScaleFactor: 3 });
  await viewer.hasGrid(120, 36);
  await isFilled(viewer, { across: true, down: false });
  const { left, top, right, bottom, window } = await viewer.geometry();
  const corners = [[left + 1, top + 3], [window.width - right - 2, window.height - bottom - 4]];
  for (const [x, y] of corners) {
    await eventually(`it is red at ${x}, ${y}`, async () => {
      const shot = await viewer.page.screenshot({ clip: { x, y, width: 1, height: 1 } });
      const [red, green] = await firstPixel(viewer.page, shot);
      return red > 150 && green < 150;
    });
  }
});

test("a window resize of the writer reaches the program, and the page's grid follows", async (t) => {
  const { url } = await startWebterm(t, '-w', ...LOOP);
  const viewer = await openPage(t, await startBrowser(t), url, { viewport: DESKTOP });
  await viewer.isIn('live');
  const before = await ownGrid(viewer);
  await viewer.page.setViewportSize({ width: 900, height: 500 });
  await eventually('the grid is smaller', async () => (await viewer.grid()).cols < before.cols);
  const after = await ownGrid(viewer);
  assert.ok(after.rows < before.rows);
  await isFilled(viewer, { across: true, down: true });
});

test('a window resize of a viewer who may only look never reaches the program', async (t) => {
  const { url } = await startWebterm(t, ...LOOP);
  const viewer = await openPage(t, await startBrowser(t), url, { viewport: DESKTOP });
  await viewer.isIn('read-only');
  await viewer.seesRow('36 120');
  for (const viewport of [{ width: 700, height: 500 }, LARGE]) {
    await viewer.page.setViewportSize(viewport);
    await isFilled(viewer, { across: true, down: true });
    await screenfulPasses(viewer);
    assert.deepEqual(new Set((await viewer.rows()).filter(Boolean)), new Set(['36 120']));
  }
});

test('the smaller of two writers decides, until it leaves', async (t) => {
  const { url } = await startWebterm(t, '-w', ...LOOP);
  const browser = await startBrowser(t);
  const large = await openPage(t, browser, url, { viewport: DESKTOP });
  await large.isIn('live');
  const alone = await ownGrid(large);
  const small = await openPage(t, browser, url, { viewport: { width: 800, height: 600 } });
  await small.isIn('live');
  await eventually('the grid is smaller', async () => (await small.grid()).cols < alone.cols);
  const { cols, rows } = await ownGrid(small);
  await large.hasGrid(cols, rows);
  await isFilled(large, { across: true, down: true });
  await small.page.close();
  await large.hasGrid(alone.cols, alone.rows);
});

/** The grid, once it is no longer the one that webterm starts with and the program has been told the same. */
async function ownGrid(viewer) {
  let last;
  await eventually('program and page agree on the size', async () => {
    const { cols, rows } = await viewer.grid();
    last = { cols, rows };
    const isFirst = cols === 120 && rows === 36;
    return !isFirst && (await viewer.rows()).includes(`${rows} ${cols}`);
  });
  return last;
}

/** All columns and rows are in the window, nothing scrolls, and what is left over is less than a cell. */
async function isFilled(viewer, { across, down }) {
  let seen;
  const holds = async () => {
    seen = await viewer.geometry();
    const { left, top, right, bottom, cell, scrolls } = seen;
    const isWhole = [left, top, right, bottom].every((side) => side >= -0.5);
    const isWide = !across || left + right <= cell.width + 6;
    const isHigh = !down || top + bottom <= cell.height + 6;
    const isEven = Math.abs(left - right) <= 2 && Math.abs(top - bottom) <= 2;
    return isWhole && isWide && isHigh && isEven && !scrolls;
  };
  await eventually('the grid fills the window', holds).catch((error) => {
    throw new Error(`${error.message}: ${JSON.stringify(seen)}`);
  });
}

/** All that is on the screen afterwards was printed after this was called. */
async function screenfulPasses(viewer) {
  await viewer.page.evaluate(() => new Promise((resolve) => {
    const { terminal } = document.getElementById('stage');
    let lines = terminal.rows + 2;
    const counter = terminal.onLineFeed(() => {
      lines -= 1;
      if (lines > 0) return;
      counter.dispose();
      resolve();
    });
  }));
}

function firstPixel(page, png) {
  return page.evaluate(async (base64) => {
    const image = new Image();
    image.src = `data:image/png;base64,${base64}`;
    await image.decode();
    const context = new OffscreenCanvas(1, 1).getContext('2d');
    context.drawImage(image, 0, 0);
    return [...context.getImageData(0, 0, 1, 1).data];
  }, png.toString('base64'));
}
