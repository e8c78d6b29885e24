/**
 * Shows lines, the last ones of many: follows them while the end is in view, else stays where the
 * reader is and says how many are new. Text is set as text, never as markup.
 */

import { Keeper } from './keeper.js';

/** So much of a line is laid out at first, in UTF-16 units: a mebibyte takes seconds. */
const SHOWN = 10_000;

/** How near the end counts as the end, in CSS pixels. */
const NEAR = 8;

/** Showing may take a quarter of the time: in a flood the page still hears its user. */
const REST = 3;

const NUMBERS = new Intl.NumberFormat('en');

const COLOURS = /\x1b\[[\d;:]*m/g;
const CONTROLS = /[\0-\x08\x0a-\x1f\x7f]/g;

/** Colours are left out; other control characters are shown as what they are. */
export function visible(text) {
  return text.replace(COLOURS, '').replace(CONTROLS, (c) => (
    c === '\x7f' ? '␡' : String.fromCharCode(0x2400 + c.charCodeAt(0))
  ));
}

export class Log {
  #host;
  #jump;
  #keeper = new Keeper();
  #follows = true;
  #unseen = 0;
  #isScheduled = false;
  #pause = 0;
  #note = null;

  /**
   * @param {HTMLElement} host
   * @param {HTMLButtonElement} jump  leads to the end
   */
  constructor(host, jump) {
    this.#host = host;
    this.#jump = jump;
    host.addEventListener('scroll', () => this.#onScroll(), { passive: true });
    jump.addEventListener('click', () => {
      this.goToEnd();
      host.focus({ preventScroll: true });
    });
    new ResizeObserver(() => this.#follows && this.#scrollToEnd()).observe(host);
  }

  /** @param {import('./keeper.js').Line} line */
  add(line) {
    this.#keeper.add(line);
    if (this.#isScheduled) return;
    this.#isScheduled = true;
    setTimeout(() => requestAnimationFrame(() => this.#show()), this.#pause);
  }

  goToEnd() {
    this.#follows = true;
    this.#scrollToEnd();
    this.#showUnseen();
  }

  #show() {
    const began = performance.now();
    this.#isScheduled = false;
    const { lines, gone } = this.#keeper.take();
    const elements = this.#host.children;
    const first = this.#note === null ? 0 : 1;
    const stays = elements[first + gone];
    // Measured only for who reads back: it costs a layout.
    const place = () => (this.#follows || !stays ? 0 : stays.offsetTop);
    const before = place();
    for (let i = 0; i < gone; i += 1) elements[first].remove();
    this.#host.append(...lines.map(element));
    this.#noteDropped();
    if (this.#follows) {
      this.#scrollToEnd();
    } else {
      this.#host.scrollTop += place() - before;
      this.#unseen += lines.length;
    }
    this.#showUnseen();
    this.#pause = Math.min(1000, (performance.now() - began) * REST);
  }

  #noteDropped() {
    const { dropped } = this.#keeper;
    if (dropped === 0) return;
    if (this.#note === null) {
      this.#note = element({ kind: 'notice', text: '' });
      this.#host.prepend(this.#note);
    }
    this.#note.textContent = `${NUMBERS.format(dropped)} earlier ${dropped === 1 ? 'line is' : 'lines are'} no longer kept`;
  }

  #onScroll() {
    const { scrollTop, scrollHeight, clientHeight } = this.#host;
    this.#follows = scrollHeight - scrollTop - clientHeight < NEAR;
    if (this.#follows) this.#showUnseen();
  }

  #scrollToEnd() {
    this.#host.scrollTop = this.#host.scrollHeight;
  }

  #showUnseen() {
    if (this.#follows) this.#unseen = 0;
    const count = this.#unseen;
    this.#jump.hidden = count === 0;
    if (count > 0) this.#jump.textContent = `${NUMBERS.format(count)} new ${count === 1 ? 'line' : 'lines'}`;
  }
}

function element({ kind, text }) {
  const line = document.createElement('div');
  line.className = 'line';
  line.dataset.kind = kind;
  const whole = visible(text);
  if (whole.length <= SHOWN) line.textContent = whole;
  else line.append(whole.slice(0, SHOWN), more(line, whole));
  return line;
}

function more(line, whole) {
  const button = document.createElement('button');
  button.type = 'button';
  button.className = 'more';
  button.textContent = `… ${NUMBERS.format(whole.length - SHOWN)} more characters`;
  button.addEventListener('click', () => { line.textContent = whole; });
  return button;
}
