/**
 * Draws a picture of a terminal's screen onto a canvas, as large as the canvas is on the page.
 *
 * Mirrors src/screen/picture.rs, which says what a picture is. Knows no terminal and no connection; colours
 * and type are those of the page's theme. What it is given may come from anywhere: text is drawn, and
 * nothing in it can do anything; what makes no sense is left out.
 */

import { readTheme } from './theme.js';

/** The font size that is drawn in; all is scaled from there. */
const FONT_SIZE = 16;

/** How faint dim text is, as in xterm.js. */
const DIM = 0.5;

/** No picture is larger: a server's are smaller. */
const MOST_COLS = 2000;
const MOST_ROWS = 1000;

/** The theme's 16 colours in the order of their numbers. */
const NAMES = [
  'black', 'red', 'green', 'yellow', 'blue', 'magenta', 'cyan', 'white',
  'brightBlack', 'brightRed', 'brightGreen', 'brightYellow', 'brightBlue', 'brightMagenta', 'brightCyan', 'brightWhite',
];

/**
 * @typedef {object} Picture  see src/screen/picture.rs
 * @property {number} cols
 * @property {number} rows
 * @property {Array<Array<[string, number?, number?]>>} lines
 * @property {object[]} [looks]
 * @property {[number, number]} [cursor]
 * @property {number | string} [fg]
 * @property {number | string} [bg]
 */

/**
 * @typedef {object} Piece  what stands in one place of a row
 * @property {string} text
 * @property {number} column
 * @property {number} columns
 */

export class PictureView {
  /** The canvas: it fills its box, and its height follows from its width unless a style says otherwise. */
  canvas;
  #type = null;
  #picture = null;

