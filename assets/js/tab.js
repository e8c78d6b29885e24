/**
 * One tab: its elements, and what they show. Decides nothing.
 */

import { make, setAttribute, setText } from './dom.js';

export class Tab {
  #button;
  #name = make('span', { class: 'tab-name' });
  #program = make('span', { class: 'tab-program' });
  #news = make('span', { class: 'unseen-word' });

  constructor() {
    this.#button = make(
      'button',
      { type: 'button', role: 'tab', class: 'tab-button', 'aria-controls': 'stage' },
      make('span', { class: 'tab-dot' }),
      this.#name,
      this.#program,
      this.#news,
    );
    // Not in the order of focus, and not read out: the Delete key and the menu do the same.
    const close = make('span', { class: 'tab-close', 'aria-hidden': 'true', title: 'Close' });
    this.element = make('div', { class: 'tab', role: 'none' }, this.#button, close);
  }

  get name() {
    return this.element.dataset.name;
  }

  get button() {
    return this.#button;
  }

  /** @param {object} tab  see TabBar.render @param {{mayWrite: boolean, isFocusable: boolean}} situation */
  update({ name, program, description, isCurrent, isUnseen, hasEnded }, { mayWrite, isFocusable }) {
    const { dataset, classList } = this.element;
    dataset.name = name;
    classList.toggle('current', isCurrent);
    classList.toggle('unseen', isUnseen);
    classList.toggle('ended', hasEnded);
    classList.toggle('closable', mayWrite || hasEnded);
    this.#button.id = `tab-${name}`;
    setAttribute(this.#button, 'aria-selected', isCurrent);
    setAttribute(this.#button, 'tabindex', isFocusable ? 0 : -1);
    setAttribute(this.#button, 'title', description);
    setAttribute(this.#button, 'aria-keyshortcuts', mayWrite ? 'F2 Delete' : null);
    setText(this.#name, name);
    setText(this.#program, hasEnded || program === null ? '' : program);
    setText(this.#news, wordFor({ isUnseen, hasEnded }));
  }
}

function wordFor({ isUnseen, hasEnded }) {
  if (hasEnded) return ', ended';
  return isUnseen ? ', new output' : '';
}
