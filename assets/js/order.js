/**
 * The order in which a browser's user wants his tabs. Knows names only.
 *
 * Tabs that are new come last, in the order in which they are given.
 */

/** More names than this are not kept; tabs that don't fit on any screen need no order. */
const MOST = 500;

export class Order {
  #keepsake;
  #names;

  /** @param {{read(): string, write(text: string): void}} keepsake */
  constructor(keepsake) {
    this.#keepsake = keepsake;
    this.#names = parse(keepsake.read());
  }

  /**
   * @template {{name: string, aliases: string[]}} T
   * @param {T[]} models
   * @returns {T[]}
   */
  arrange(models) {
    const place = ({ name, aliases }) => {
      const at = [name, ...aliases].map((each) => this.#names.indexOf(each)).filter((index) => index >= 0);
      return at.length === 0 ? Infinity : at[0];
    };
    const placed = models.map((model, index) => ({ model, index, place: place(model) }));
    const sorted = placed.sort((a, b) => (a.place === b.place ? a.index - b.index : a.place - b.place));
    return sorted.map(({ model }) => model);
  }

  /** This is the order from now on. @param {string[]} names */
  set(names) {
    this.#names = names.slice(0, MOST);
    this.#keepsake.write(JSON.stringify(this.#names));
  }
}

function parse(text) {
  try {
    const names = JSON.parse(text || '[]');
    return Array.isArray(names) ? names.filter((name) => typeof name === 'string') : [];
  } catch {
    return [];
  }
}

/** @returns {string[]} with `name` at another place */
export function moved(names, name, index) {
  const others = names.filter((other) => other !== name);
  others.splice(Math.max(0, Math.min(index, others.length)), 0, name);
  return others;
}
