/** A terminal's state, to be compared with another's. */

/**
 * Everything that a terminal on a page is, as plain text and values: two pages are the same where this is.
 *
 * Runs in the page, so it can use nothing but itself. What the public interface of xterm.js doesn't tell
 * (cursor's visibility, margins, pen) it takes from within.
 */
export function stateOfTerminal() {
  const { terminal } = document.getElementById('stage');
  const core = terminal._core;
  const cell = terminal.buffer.active.getNullCell();

  const look = () => [
    cell.getFgColorMode(), cell.getFgColor(), cell.getBgColorMode(), cell.getBgColor(),
    ...['Bold', 'Italic', 'Dim', 'Blink', 'Inverse', 'Invisible', 'Strikethrough', 'Overline']
      .filter((name) => cell[`is${name}`]()),
    cell.isUnderline() ? `underline ${cell.getUnderlineStyle()} ${cell.getUnderlineColor()}` : '',
    cell.extended.urlId ? core._oscLinkService.getLinkData(cell.extended.urlId)?.uri : '',
  ].join(',');

  /** Cells that look the same are one run; an empty cell and a blank are not the same. */
  const row = (line) => {
    const runs = [];
    let last = null;
    for (let x = 0; x < terminal.cols; x += 1) {
      line.getCell(x, cell);
      const style = `${cell.getWidth()},${look()}`;
      if (style !== last) runs.push(`[${style}]`);
      last = style;
      runs.push(cell.getChars() || '·');
    }
    return `${line.isWrapped ? '↪' : ' '}${runs.join('')}`;
  };

  const buffer = (shown, inner) => ({
    cursor: [shown.cursorX, shown.cursorY],
    base: shown.baseY,
    scrolledBack: shown.baseY - shown.viewportY,
    margins: [inner.scrollTop, inner.scrollBottom],
    saved: [inner.savedX, Math.max(0, inner.savedY - inner.ybase)],
    tabs: Object.keys(inner.tabs).filter((x) => inner.tabs[x]).join(' '),
    rows: Array.from({ length: shown.length }, (_, y) => row(shown.getLine(y))),
  });

  const { normal, alternate, active } = terminal.buffer;
  const pen = core._inputHandler._curAttrData;
  return {
    title: document.title,
    size: `${terminal.cols}x${terminal.rows}`,
    active: active.type,
    modes: terminal.modes,
    privateModes: core.coreService.decPrivateModes,
    isCursorHidden: core.coreService.isCursorHidden,
    pen: [pen.fg, pen.bg],
    charset: core._charsetService.glevel,
    normal: buffer(normal, core.buffers.normal),
    // What a program has left on a screen that isn't shown can't be seen again.
    alternate: active.type === 'alternate' ? buffer(alternate, core.buffers.alt) : null,
  };
}

/** How many differences are worth reading. */
const ENOUGH = 8;

/** @returns {string[]} where two such states differ, one line each */
export function differences(one, other, path = '') {
  if (JSON.stringify(one) === JSON.stringify(other)) return [];
  if (!isNested(one) || !isNested(other)) return [`${path}: ${JSON.stringify(one)} and ${JSON.stringify(other)}`];
  const keys = [...new Set([...Object.keys(one), ...Object.keys(other)])];
  return keys.flatMap((key) => differences(one[key], other[key], `${path}.${key}`)).slice(0, ENOUGH);
}

function isNested(value) {
  return typeof value === 'object' && value !== null;
}
