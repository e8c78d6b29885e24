/** The arithmetic of sizes, over many windows, grids, pixel ratios and fonts. */

import assert from 'node:assert/strict';
import test from 'node:test';
import {
  COLS, PADDING, ROWS, baseFontSize, place, planFit, proposeGrid,
} from '../../../assets/js/fit.js';

/** Fonts as measured: exact proportions, and one whose line height comes in whole pixels. */
const FONTS = {
  'DejaVu Sans Mono': (size) => ({ width: size * 0.60205, height: size * 1.16406 }),
  'wide and low': (size) => ({ width: size * 0.65, height: size * 1.0 }),
  'whole lines': (size) => ({ width: size * 0.55, height: Math.round(size * 0.95) + Math.round(size * 0.25) }),
};

const WINDOWS = [[1280, 800], [2560, 1440], [390, 844], [844, 390], [1920, 1080], [1366, 768], [800, 600], [3840, 2160]];
const GRIDS = [[80, 24], [100, 30], [120, 36], [132, 43], [200, 60], [40, 12], [237, 61]];
const RATIOS = [1, 1.25, 1.5, 2, 3];

function eachSituation(check) {
  for (const [font, measure] of Object.entries(FONTS)) {
    for (const [width, height] of WINDOWS) {
      for (const ratio of RATIOS) {
        for (const renderer of ['webgl', 'dom']) {
          check({ window: { width, height }, ratio, measure, renderer }, `${font}, ${width}x${height} @${ratio}, ${renderer}`);
        }
      }
    }
  }
}

/** What xterm.js makes of a plan: its layout, in CSS pixels, before scaling. */
function layout(plan, { grid, ratio, measure, renderer }) {
  const char = measure(plan.fontSize);
  const charWidth = renderer === 'webgl' ? Math.floor(char.width * ratio) : char.width * ratio;
  const cell = {
    width: charWidth + Math.round(plan.letterSpacing),
    height: Math.floor(Math.ceil(char.height * ratio) * plan.lineHeight),
  };
  return {
    width: Math.round((grid.cols * cell.width) / ratio),
    height: Math.round((grid.rows * cell.height) / ratio),
  };
}

function leftOver(situation) {
  const plan = planFit(situation);
  const size = layout(plan, situation);
  return {
    plan,
    width: situation.window.width - size.width * plan.scale.x,
    height: situation.window.height - size.height * plan.scale.y,
  };
}

test('no grid is ever cut, in any window', () => {
  eachSituation((situation, name) => {
    for (const [cols, rows] of GRIDS) {
      const left = leftOver({ ...situation, grid: { cols, rows } });
      // Half a pixel more than nothing: xterm.js rounds its layout to whole CSS pixels.
      assert.ok(left.width >= -0.5 && left.height >= -0.5, `${cols}x${rows} in ${name}: ${JSON.stringify(left)}`);
    }
  });
});

test('a grid fills the window to less than one cell in the direction that limits it', () => {
  eachSituation((situation, name) => {
    for (const [cols, rows] of GRIDS) {
      const left = leftOver({ ...situation, grid: { cols, rows } });
      const { cell } = left.plan;
      const isFilled = left.width <= cell.width + 2 * PADDING + 1 || left.height <= cell.height + 2 * PADDING + 1;
      assert.ok(isFilled, `${cols}x${rows} in ${name}: ${JSON.stringify(left)}`);
    }
  });
});

test('common grids in common windows fill them in both directions', () => {
  const measure = FONTS['DejaVu Sans Mono'];
  for (const [width, height] of [[1280, 800], [2560, 1440]]) {
    for (const [cols, rows] of [[100, 30], [120, 36]]) {
      for (const renderer of ['webgl', 'dom']) {
        const left = leftOver({ window: { width, height }, grid: { cols, rows }, ratio: 1, measure, renderer });
        const { cell } = left.plan;
        assert.ok(left.width <= cell.width + 2 * PADDING + 1, `${cols}x${rows} in ${width}: ${left.width}`);
        assert.ok(left.height <= cell.height + 2 * PADDING + 1, `${cols}x${rows} in ${height}: ${left.height}`);
      }
    }
  }
});

