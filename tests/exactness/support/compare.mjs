/** In what two viewers' terminals differ, cell by cell and in everything that later output could bring to light. */

import { cellAspects, color, isSurelySame, isUnseen, styleAspects } from './cell.mjs';

/**
 * @typedef {object} Difference
 * @property {string} place  where: 'normal screen', 'alternate screen', 'scrollback' or 'terminal'
 * @property {string} aspect  in what
 * @property {boolean} isUnseen  nobody can see or feel it
 * @property {number} count  how often
 * @property {string} at  the first place
 * @property {[unknown, unknown]} values  there, of who was there from the start and of who came late
 */

/**
 * @param {import('./viewer.mjs').Viewer} whole  was there from the start
 * @param {import('./viewer.mjs').Viewer} late  was given a snapshot
 * @returns {Difference[]}
 */
export function differences(whole, late) {
  const found = new Findings();
  compareTerminals(whole, late, found);
  if (found.has('terminal', 'size') || found.has('terminal', 'active buffer')) return found.list();
  compareNormalLines(whole, late, found);
  const [a, b] = [whole.core.buffers, late.core.buffers];
  const { rows } = whole.terminal;
  compareState(a.normal, b.normal, whole.terminal, 'normal screen', found);
  if (a.active === a.alt) {
    compareLines(whole, late, 'alternate screen', { a: a.alt, b: b.alt, fromA: 0, fromB: 0, count: rows }, found);
    compareState(a.alt, b.alt, whole.terminal, 'alternate screen', found);
    compareCursor(a.alt, b.alt, whole.terminal, 'alternate screen', found);
  } else {
    compareSaved(a.alt, b.alt, whole.terminal, 'alternate screen', found);
    compareCursor(a.normal, b.normal, whole.terminal, 'normal screen', found);
  }
  return found.list();
}

class Findings {
  #found = new Map();

  add(place, aspect, a, b, { at = '', isUnseen: unseen = false } = {}) {
    const key = `${place}: ${aspect}${unseen ? ' (unseen)' : ''}`;
    const known = this.#found.get(key);
    if (known) known.count++;
    else this.#found.set(key, { place, aspect, isUnseen: unseen, count: 1, at, values: [a, b] });
  }

  equal(place, aspect, a, b, options) {
    if (a !== b) this.add(place, aspect, a, b, options);
  }

  has(place, aspect) {
    return this.#found.has(`${place}: ${aspect}`);
  }

