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

/** Keys that scroll a terminal that takes no input; all others are the browser's own there. */
const SCROLL_KEYS = new Set(['PageUp', 'PageDown']);

export class TerminalView {
  #terminal;
  #stage;
  #listener;
  #writable = false;
  #inputs = [];
  #mute;

  /**
   * @param {HTMLElement} host
   * @param {object} listener
   * @param {(text: string) => void} listener.onInput      the user typed, pasted or used the mouse
   * @param {() => void} listener.onRefusedInput           the user typed where nothing is accepted
   * @param {(title: string) => void} listener.onTitle     the program has set its title
   * @param {() => void} listener.onWindow                 the browser window has a new size
   * @param {(target: string | null) => void} listener.onLink   a hyperlink is pointed at, or no longer
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
    terminal.attachCustomKeyEventHandler((event) => this.#writable || this.#handleIdleKey(event));
  }

  /** @returns {import('./fit.js').Size} the browser window, in CSS pixels */
  get window() {
    return this.#stage.window;
  }

  /** @returns {import('./fit.js').Grid} the grid that would fill the browser window */
  proposal() {
    return this.#stage.proposal();
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

  /** @param {number} lines  as many as the server's snapshots hold */
  setScrollback(lines) {
    this.#terminal.options.scrollback = lines;
  }

  focus() {
    this.#terminal.focus();
  }

  #handleIdleKey(event) {
    if (event.shiftKey && SCROLL_KEYS.has(event.key)) return true;
    const isTyping = event.key.length === 1 || event.key === 'Enter';
    const isShortcut = event.ctrlKey || event.altKey || event.metaKey;
    if (event.type === 'keydown' && isTyping && !isShortcut) this.#listener.onRefusedInput();
    return false;
  }
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
