/**
 * The arithmetic of sizes: which grid a window can hold, and how a given grid fills a window.
 *
 * Pure: knows no DOM and no terminal. All lengths are CSS pixels unless named "device". A device pixel
 * is 1/ratio of a CSS pixel; xterm.js' WebGL renderer lays its cells out on whole device pixels.
 *
 * Filling works in two steps. The font size, letter spacing and line height come as near as whole pixels
 * allow. Where that would leave more than one cell unused (120 columns in 1280 pixels: 10 of the 10.67
 * pixels per cell), the grid is drawn somewhat larger than needed and scaled down to fit exactly.
 */

export const COLS = { least: 2, most: 2000 };
export const ROWS = { least: 1, most: 1000 };

/** What stays free along each edge of the window, so that letters don't touch it. */
export const PADDING = 2;

/** The font size that a viewer proposes a grid for, and its bounds on narrow windows. */
const BASE_FONT = { size: 15, least: 9 };

/** On a phone the base font shrinks until at least so many columns fit. */
const NARROW_COLS = 42;

/** How far cells may be wider and higher than the font asks for before it looks torn apart. */
const STRETCH = { width: 1.35, height: 1.5 };

/** Cells higher than this many device pixels are drawn smaller and scaled up: the glyph atlas is finite. */
const LARGEST_CELL_DEVICE = 160;

/** No canvas beyond this: the limits of common graphics hardware, and a sensible amount of memory. */
const CANVAS_DEVICE = { side: 8192, area: 18e6 };

/** From this pixel ratio on, scaling down by a few percent can't be seen; below, draw twice as large. */
const FINE_RATIO = 2;

/** Keeps sums of floating point numbers on the right side of floor and ceil. */
const HAIR = 0.02;

/**
 * @typedef {{width: number, height: number}} Size
 * @typedef {{cols: number, rows: number}} Grid
 * @typedef {(fontSize: number) => Size} Measure  advance width and line height of the font
 */

/** The part of a window that the grid may use. */
export function usable(window) {
  return {
    width: Math.max(1, window.width - 2 * PADDING),
    height: Math.max(1, window.height - 2 * PADDING),
  };
}

/** @returns {number} the font size at which this window's own grid is laid out */
export function baseFontSize(window, measure) {
  const advance = measure(BASE_FONT.size).width / BASE_FONT.size;
  const narrow = usable(window).width / (NARROW_COLS * advance);
  return clamp(Math.floor(narrow * 2) / 2, BASE_FONT.least, BASE_FONT.size);
}

/**
 * The grid that fills a window at the base font size.
 *
 * @param {Size} window
 * @param {Measure} measure
 * @param {number} ratio  device pixels per CSS pixel
 * @returns {Grid}
 */
export function proposeGrid(window, measure, ratio) {
  const char = deviceChar(measure, baseFontSize(window, measure), ratio);
  const { width, height } = usable(window);
  return {
    cols: clamp(Math.floor((width * ratio) / char.width), COLS.least, COLS.most),
    rows: clamp(Math.floor((height * ratio) / char.height), ROWS.least, ROWS.most),
  };
}

/**
 * How xterm.js has to be set, and by how much its layout then has to be scaled, so that the grid fills
 * the window.
 *
 * @param {object} situation
 * @param {Size} situation.window
 * @param {Grid} situation.grid
 * @param {number} situation.ratio
 * @param {Measure} situation.measure
 * @param {'webgl' | 'dom'} situation.renderer
 * @returns {{fontSize: number, letterSpacing: number, lineHeight: number, cell: Size, scale: {x: number, y: number}}}
 *   `cell` is the size of a cell in the window, after scaling
 */
export function planFit({ window, grid, ratio, measure, renderer }) {
  const cell = wantedCell(usable(window), grid, measure);
  const plan = renderer === 'webgl' ? planPixels : planText;
  return plan(cell, grid, ratio, measure);
}

/**
 * Where the grid goes: in the middle, on whole device pixels.
 *
 * @param {Size} window
 * @param {Size} layout  the grid as xterm.js laid it out, before scaling
 * @param {{x: number, y: number}} scale
 */
export function place(window, layout, scale, ratio) {
  const snap = (length) => Math.max(0, Math.floor((length / 2) * ratio) / ratio);
  return {
    x: snap(window.width - layout.width * scale.x),
    y: snap(window.height - layout.height * scale.y),
  };
}

/** The largest cell at which the grid fits; it may exceed the font's own shape only so far. */
function wantedCell(area, grid, measure) {
  const room = { width: area.width / grid.cols, height: area.height / grid.rows };
  const perEm = divide(measure(100), 100);
  const font = Math.min(room.width / perEm.width, room.height / perEm.height);
  return {
    width: Math.min(room.width, font * perEm.width * STRETCH.width),
    height: Math.min(room.height, font * perEm.height * STRETCH.height),
  };
}

