/** What a cell of xterm.js shows, read from its packed words (`common/buffer/Constants.ts` there). */

const CONTENT_JOINED = 0x200000;
const COLOR_KIND = 0x3000000;
const COLOR_RGB = 0x3000000;
/** In the background's word: the cell has an underline style, an underline colour or a link. */
const HAS_EXTENDED = 0x10000000;
const UNDERLINE = 0x10000000;
/** The style of an underline that has no other. */
const SINGLE = 1;
const WORDS = 3;

const IN_FOREGROUND = {
  bold: 0x8000000, blink: 0x20000000, inverse: 0x4000000, invisible: 0x40000000, strikethrough: 0x80000000,
};
const IN_BACKGROUND = { dim: 0x8000000, italic: 0x4000000, overline: 0x40000000, protection: 0x20000000 };

/** Of an empty cell nobody sees these, unless it is inverse or has a line drawn through it. */
const UNSEEN_ON_BLANKS = new Set(['foreground', 'bold', 'dim', 'italic', 'blink', 'invisible', 'underline colour']);
/** These can't be seen on any cell: which of two kinds of blank, of two spellings of a colour; what may be erased. */
const NEVER_SEEN = new Set(['kind of blank', 'kind of colour', 'protection']);

/** @returns {boolean} whether the cells in column `x` are the same for certain, which is quickly said of most */
export function isSurelySame(line, other, x) {
  const word = x * WORDS;
  return line._data[word] === other._data[word] && line._data[word + 1] === other._data[word + 1]
    && line._data[word + 2] === other._data[word + 2]
    && !(line._data[word] & CONTENT_JOINED) && !(line._data[word + 2] & HAS_EXTENDED);
}

/** @returns {Record<string, string | number | boolean>} each aspect of the cell in column `x` */
export function cellAspects(line, x, links) {
  const text = line.getString(x);
  const width = line.getWidth(x);
  return {
    text: text === '' && width > 0 ? ' ' : text,
    'kind of blank': text === '' && width === 1,
    width,
    ...styleAspects(line._data[x * WORDS + 1], line._data[x * WORDS + 2], line._extendedAttrs[x], links),
  };
}

/** @returns {Record<string, string | number | boolean>} the aspects of a pen or a cell's style */
export function styleAspects(foreground, background, extended, links) {
  const { underline, underlineColor, link } = extendedAspects(background & HAS_EXTENDED ? extended : undefined, links);
  const isUnderlined = Boolean(foreground & UNDERLINE || underline);
  return {
    foreground: color(foreground),
    background: color(background),
    'kind of colour': `${foreground & COLOR_KIND} ${background & COLOR_KIND}`,
    underline: isUnderlined ? underline || SINGLE : 0,
    'underline colour': isUnderlined ? underlineColor : 'default',
    ...flags(foreground, IN_FOREGROUND),
    ...flags(background, IN_BACKGROUND),
    link,
  };
}

function extendedAspects(extended, links) {
  if (!extended) return { underline: 0, underlineColor: 'default', link: '' };
  // xterm.js forgets a link when the last line with it goes; the cell is underlined still, and leads nowhere.
  const link = extended.urlId ? links?.getLinkData(extended.urlId) : undefined;
  return {
    underline: extended.underlineStyle,
    underlineColor: color(extended.underlineColor),
    link: link ? `${link.id ?? ''} ${link.uri}` : '',
  };
}

/** @returns {boolean} whether nobody can see that the cells differ in this aspect */
export function isUnseen(aspect, cell, other) {
  if (NEVER_SEEN.has(aspect)) return true;
  return UNSEEN_ON_BLANKS.has(aspect) && isPlainBlank(cell) && isPlainBlank(other);
}

/** @returns {string} a colour word as text; the two spellings of the first 16 palette colours are one */
export function color(word) {
  if ((word & COLOR_KIND) === 0) return 'default';
  if ((word & COLOR_KIND) === COLOR_RGB) return `#${(word & 0xffffff).toString(16).padStart(6, '0')}`;
  return `${word & 0xff}`;
}

function isPlainBlank(cell) {
  return cell.text === ' ' && !cell.inverse && !cell.underline && !cell.strikethrough && !cell.overline;
}

function flags(word, masks) {
  return Object.fromEntries(Object.entries(masks).map(([name, mask]) => [name, Boolean(word & mask)]));
}
