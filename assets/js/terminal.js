/**
 * The terminal on the page: xterm.js with everything that this page sets on it.
 *
 * Offers what a session needs (write, resize, take input) and knows nothing of sockets or messages.
 */

import { Terminal } from '../vendor/xterm.mjs';
import { Unicode11Addon } from '../vendor/addon-unicode11.mjs';
import { openLinks } from './links.js';
import { muteAnswers } from './mute.js';
import { useBestRenderer } from './renderer.js';
import { Stage } from './stage.js';
import { followBackground, readTheme } from './theme.js';
import { scrollByTouch } from './touch.js';

/** How long a selection may hold up a program that draws on the whole screen. */
const SELECTION_PATIENCE_MS = 8_000;

/** Keys that scroll a terminal that takes no input; all others are the browser's own there. */
const SCROLL_KEYS = new Set(['PageUp', 'PageDown']);

export class TerminalView {
  #terminal;
  #stage;
  #listener;
  #writable = false;
  #inputs = [];
  #readings = [];
  #mute;

  /**
   * @param {HTMLElement} host
   * @param {object} listener
   * @param {(text: string) => void} listener.onInput      the user typed, pasted or used the mouse
   * @param {() => void} listener.onRefusedInput           the user typed where nothing is accepted
   * @param {(title: string) => void} listener.onTitle     the program has set its title
   * @param {() => void} listener.onWindow                 the browser window has a new size
   * @param {(target: string | null) => void} listener.onLink   a hyperlink is pointed at, or no longer
   * @param {() => void} listener.onReading                `patience()` may have another answer
   */
  constructor(host, listener) {
    this.#listener = listener;
    const terminal = new Terminal({ ...readTheme(), ...options() });
    this.#terminal = terminal;
    this.#mute = muteAnswers(terminal);
    terminal.loadAddon(new Unicode11Addon());
    terminal.unicode.activeVersion = '11';
    terminal.open(host);
    host.terminal = terminal; // For whoever looks from the console, and for the tests.
    this.#stage = new Stage(host, terminal, () => listener.onWindow());
    useBestRenderer(terminal, (name) => this.#stage.setRenderer(name));
    openLinks(terminal, (target) => listener.onLink(target));
    followBackground(terminal);
    scrollByTouch(terminal);
    terminal.onTitleChange((title) => listener.onTitle(title));
    terminal.attachCustomKeyEventHandler((event) => this.#handleKey(event));
  }

  /** @returns {import('./fit.js').Size} the browser window, in CSS pixels */
  get window() {
    return this.#stage.window;
  }

  /** @returns {import('./fit.js').Grid} the grid that would fill the browser window */
  proposal() {
    return this.#stage.proposal();
  }

  /**
   * @returns {number} for how many milliseconds the user may be left reading what he scrolled back to or
   *   has selected: 0 where he does neither. A program that draws on the whole screen, or follows the
   *   mouse, has no scrollback to read in, and looks dead when it is held up for long.
   */
  patience() {
    const { buffer: { active }, modes } = this.#terminal;
    const isFullScreen = active.type === 'alternate' || modes.mouseTrackingMode !== 'none';
    if (isFullScreen) return this.#terminal.hasSelection() ? SELECTION_PATIENCE_MS : 0;
    return active.viewportY < active.baseY || this.#terminal.hasSelection() ? Infinity : 0;
  }

  /** Whether to report `onReading`; a flood would report each of its lines as scrolling. */
  watchReading(isWatched) {
    if (isWatched === this.#readings.length > 0) return;
    for (const reading of this.#readings.splice(0)) reading.dispose();
    if (!isWatched) return;
    const { onScroll, onSelectionChange, buffer } = this.#terminal;
    this.#readings = [onScroll, onSelectionChange, buffer.onBufferChange].map((event) => (
      event(() => this.#listener.onReading())
    ));
  }

  /** Ends reading: nothing is selected, and the newest line is in view. */
  goToEnd() {
    this.#terminal.clearSelection();
    this.#terminal.scrollToBottom();
  }

  /** @param {() => void} [done]  called when the text has really been processed */
  write(text, done) {
    this.#terminal.write(text, done);
  }

  /** Takes effect after all that was written before: xterm.js' own resize would overtake it. */
  resize({ cols, rows }) {
    this.#terminal.write('', () => {
      this.#terminal.resize(cols, rows);
      this.#stage.fit();
    });
  }

  /** Only a writable terminal listens to the user at all. */
  setWritable(writable) {
    this.#writable = writable;
    this.#terminal.options.disableStdin = !writable;
    this.#terminal.options.cursorBlink = writable && !isStill();
    for (const input of this.#inputs.splice(0)) input.dispose();
    if (!writable) return;
    const send = (text) => this.#mute.active || this.#listener.onInput(text);
    this.#inputs = [this.#terminal.onData(send), this.#terminal.onBinary(send)];
  }

  /** @param {number} lines  as many as snapshots hold */
  setScrollback(lines) {
    this.#terminal.options.scrollback = lines;
  }

  focus() {
    this.#terminal.focus();
  }

  #handleKey(event) {
    if (isJump(event) && this.patience() > 0) {
      if (event.type === 'keydown') this.goToEnd();
      return false;
    }
    return this.#writable || this.#handleIdleKey(event);
  }

  #handleIdleKey(event) {
    if (event.shiftKey && SCROLL_KEYS.has(event.key)) return true;
    const isTyping = event.key.length === 1 || event.key === 'Enter';
    const isShortcut = event.ctrlKey || event.altKey || event.metaKey;
    if (event.type === 'keydown' && isTyping && !isShortcut) this.#listener.onRefusedInput();
    return false;
  }
}

function isJump({ key, shiftKey, ctrlKey, altKey, metaKey }) {
  return key === 'End' && shiftKey && !ctrlKey && !altKey && !metaKey;
}

function isStill() {
  return matchMedia('(prefers-reduced-motion: reduce)').matches;
}

function options() {
  return {
    allowProposedApi: true, // terminal.unicode
    cols: 80,
    rows: 24,
    cursorStyle: 'block',
    cursorInactiveStyle: 'outline',
    disableStdin: true,
    drawBoldTextInBrightColors: false,
    rescaleOverlappingGlyphs: true,
  };
}
