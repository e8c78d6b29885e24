/** A viewer's terminal: the real xterm.js, set up as the page sets it up, without a browser. */

import headless from '@xterm/headless';
import unicode11 from '@xterm/addon-unicode11';

/** As many lines above the screen as the page keeps. */
export const SCROLLBACK = 1000;

/** The kinds of a colour event of xterm.js. */
const COLOR_SET = 1;
const COLOR_RESTORE = 2;
/** Numbers from here on are the default colours, which no general restore concerns. */
const PALETTE_SIZE = 256;

export class Viewer {
  /** The colours that were changed, by number. */
  palette = new Map();

  constructor({ cols, rows }) {
    this.terminal = new headless.Terminal({ cols, rows, scrollback: SCROLLBACK, allowProposedApi: true, logLevel: 'off' });
    this.terminal.loadAddon(new unicode11.Unicode11Addon());
    this.terminal.unicode.activeVersion = '11';
    this.core._inputHandler.onColor((events) => events.forEach((event) => this.#color(event)));
  }

  /** The inner object: modes, saved cursors, tab stops, margins and charsets have no public face. */
  get core() {
    return this.terminal._core;
  }

  write(text) {
    this.core.writeSync(text);
    return this;
  }

  resize({ cols, rows }) {
    this.terminal.resize(cols, rows);
    return this;
  }

  /** @param {import('./tape.mjs').Change} change */
  change({ size, text }) {
    return this.resize(size).write(text);
  }

  /** @param {import('./tape.mjs').Step[]} steps */
  play(steps) {
    for (const step of steps) {
      if (step.size) this.resize(step.size);
      else this.write(step.text);
    }
    return this;
  }

  #color({ type, index, color }) {
    if (type === COLOR_SET) this.palette.set(index, color.join(','));
    if (type !== COLOR_RESTORE) return;
    for (const known of [...this.palette.keys()]) {
      if (known === index || (index === undefined && known < PALETTE_SIZE)) this.palette.delete(known);
    }
  }
}