test('the grid that a window proposes fills it without scaling', () => {
  eachSituation((situation, name) => {
    const grid = proposeGrid(situation.window, situation.measure, situation.ratio);
    const left = leftOver({ ...situation, grid });
    const { cell, scale } = left.plan;
    if (situation.renderer === 'webgl') assert.deepEqual(scale, { x: 1, y: 1 }, name);
    assert.ok(left.width <= cell.width + 2 * PADDING + 1, `${name}: ${left.width} of ${cell.width}`);
    assert.ok(left.height <= cell.height + 2 * PADDING + 1, `${name}: ${left.height} of ${cell.height}`);
  });
});

test('scaling is never far from what was drawn: glyphs keep their shape', () => {
  eachSituation((situation, name) => {
    for (const [cols, rows] of GRIDS) {
      const { scale } = planFit({ ...situation, grid: { cols, rows } });
      const distortion = scale.x / scale.y;
      assert.ok(distortion < 1.5 && distortion > 1 / 1.5, `${cols}x${rows} in ${name}: ${JSON.stringify(scale)}`);
    }
  });
});

test('letter spacing is a whole number and never negative, line height never below one', () => {
  eachSituation((situation, name) => {
    for (const [cols, rows] of GRIDS) {
      const { letterSpacing, lineHeight, fontSize } = planFit({ ...situation, grid: { cols, rows } });
      assert.ok(Number.isInteger(letterSpacing) && letterSpacing >= 0, `${cols}x${rows} in ${name}: ${letterSpacing}`);
      assert.ok(lineHeight >= 1, name);
      assert.ok(fontSize > 0 && Number.isFinite(fontSize), name);
    }
  });
});

test('the canvas stays within what graphics hardware takes', () => {
  eachSituation((situation, name) => {
    for (const [cols, rows] of [...GRIDS, [500, 200]]) {
      const grid = { cols, rows };
      const size = layout(planFit({ ...situation, grid }), { ...situation, grid });
      const sides = [size.width * situation.ratio, size.height * situation.ratio];
      assert.ok(Math.max(...sides) <= 16_384, `${cols}x${rows} in ${name}: ${sides}`);
    }
  });
});

test('extreme grids and windows still give a plan', () => {
  const measure = FONTS['DejaVu Sans Mono'];
  for (const window of [{ width: 1, height: 1 }, { width: 0, height: 0 }, { width: 10_000, height: 50 }]) {
    for (const grid of [{ cols: 2, rows: 1 }, { cols: 2000, rows: 1000 }, { cols: 2, rows: 1000 }]) {
      for (const renderer of ['webgl', 'dom']) {
        const plan = planFit({ window, grid, ratio: 1, measure, renderer });
        for (const value of [plan.fontSize, plan.letterSpacing, plan.lineHeight, plan.scale.x, plan.scale.y]) {
          assert.ok(Number.isFinite(value), JSON.stringify({ window, grid, plan }));
        }
        assert.ok(plan.fontSize > 0 && plan.scale.x > 0 && plan.scale.y > 0);
      }
    }
  }
});

test('a proposal stays within the sizes that the server accepts', () => {
  for (const [, measure] of Object.entries(FONTS)) {
    for (const window of [{ width: 0, height: 0 }, { width: 5, height: 5 }, { width: 1e6, height: 1e6 }]) {
      const { cols, rows } = proposeGrid(window, measure, 1);
      assert.ok(cols >= COLS.least && cols <= COLS.most);
      assert.ok(rows >= ROWS.least && rows <= ROWS.most);
    }
  }
});

test('a phone gets a smaller font, so that forty columns fit; a desktop the usual one', () => {
  const measure = FONTS['DejaVu Sans Mono'];
  assert.equal(baseFontSize({ width: 1280, height: 800 }, measure), 15);
  for (const width of [320, 360, 390, 430]) {
    const { cols } = proposeGrid({ width, height: 800 }, measure, 3);
    assert.ok(cols >= 40, `${cols} columns in ${width} pixels`);
  }
});

test('what is left over is shared evenly between both sides', () => {
  assert.deepEqual(place({ width: 1280, height: 800 }, { width: 1269, height: 792 }, { x: 1, y: 1 }, 1), { x: 5, y: 4 });
  assert.deepEqual(place({ width: 100, height: 100 }, { width: 180, height: 190 }, { x: 0.5, y: 0.5 }, 2), { x: 5, y: 2.5 });
});

test('a grid larger than the window starts at its corner', () => {
  assert.deepEqual(place({ width: 100, height: 100 }, { width: 101, height: 102 }, { x: 1, y: 1 }, 1), { x: 0, y: 0 });
});
