/**
 * The page's address names the session that it shows: `#<name>`. Each switch is a step in the browser's
 * history, so that back and forward switch as well.
 */

export class Address {
  #window;

  /**
   * @param {(name: string) => void} onChange  the user went back or forward, or typed another name
   * @param {Window} [page]
   */
  constructor(onChange, page = window) {
    this.#window = page;
    page.addEventListener('hashchange', () => onChange(this.name));
  }

  /** @returns {string} '' for none; of a name that is none, as much as can be read */
  get name() {
    const text = this.#window.location.hash.slice(1);
    try {
      return decodeURIComponent(text);
    } catch {
      return text;
    }
  }

  /** Another session is shown. */
  push(name) {
    if (name !== this.name) this.#window.history.pushState(null, '', `#${name}`);
  }

  /** The session has another name, or is the one that the address led to. @param {string} name  '' for none */
  replace(name) {
    if (name === this.name) return;
    const { pathname, search } = this.#window.location;
    this.#window.history.replaceState(null, '', name === '' ? `${pathname}${search}` : `#${name}`);
  }
}
