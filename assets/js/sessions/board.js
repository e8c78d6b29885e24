/**
 * All terminals on the page: their cards, in the order in which they were told of, and which of them are
 * in view.
 *
 * Knows cards, not where they come from.
 */

import { CardView } from './card.js';

/** What is so near below or above is about to be seen. */
const MARGIN = '160px';

/** Times are told in minutes. */
const REFRESH_MS = 15_000;

export class Board {
  #list;
  #listener;
  #cards = new Map();
  #inView = new Set();
  #observer;
  /** The cards that were told of since the connection came up. */
  #told = new Set();

  /**
   * @param {HTMLElement} list
   * @param {{onLook(ids: Set<string>): void, onTick(): void}} listener  other cards are in view, or ticked
   */
  constructor(list, listener) {
    this.#list = list;
    this.#listener = listener;
    this.#observer = new IntersectionObserver((entries) => this.#seen(entries), { rootMargin: MARGIN });
    setInterval(() => this.#refresh(), REFRESH_MS);
  }

  get inView() {
    return this.#inView;
  }

  get size() {
    return this.#cards.size;
  }

  /** @returns {string[]} the ids of those that are ticked */
  get ticked() {
    return this.#ids((card) => card.isTicked);
  }

  /** @returns {string[]} the ids of those that lines may be sent to */
  get writable() {
    return this.#ids((card) => card.isWritable);
  }

  /** A connection came up: what it does not tell of is there no more. */
  begin() {
    this.#told.clear();
  }

  /** All were told of. */
  ready() {
    for (const id of [...this.#cards.keys()]) {
      if (!this.#told.has(id)) this.remove(id);
    }
  }

  /** @param {import('./protocol.js').Card} card */
  put(card) {
    this.#told.add(card.id);
    const known = this.#cards.get(card.id);
    if (known !== undefined) {
      known.update(card, new Date());
      return;
    }
    const view = new CardView(card, () => this.#listener.onTick());
    this.#cards.set(card.id, view);
    this.#list.append(view.element);
    this.#observer.observe(view.element);
  }

  remove(id) {
    const card = this.#cards.get(id);
    if (card === undefined) return;
    this.#observer.unobserve(card.element);
    card.element.remove();
    this.#cards.delete(id);
    if (this.#inView.delete(id)) this.#listener.onLook(this.#inView);
  }

  show(id, picture) {
    this.#cards.get(id)?.show(picture);
  }

  mark(id, outcome) {
    this.#cards.get(id)?.mark(outcome);
  }

  tickAll(on) {
    for (const card of this.#cards.values()) card.tick(on && card.isWritable);
    this.#listener.onTick();
  }

  #ids(holds) {
    return [...this.#cards].filter(([, card]) => holds(card)).map(([id]) => id);
  }

  #seen(entries) {
    for (const { target, isIntersecting } of entries) {
      const { id } = target.dataset;
      if (isIntersecting && this.#cards.has(id)) this.#inView.add(id);
      else this.#inView.delete(id);
    }
    this.#listener.onLook(this.#inView);
  }

  #refresh() {
    const now = new Date();
    for (const card of this.#cards.values()) card.refresh(now);
  }
}
