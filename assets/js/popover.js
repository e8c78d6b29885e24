/**
 * A small panel below a place in the bar, one at a time. It goes with Escape, a click elsewhere, or when
 * its question is answered, and gives the focus back to where it was.
 *
 * Knows nothing of what is in it.
 */

import { make } from './dom.js';

/** What stays free beside it, in CSS pixels. */
const MARGIN = 6;

export class Popover {
  #host;
  #panel = null;
  #anchor = null;
  #onGone = null;
  #before = null;
  #timer = null;

  /** @param {HTMLElement} host */
  constructor(host) {
    this.#host = host;
    window.addEventListener('pointerdown', (event) => this.#leaveFor(event.target), { capture: true });
    window.addEventListener('resize', () => this.#place());
  }

  get isShown() {
    return this.#panel !== null;
  }

  isShownAt(anchor) {
    return this.isShown && this.#anchor === anchor;
  }

  /**
   * @param {Element} anchor
   * @param {object} attributes  of the panel
   * @param {Node[]} children
   * @param {{onGone?: () => void, focus?: HTMLElement, for?: number}} [manner]  without `focus` the focus
   *   stays where it is; without `for`, in milliseconds, so does the panel
   */
  show(anchor, attributes, children, { onGone = () => {}, focus, for: duration } = {}) {
    this.hide();
    if (duration !== undefined) this.#timer = setTimeout(() => this.hide(), duration);
    this.#anchor = anchor;
    this.#onGone = onGone;
    this.#before = focus ? document.activeElement : null;
    this.#panel = make('div', { ...attributes, class: `popover ${attributes.class ?? ''}` }, ...children);
    this.#panel.addEventListener('keydown', (event) => this.#handleKey(event));
    this.#host.append(this.#panel);
    this.#place();
    focus?.focus();
  }

  hide() {
    if (this.#panel === null) return;
    clearTimeout(this.#timer);
    const hadFocus = this.#panel.contains(document.activeElement);
    const [panel, onGone, before] = [this.#panel, this.#onGone, this.#before];
    this.#panel = null;
    panel.remove();
    if (hadFocus && before?.isConnected) before.focus();
    onGone();
  }

  /** A button that shows it hides it as well, and does so itself. */
  #leaveFor(target) {
    if (this.#panel === null || this.#panel.contains(target)) return;
    if (!this.#anchor.contains(target) || !this.#anchor.hasAttribute('aria-haspopup')) this.hide();
  }

  #handleKey(event) {
    if (event.key !== 'Escape') return;
    event.preventDefault();
    event.stopPropagation();
    this.hide();
  }

  /** Below the anchor, but within the window. */
  #place() {
    if (this.#panel === null) return;
    const { left, bottom } = this.#anchor.getBoundingClientRect();
    const most = document.documentElement.clientWidth - this.#panel.offsetWidth - MARGIN;
    this.#panel.style.setProperty('left', `${Math.max(MARGIN, Math.min(left, most))}px`);
    this.#panel.style.setProperty('top', `${bottom + MARGIN}px`);
  }
}
