/**
 * Reads the theme from the custom properties of css/theme.css, and keeps the page's background the same
 * as the terminal's when a program changes it.
 */

const COLOURS = {
  foreground: 'foreground',
  background: 'background',
  cursor: 'cursor',
  cursorAccent: 'cursor-accent',
  selectionBackground: 'selection',
  selectionInactiveBackground: 'selection-inactive',
  scrollbarSliderBackground: 'scrollbar',
  scrollbarSliderHoverBackground: 'scrollbar-hover',
  scrollbarSliderActiveBackground: 'scrollbar-active',
  black: 'black',
  red: 'red',
  green: 'green',
  yellow: 'yellow',
  blue: 'blue',
  magenta: 'magenta',
  cyan: 'cyan',
  white: 'white',
  brightBlack: 'bright-black',
  brightRed: 'bright-red',
  brightGreen: 'bright-green',
  brightYellow: 'bright-yellow',
  brightBlue: 'bright-blue',
  brightMagenta: 'bright-magenta',
  brightCyan: 'bright-cyan',
  brightWhite: 'bright-white',
};

/** OSC numbers that set, and reset, the terminal's background colour; 10 sets it when it has two values. */
const BACKGROUND_CHANGES = [10, 11, 111];

/** @returns {{fontFamily: string, theme: import('../vendor/xterm.mjs').ITheme}} */
export function readTheme() {
  const style = getComputedStyle(document.documentElement);
  const read = (name) => style.getPropertyValue(`--term-${name}`).trim();
  const theme = Object.fromEntries(Object.entries(COLOURS).map(([key, name]) => [key, read(name)]));
  return { fontFamily: read('font').replace(/\s+/g, ' '), theme };
}

/** @param {import('../vendor/xterm.mjs').Terminal} terminal  already open */
export function followBackground(terminal) {
  const screen = terminal.element.querySelector('.xterm-scrollable-element');
  const copy = () => {
    document.documentElement.style.setProperty('--page-background', screen.style.backgroundColor);
  };
  for (const number of BACKGROUND_CHANGES) {
    terminal.parser.registerOscHandler(number, () => {
      queueMicrotask(copy);
      return false;
    });
  }
}
