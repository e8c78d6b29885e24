/**
 * The field in the place of a tab's name, in which it gets another one.
 *
 * Enter takes the name, Escape leaves it as it was, and so does going elsewhere with a name that is none.
 */

import { make } from './dom.js';
import { faultOf } from './words.js';

/** Wide enough for what is typed, in characters. */
const WIDTH = { least: 8, most: 24 };

export class NameField {
  #tab;
  #popover;
  #rename;
  #onDone;
  #input;
  #isBusy = false;

  /**
   * @param {import('./tab.js').Tab} tab
   * @param {import('./popover.js').Popover} popover  says what is wrong with a name
   * @param {object} listener
   * @param {(to: string) => Promise<string | null>} listener.rename  says why it keeps its name
   * @param {(hadFocus: boolean) => void} listener.onDone
   */
  constructor(tab, popover, { rename, onDone }) {
    this.#tab = tab;
    this.#popover = popover;
    this.#rename = rename;
    this.#onDone = onDone;
    this.#input = make('input', {
      class: 'tab-field', type: 'text', maxlength: 64, spellcheck: 'false', autocomplete: 'off',
      autocapitalize: 'none', autocorrect: 'off', enterkeyhint: 'done', 'aria-label': `New name of ${tab.name}`,
      on: {
        keydown: (event) => this.#handleKey(event),
        input: () => this.#check(),
        blur: () => this.#leave(),
      },
    });
    this.#input.value = tab.name;
    tab.element.classList.add('edited');
    tab.element.append(this.#input);
    this.#check();
    this.#input.focus();
    this.#input.select();
  }

  #handleKey(event) {
    event.stopPropagation();
    if (event.key === 'Enter' && !event.isComposing) {
      event.preventDefault();
      this.#take();
    } else if (event.key === 'Escape') {
      event.preventDefault();
      this.#end();
    }
  }

  #check() {
    const { value } = this.#input;
    this.#input.style.setProperty('width', `${Math.min(WIDTH.most, Math.max(WIDTH.least, value.length + 1))}ch`);
    this.#complain(value === '' ? null : faultOf(value));
  }

  async #take() {
    if (this.#isBusy) return;
    this.#isBusy = true;
    const fault = await this.#rename(this.#input.value);
    this.#isBusy = false;
    if (fault === null) this.#end();
    else if (this.#input.isConnected) this.#complain(fault);
  }

  /** The user has gone elsewhere. */
  async #leave() {
    if (this.#isBusy || !this.#input.isConnected || !document.hasFocus()) return;
    if (faultOf(this.#input.value) === null) await this.#rename(this.#input.value);
    this.#end();
  }

  #complain(fault) {
    if (fault === null) {
      this.#input.removeAttribute('aria-invalid');
      this.#input.removeAttribute('aria-describedby');
      this.#popover.hide();
      return;
    }
    this.#input.setAttribute('aria-invalid', 'true');
    this.#input.setAttribute('aria-describedby', 'name-fault');
    const words = make('p', { id: 'name-fault', text: fault });
    this.#popover.show(this.#tab.element, { class: 'complaint', role: 'alert' }, [words]);
  }

  #end() {
    if (!this.#input.isConnected) return;
    const hadFocus = document.activeElement === this.#input;
    this.#popover.hide();
    this.#isBusy = true; // Taking the field away takes the focus from it.
    this.#input.remove();
    this.#tab.element.classList.remove('edited');
    this.#onDone(hadFocus);
  }
}
