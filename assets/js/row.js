/**
 * The terminals in the order of their tabs, with what the user has seen of them.
 *
 * Plain bookkeeping over what the server lists: knows nothing of how tabs look or what is on the desk, but
 * for the name of the one that is looked at, which keeps its place when the server has it no longer.
 */

import { moved } from './order.js';

/** @typedef {import('./api.js').Model} Model */

export class Row {
  #order;
  #models = [];
  /** @type {{model: Model, index: number, hasEnded: boolean} | null} */
  #own = null;
  /** When last something had happened in a terminal that the user has seen, by name. */
  #seen = new Map();
  #left = new Set();

  /** @param {import('./order.js').Order} order */
  constructor(order) {
    this.#order = order;
  }

  /** @returns {Model[]} what the server has */
  get models() {
    return this.#models;
  }

  /** @returns {Model[]} that, and what is looked at though it has ended */
  get shown() {
    if (this.#own === null || this.knows(this.#own.model.name)) return this.#models;
    return this.#models.toSpliced(this.#own.index, 0, this.#own.model);
  }

  /** @returns {string | null} the name of the one that is looked at */
  get current() {
    return this.#own?.model.name ?? null;
  }

  get hasEnded() {
    return this.#own?.hasEnded ?? false;
  }

  /** @returns {Model | null} by its name, or one that it had */
  find(name) {
    return this.#models.find((model) => model.name === name)
      ?? this.#models.find((model) => model.aliases.includes(name)) ?? null;
  }

  knows(name) {
    return this.#models.some((model) => model.name === name);
  }

  /** The server's list, as of now. What was left counts as seen up to here, and so does what is new. */
  update(models) {
    this.#models = this.#order.arrange(models);
    for (const { name, lastActivity } of models) {
      const isSeen = name === this.current || this.#left.has(name) || !this.#seen.has(name);
      if (isSeen) this.#seen.set(name, lastActivity);
    }
    this.#left.clear();
    if (this.#own !== null) this.#place(this.#own.model.name, this.#own.hasEnded);
  }

  /** @param {Model} model  made just now */
  add(model) {
    if (this.knows(model.name)) return;
    this.#models = this.#order.arrange([...this.#models, model]);
    this.#seen.set(model.name, model.lastActivity);
  }

  remove(name) {
    this.#models = this.#models.filter((model) => model.name !== name);
    this.#seen.delete(name);
  }

  /** Another name, the same terminal. */
  rename(name, model) {
    const isOwn = name === this.current;
    this.#models = this.#models.map((known) => (known.name === name ? model : known));
    this.#order.set(this.#names());
    this.#seen.set(model.name, this.#seen.get(name) ?? model.lastActivity);
    if (isOwn) this.#own = { ...this.#own, model };
  }

  /** @returns {boolean} whether the tab can be put there */
  move(name, index) {
    if (!this.knows(name) || this.#models[index] === undefined) return false;
    this.#order.set(moved(this.#names(), name, index));
    this.#models = this.#order.arrange(this.#models);
    return true;
  }

  indexOf(name) {
    return this.#models.findIndex((model) => model.name === name);
  }

  /** This one is looked at from now on; null for none. */
  look(name) {
    if (this.#own !== null) this.#left.add(this.current);
    this.#own = null;
    if (name !== null) this.#place(name, false);
  }

  /** The one that is looked at has ended; its tab stays until the user looks elsewhere. */
  end() {
    this.#own = { ...this.#own, hasEnded: true };
    this.remove(this.current);
  }

  /** @returns {Model | null} where to go from one that is gone: to the one behind it, else to the last */
  get next() {
    return this.#models[this.#own?.index ?? 0] ?? this.#models.at(-1) ?? null;
  }

  isUnseen({ name, lastActivity }) {
    return name !== this.current && this.#seen.has(name) && this.#seen.get(name) !== lastActivity;
  }

  #place(name, hasEnded) {
    const index = this.indexOf(name);
    const known = index < 0 ? this.#own : { model: this.#models[index], index };
    if (known) this.#own = { ...known, hasEnded: hasEnded && index < 0 };
  }

  #names() {
    return this.#models.map((model) => model.name);
  }
}
