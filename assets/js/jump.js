/**
 * The button that says how much is new below, and leads there.
 *
 * Lies outside the page's live region: a count that changes ten times a second would be read out for
 * ever.
 */

import { throttled } from './throttle.js';

/** The count is read, not watched. */
const UPDATE_INTERVAL_MS = 100;

const NUMBERS = new Intl.NumberFormat('en');

/** @param {import('./backlog.js').Waiting} waiting */
export function words({ lines, bytes, isMore }) {
  const more = isMore ? '+' : '';
  if (lines > 0) return `${NUMBERS.format(lines)}${more} new ${lines === 1 && !isMore ? 'line' : 'lines'}`;
  if (isMore || bytes < 1024) return 'New output';
  return `${NUMBERS.format(Math.round(bytes / 1024))} KB of new output`;
}

export class Jump {
  #button;
  #text = document.createElement('span');
  #waiting = null;
  #showSoon = throttled(() => this.#show(), UPDATE_INTERVAL_MS);

  /**
   * @param {HTMLElement} host
   * @param {() => void} onJump  the user wants to see what is new
   */
  constructor(host, onJump) {
    const arrow = document.createElement('span');
    arrow.className = 'jump-arrow';
    this.#text.className = 'pill-text';
    this.#button = document.createElement('button');
    this.#button.type = 'button';
    this.#button.className = 'pill jump';
    this.#button.title = 'Go to the end (Shift+End)';
    this.#button.setAttribute('aria-keyshortcuts', 'Shift+End');
    this.#button.append(arrow, this.#text);
    // The terminal keeps the focus, and a selection is cleared by the jump alone.
    this.#button.addEventListener('mousedown', (event) => event.preventDefault());
    this.#button.addEventListener('click', onJump);
    host.append(this.#button);
  }

  /** @param {import('./backlog.js').Waiting | null} waiting  null when nothing is */
  update(waiting) {
    this.#waiting = waiting?.bytes > 0 ? waiting : null;
    if (this.#waiting === null) this.#show();
    else this.#showSoon();
  }

  /** The words stay while the button fades. */
  #show() {
    const isShown = this.#waiting !== null;
    if (isShown) this.#text.textContent = words(this.#waiting);
    this.#button.classList.toggle('shown', isShown);
  }
}
