/**
 * The button at the lower edge that offers what can be done after a program has ended; Enter presses it.
 */

/** Keys that were pressed for the program must not press the button, which comes when it ends. In ms. */
const DEAF_MS = 600;

export class Offer {
  #button = document.createElement('button');
  #text = document.createElement('span');
  #key = document.createElement('kbd');
  #onTaken = null;
  #since = 0;

  /** @param {HTMLElement} host */
  constructor(host) {
    this.#button.type = 'button';
    this.#button.className = 'pill offer';
    this.#text.className = 'pill-text';
    this.#key.textContent = 'Enter';
    this.#button.append(this.#text, this.#key);
    this.#button.addEventListener('mousedown', (event) => event.preventDefault());
    this.#button.addEventListener('click', () => this.#take());
    window.addEventListener('keydown', (event) => this.#handleKey(event), { capture: true });
    host.append(this.#button);
  }

  /** @param {string} text  what is offered @param {() => void} onTaken */
  show(text, onTaken) {
    this.#text.textContent = text;
    // What is offered may change, or be offered again, while the user reaches for the key.
    if (this.#onTaken === null) this.#since = performance.now();
    this.#onTaken = onTaken;
    this.#button.classList.add('shown');
  }

  hide() {
    this.#onTaken = null;
    this.#button.classList.remove('shown');
  }

  /** Enter is the terminal's own again, and any other button's, once nothing is offered. */
  #handleKey(event) {
    const isPlain = !event.ctrlKey && !event.altKey && !event.metaKey && !event.shiftKey;
    if (this.#onTaken === null || event.key !== 'Enter' || !isPlain || isElsewhere(event.target)) return;
    event.preventDefault();
    event.stopPropagation();
    if (!event.repeat && performance.now() - this.#since > DEAF_MS) this.#take();
  }

  #take() {
    const onTaken = this.#onTaken;
    this.hide();
    onTaken?.();
  }
}

/** Whether the key is for something else that takes keys than the terminal. */
function isElsewhere(target) {
  return target.closest('button, input, [role="tab"], [role="menuitem"]') !== null
    && target.closest('.offer') === null;
}
