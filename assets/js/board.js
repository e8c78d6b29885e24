/**
 * What the page says in its middle while no terminal is shown.
 */

import { make, setText } from './dom.js';

export class Board {
  #element;
  #complaint = make('p', { class: 'board-complaint', role: 'alert' });
  #shown = '';
  #giveFocus;

  /**
   * @param {HTMLElement} host
   * @param {() => void} giveFocus  called when the board goes and had the focus
   */
  constructor(host, giveFocus) {
    this.#giveFocus = giveFocus;
    this.#element = make('section', { class: 'board', hidden: '', 'aria-live': 'polite' });
    host.append(this.#element);
  }

  /** @param {import('./boards.js').Notice} notice  the same one again changes nothing */
  show({ title, text, choices }) {
    const whole = JSON.stringify([title, text, choices.map((choice) => choice.text)]);
    if (whole === this.#shown) return;
    this.#shown = whole;
    setText(this.#complaint, '');
    const buttons = choices.map((choice) => make('button', {
      type: 'button',
      class: choice.isFirst ? 'choice first' : 'choice',
      text: choice.text,
      on: { click: choice.onChosen },
    }));
    this.#element.replaceChildren(
      make('h1', { text: title }),
      make('p', { text }),
      make('div', { class: 'choices' }, ...buttons),
      this.#complaint,
    );
    this.#element.hidden = false;
    if (document.activeElement?.closest('#tabs, input') == null) buttons[0]?.focus({ preventScroll: true });
  }

  complain(text) {
    setText(this.#complaint, text);
  }

  hide() {
    const hadFocus = this.#element.contains(document.activeElement);
    this.#shown = '';
    this.#element.hidden = true;
    if (hadFocus) this.#giveFocus();
  }
}