  /** @param {HTMLCanvasElement} [canvas] */
  constructor(canvas = document.createElement('canvas')) {
    this.canvas = canvas;
    new ResizeObserver(() => this.#draw()).observe(canvas);
  }

  /** @param {Picture | null} picture  null for an empty ground */
  show(picture) {
    this.#picture = isPicture(picture) ? picture : null;
    this.#draw();
  }

  #draw() {
    const { clientWidth: width, clientHeight: height } = this.canvas;
    if (width === 0 || height === 0) return;
    const ratio = globalThis.devicePixelRatio || 1;
    this.canvas.width = Math.round(width * ratio);
    this.canvas.height = Math.round(height * ratio);
    const context = this.canvas.getContext('2d', { alpha: false });
    this.#type ??= typeOf(readTheme());
    const window = { width: this.canvas.width, height: this.canvas.height };
    paint(context, window, this.#picture, this.#type);
  }
}

/** Colours, font, and the size of a cell: that of the font itself, so that frames of lines join. */
function typeOf({ fontFamily, theme }) {
  const context = new OffscreenCanvas(1, 1).getContext('2d');
  context.font = `${FONT_SIZE}px ${fontFamily}`;
  const { width, fontBoundingBoxAscent: ascent, fontBoundingBoxDescent: descent } = context.measureText('W');
  return { fontFamily, theme, cell: { width, height: ascent + descent, ascent } };
}

function paint(context, window, picture, type) {
  const ground = colourOf(picture?.bg, type.theme) ?? type.theme.background;
  context.setTransform(1, 0, 0, 1, 0, 0);
  context.fillStyle = ground;
  context.fillRect(0, 0, window.width, window.height);
  if (picture === null) return;
  const { width, height } = type.cell;
  const scale = Math.min(window.width / (picture.cols * width), window.height / (picture.rows * height));
  const left = (window.width - picture.cols * width * scale) / 2;
  context.setTransform(scale, 0, 0, scale, left, 0);
  const ink = { fg: colourOf(picture.fg, type.theme) ?? type.theme.foreground, bg: ground };
  const looks = [{}, ...(picture.looks ?? [])].map((look) => inkOf(look, ink, type.theme));
  picture.lines.slice(0, picture.rows).forEach((runs, row) => paintRow(context, runs, row, looks, type));
  paintCursor(context, picture, type);
}

function paintRow(context, runs, row, looks, { fontFamily, cell }) {
  const top = row * cell.height;
  let column = 0;
  for (const run of runs) {
    const look = looks[run[1] ?? 0] ?? looks[0];
    const pieces = piecesOf(run, column);
    const { column: start } = pieces[0] ?? { column };
    column = pieces.reduce((_, piece) => piece.column + piece.columns, column);
    const place = { left: start * cell.width, top, width: (column - start) * cell.width };
    if (look.bg !== null) {
      context.fillStyle = look.bg;
      context.fillRect(place.left, top, place.width, cell.height);
    }
    context.fillStyle = look.fg;
    context.globalAlpha = look.dim ? DIM : 1;
    context.font = `${look.italic ? 'italic ' : ''}${look.bold ? 'bold ' : ''}${FONT_SIZE}px ${fontFamily}`;
    for (const piece of pieces) paintPiece(context, piece, top, cell);
    paintLines(context, look, place, cell);
    context.globalAlpha = 1;
  }
}

/** A glyph that is wider than its place, as some of other fonts are, is made narrower. */
function paintPiece(context, { text, column, columns }, top, cell) {
  if (text.trim() === '') return;
  context.fillText(text, column * cell.width, top + cell.ascent, columns * cell.width * 1.02);
}

function paintLines(context, look, { left, top, width }, cell) {
  if (look.underline) context.fillRect(left, top + cell.height - 2, width, 1);
  if (look.strike) context.fillRect(left, top + cell.height / 2, width, 1);
}

function paintCursor(context, { cursor, cols, rows }, { theme, cell }) {
  if (!Array.isArray(cursor)) return;
  const [column, row] = cursor;
  if (!(column >= 0 && column < cols && row >= 0 && row < rows)) return;
  context.fillStyle = theme.cursor;
  context.globalAlpha = 0.7;
  context.fillRect(column * cell.width, row * cell.height, cell.width, cell.height);
  context.globalAlpha = 1;
}

/**
 * What stands where: narrow text in one piece, as a font of one width puts it where it belongs; all else
 * each for itself.
 *
 * @param {[string, number?, number?]} run
 * @param {number} column  where it begins
 * @returns {Piece[]}
 */
export function piecesOf([text, , columns], column) {
  if (columns === undefined) {
    return splitPlain(text).map((piece) => ({ ...piece, column: column + piece.column }));
  }
  const characters = [...text];
  if (columns !== 2 * characters.length) return [{ text, column, columns }];
  return characters.map((character, at) => ({ text: character, column: column + 2 * at, columns: 2 }));
}

/** ASCII stays together; any other character may come from a font of other widths. */
function splitPlain(text) {
  const pieces = [];
  let column = 0;
  for (const [part] of text.matchAll(/[\x20-\x7e]+|[^]/gu)) {
    pieces.push({ text: part, column, columns: part.length > 1 && part.codePointAt(0) < 0x80 ? part.length : 1 });
    column += pieces.at(-1).columns;
  }
  return pieces;
}

/** What is drawn with: colours as the canvas takes them, `bg` null where it is the picture's own. */
export function inkOf(look, ground, theme) {
  const fg = colourOf(look.fg, theme) ?? ground.fg;
  const bg = colourOf(look.bg, theme) ?? null;
  const { bold, dim, italic, underline, strike } = look;
  const rest = { bold, dim, italic, underline, strike };
  return look.inverse ? { ...rest, fg: bg ?? ground.bg, bg: fg } : { ...rest, fg, bg };
}

/** @param {number | string | undefined} tint  @returns {string | undefined} undefined for the default colour */
export function colourOf(tint, theme) {
  if (typeof tint === 'string') return /^#[0-9a-f]{6}$/.test(tint) ? tint : undefined;
  if (!Number.isInteger(tint) || tint < 0 || tint > 255) return undefined;
  if (tint < 16) return theme[NAMES[tint]];
  if (tint >= 232) return rgb(...Array(3).fill(8 + (tint - 232) * 10));
  const step = (digit) => (digit === 0 ? 0 : 55 + 40 * digit);
  const at = tint - 16;
  return rgb(step(Math.floor(at / 36)), step(Math.floor(at / 6) % 6), step(at % 6));
}

function rgb(...parts) {
  return `#${parts.map((part) => part.toString(16).padStart(2, '0')).join('')}`;
}

function isPicture(value) {
  return isSide(value?.cols, MOST_COLS) && isSide(value?.rows, MOST_ROWS) && Array.isArray(value.lines)
    && value.lines.every((runs) => Array.isArray(runs) && runs.every(isRun))
    && (value.looks === undefined || (Array.isArray(value.looks) && value.looks.every((look) => look !== null && typeof look === 'object')));
}

function isRun(run) {
  return Array.isArray(run) && typeof run[0] === 'string'
    && run.slice(1).every((part) => Number.isSafeInteger(part) && part >= 0);
}

function isSide(value, most) {
  return Number.isSafeInteger(value) && value > 0 && value <= most;
}