/** For a renderer that draws cells of whole device pixels. */
function planPixels(cell, grid, ratio, measure) {
  const whole = { width: Math.floor(cell.width * ratio), height: Math.floor(cell.height * ratio) };
  if (isDrawable(whole) && leavesLessThanOneCell(whole, cell, grid, ratio)) {
    return { ...pixelOptions(whole, ratio, measure), cell: divide(whole, ratio), scale: { x: 1, y: 1 } };
  }
  const drawn = enlarged(cell, grid, ratio);
  return { ...pixelOptions(drawn, ratio, measure), cell, scale: scaleTo(cell, drawn, ratio) };
}

/** For a renderer that sets text: cells may have any width, and text stays sharp when it is scaled. */
function planText(cell, grid, ratio, measure) {
  const options = textOptions(cell, ratio, measure);
  const char = measure(options.fontSize);
  const drawn = {
    width: char.width * ratio + options.letterSpacing,
    height: Math.floor(Math.ceil(char.height * ratio) * options.lineHeight),
  };
  if (leavesLessThanOneCell(drawn, cell, grid, ratio)) {
    return { ...options, cell: divide(drawn, ratio), scale: { x: 1, y: 1 } };
  }
  return { ...options, cell, scale: scaleTo(cell, drawn, ratio) };
}

function scaleTo(cell, drawn, ratio) {
  return { x: (cell.width * ratio) / drawn.width, y: (cell.height * ratio) / drawn.height };
}

function leavesLessThanOneCell(drawn, cell, grid, ratio) {
  return grid.cols * (cell.width * ratio - drawn.width) <= drawn.width
    && grid.rows * (cell.height * ratio - drawn.height) <= drawn.height;
}

function isDrawable({ width, height }) {
  return width >= 2 && height >= 3 && height <= LARGEST_CELL_DEVICE;
}

/** The cell, in device pixels, that is drawn to be scaled down to `cell`. */
function enlarged(cell, grid, ratio) {
  const times = (factor) => ({
    width: Math.max(2, Math.ceil(cell.width * ratio * factor - HAIR)),
    height: Math.max(3, Math.ceil(cell.height * ratio * factor - HAIR)),
  });
  const factors = ratio >= FINE_RATIO ? [1] : [2, 1.5, 1];
  const affordable = factors.map(times).find((drawn) => isDrawable(drawn) && isAffordable(drawn, grid));
  return affordable ?? times(Math.min(1, LARGEST_CELL_DEVICE / (cell.height * ratio)));
}

function isAffordable(drawn, grid) {
  const width = drawn.width * grid.cols;
  const height = drawn.height * grid.rows;
  return Math.max(width, height) <= CANVAS_DEVICE.side && width * height <= CANVAS_DEVICE.area;
}

/** The options that make the WebGL renderer lay out cells of exactly this many device pixels. */
function pixelOptions(device, ratio, measure) {
  const perEm = divide(measure(100), 100);
  const widest = (device.width + HAIR) / (perEm.width * ratio);
  const { fontSize, char } = highestFont(widest, device.height, ratio, measure);
  return {
    fontSize,
    letterSpacing: device.width - char.width,
    lineHeight: lineHeight(device.height, char.height),
  };
}

/** The options that make the DOM renderer lay out cells of this size, or slightly narrower. */
function textOptions(cell, ratio, measure) {
  const perEm = divide(measure(100), 100);
  const height = Math.max(3, Math.floor(cell.height * ratio + HAIR));
  const { fontSize, char } = highestFont(cell.width / perEm.width, height, ratio, measure);
  return {
    fontSize,
    letterSpacing: Math.max(0, Math.floor((cell.width - measure(fontSize).width) * ratio + HAIR)),
    lineHeight: lineHeight(height, char.height),
  };
}

/** The largest font, up to `widest`, whose line is no higher than so many device pixels. */
function highestFont(widest, height, ratio, measure) {
  const perEm = divide(measure(100), 100);
  let fontSize = Math.min(widest, (height - HAIR) / (perEm.height * ratio));
  // Fonts round their line height, so a size can come out a pixel higher than the proportion says.
  while (deviceChar(measure, fontSize, ratio).height > height && fontSize > 1) fontSize -= 0.1;
  return { fontSize, char: deviceChar(measure, fontSize, ratio) };
}

/** xterm.js multiplies and rounds down; half a pixel more keeps it from rounding to one less. */
function lineHeight(wanted, natural) {
  return wanted <= natural ? 1 : (wanted + 0.5) / natural;
}

/** A character's box as xterm.js rounds it: width down, height up. */
function deviceChar(measure, fontSize, ratio) {
  const { width, height } = measure(fontSize);
  return {
    width: Math.max(1, Math.floor(width * ratio)),
    height: Math.max(1, Math.ceil(height * ratio)),
  };
}

function divide({ width, height }, by) {
  return { width: width / by, height: height / by };
}

function clamp(value, least, most) {
  return Math.min(most, Math.max(least, value));
}
