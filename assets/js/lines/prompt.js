/**
 * The field for lines to send: Enter sends, Shift+Enter begins another line, the arrows lead through
 * what was sent before. Each line of it is sent as one.
 */

import { History } from './history.js';

export class Prompt {
  #form;
  #field;
  #history = new History();
  #send;

  /**
   * @param {HTMLFormElement} form  with a textarea
   * @param {(line: string) => boolean} send  whether it was sent
   */
  constructor(form, send) {
    this.#form = form;
    this.#field = form.querySelector('textarea');
    this.#send = send;
    form.addEventListener('submit', (event) => {
      event.preventDefault();
      this.#submit();
    });
    this.#field.addEventListener('keydown', (event) => this.#onKey(event));
    this.#field.addEventListener('input', () => this.#grow());
  }

  set isShown(isShown) {
    this.#form.hidden = !isShown;
  }

  get hasFocus() {
    return this.#form.contains(document.activeElement);
  }

  focus() {
    this.#field.focus({ preventScroll: true });
  }

  #submit() {
    const lines = this.#field.value.split('\n');
    // What could not be sent stays.
    while (lines.length > 0 && this.#send(lines[0])) this.#history.add(lines.shift());
    this.#set(lines.join('\n'));
    this.focus();
  }

  #onKey(event) {
    if (event.isComposing || event.ctrlKey || event.altKey || event.metaKey || event.shiftKey) return;
    switch (event.key) {
      case 'Enter':
        event.preventDefault();
        this.#submit();
        break;
      case 'ArrowUp':
        if (this.#isOnFirstLine()) this.#go(event, this.#history.back(this.#field.value));
        break;
      case 'ArrowDown':
        if (this.#isOnLastLine()) this.#go(event, this.#history.forth());
        break;
      default:
    }
  }

  #go(event, line) {
    if (line === null) return;
    event.preventDefault();
    this.#set(line);
  }

  #isOnFirstLine() {
    const { value, selectionStart, selectionEnd } = this.#field;
    return selectionStart === selectionEnd && !value.slice(0, selectionStart).includes('\n');
  }

  #isOnLastLine() {
    const { value, selectionStart, selectionEnd } = this.#field;
    return selectionStart === selectionEnd && !value.slice(selectionEnd).includes('\n');
  }

  #set(text) {
    this.#field.value = text;
    this.#field.setSelectionRange(text.length, text.length);
    this.#grow();
  }

  /** For browsers that can't by themselves. */
  #grow() {
    if (CSS.supports('field-sizing', 'content')) return;
    this.#field.style.height = 'auto';
    this.#field.style.height = `${this.#field.scrollHeight}px`;
  }
}