  list() {
    return [...this.#found.values()];
  }
}

function compareTerminals(whole, late, found) {
  const [a, b] = [whole, late].map(terminalAspects);
  for (const aspect of Object.keys(a)) {
    found.equal('terminal', aspect, a[aspect], b[aspect], { isUnseen: UNSEEN.has(aspect) });
  }
}

/** A page has no place for the icon's name. Which character came last is felt by the next one only. */
const UNSEEN = new Set(['icon name', 'last character', 'pen: kind of colour', 'pen: protection']);

function terminalAspects({ core, terminal, palette }) {
  const input = core._inputHandler;
  const { decPrivateModes, modes, isCursorHidden } = core.coreService;
  return {
    size: `${terminal.cols}x${terminal.rows}`,
    'active buffer': core.buffers.active === core.buffers.alt ? 'alternate' : 'normal',
    ...prefixed('pen', penAspects(input._curAttrData, core._oscLinkService)),
    ...prefixed('mode', { ...decPrivateModes, ...modes }),
    'cursor hidden': isCursorHidden,
    'new line mode': core.options.convertEol,
    'cursor blinks': core.options.cursorBlink,
    mouse: `${core.coreMouseService.activeProtocol} ${core.coreMouseService.activeEncoding}`,
    charsets: charsets(core._charsetService),
    title: input._windowTitle,
    'icon name': input._iconName,
    'title stacks': JSON.stringify([input._windowTitleStack, input._iconNameStack]),
    palette: [...palette].sort(([a], [b]) => a - b).join(' '),
    'parser state': input._parser.currentState,
    // Decides whether a combining mark that comes next joins, and what REP repeats.
    'last character': Boolean((input._parser.precedingJoinState >> 1) & 3),
  };
}

function penAspects(pen, links) {
  return { ...styleAspects(pen.fg, pen.bg, pen.extended, links), 'underline colour': color(pen.extended.underlineColor) };
}

function prefixed(prefix, aspects) {
  return Object.fromEntries(Object.entries(aspects).map(([name, value]) => [`${prefix}: ${name}`, value]));
}

function charsets({ glevel, charset, _charsets }) {
  return [glevel, charset, _charsets[0], _charsets[1], _charsets[2], _charsets[3]].map((set) => charsetName(set)).join('|');
}

function charsetName(set) {
  return typeof set === 'number' ? set : Object.entries(set ?? {}).flat().join('');
}

/** Of the scrollback those lines are compared that both have: the newest ones, next to the screen. */
function compareNormalLines(whole, late, found) {
  const [a, b] = [whole.core.buffers.normal, late.core.buffers.normal];
  const [linesA, linesB] = [a.lines.length - whole.terminal.rows, b.lines.length - late.terminal.rows];
  found.equal('scrollback', 'number of lines', linesA, linesB);
  const above = Math.min(a.ybase, b.ybase);
  compareLines(whole, late, 'scrollback', { a, b, fromA: a.ybase - above, fromB: b.ybase - above, count: above }, found);
  const { rows } = whole.terminal;
  compareLines(whole, late, 'normal screen', { a, b, fromA: a.ybase, fromB: b.ybase, count: rows }, found);
}

function compareLines(whole, late, place, { a, b, fromA, fromB, count }, found) {
  const links = { a: whole.core._oscLinkService, b: late.core._oscLinkService };
  for (let row = 0; row < count; row++) {
    const pair = { a: a.lines.get(fromA + row), b: b.lines.get(fromB + row) };
    if (!pair.a || !pair.b) {
      if (pair.a || pair.b) found.add(place, 'missing line', Boolean(pair.a), Boolean(pair.b), { at: `row ${row}: ` });
      continue;
    }
    found.equal(place, 'wrap mark', pair.a.isWrapped, pair.b.isWrapped, { at: `row ${row}: ` });
    compareCells(pair, links, place, row, whole.terminal.cols, found);
  }
}

function compareCells(pair, links, place, row, cols, found) {
  for (let x = 0; x < cols; x++) {
    if (x >= pair.a.length || x >= pair.b.length) {
      found.equal(place, 'length of a line', pair.a.length, pair.b.length, { at: `row ${row}: ` });
      return;
    }
    if (isSurelySame(pair.a, pair.b, x)) continue;
    const [a, b] = [cellAspects(pair.a, x, links.a), cellAspects(pair.b, x, links.b)];
    const at = `row ${row}, column ${x}: `;
    for (const aspect of Object.keys(a)) {
      found.equal(place, aspect, a[aspect], b[aspect], { at, isUnseen: isUnseen(aspect, a, b) });
    }
  }
}

function compareCursor(a, b, { cols }, place, found) {
  found.equal(place, 'cursor', `${Math.min(a.x, cols - 1)},${a.y}`, `${Math.min(b.x, cols - 1)},${b.y}`);
  found.equal(place, 'pending wrap', a.x >= cols, b.x >= cols);
}

function compareState(a, b, size, place, found) {
  found.equal(place, 'margins', `${a.scrollTop}-${a.scrollBottom}`, `${b.scrollTop}-${b.scrollBottom}`);
  found.equal(place, 'tab stops', tabStops(a, size.cols), tabStops(b, size.cols));
  compareSaved(a, b, size, place, found);
}

/** DECRC brings the cursor back to the screen, so a row below it is felt on a higher screen at most. */
function compareSaved(a, b, size, place, found) {
  found.equal(place, 'saved cursor', saved(a, size), saved(b, size));
  const rows = [a, b].map((buffer) => Math.max(savedRow(buffer), size.rows - 1));
  found.equal(place, 'saved row below the screen', ...rows, { isUnseen: true });
}

function tabStops({ tabs }, cols) {
  return Object.keys(tabs).filter((column) => tabs[column] && column < cols).join(' ');
}

/** The underline's style and the link aren't saved. */
function saved(buffer, { cols, rows }) {
  const { fg, bg } = buffer.savedCurAttrData;
  const pen = styleAspects(fg, bg);
  delete pen['kind of colour'];
  const place = [Math.min(buffer.savedX || 0, cols - 1), Math.min(savedRow(buffer), rows - 1)];
  return JSON.stringify([place, pen, charsetName(buffer.savedCharset)]);
}

function savedRow({ savedY, ybase }) {
  return Math.max(savedY - ybase, 0);
}
