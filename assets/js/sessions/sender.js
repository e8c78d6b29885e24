/**
 * The form below: one line for all terminals that are ticked, and what became of it.
 *
 * Knows the form and its words; what is ticked, and how a line is sent, is injected.
 */

import { setText } from '../dom.js';
import { summaryOf, terminals } from './words.js';

export class Sender {
  #form;
  #field;
  #all;
  #button;
  #note;
  #board;
  #send;
  #isSending = false;

  /**
   * @param {object} parts
   * @param {HTMLFormElement} parts.form
   * @param {HTMLElement} parts.note  an aria-live region
   * @param {import('./board.js').Board} parts.board
   * @param {(line: string, ids: string[]) => Promise<{id: string, outcome: string}[]>} parts.send
   */
  constructor({ form, note, board, send }) {
    this.#form = form;
    this.#field = form.querySelector('.line-field');
    this.#all = form.querySelector('.tick');
    this.#button = form.querySelector('button');
    this.#note = note;
    this.#board = board;
    this.#send = send;
    form.addEventListener('submit', (event) => {
      event.preventDefault();
      this.#submit();
    });
    this.#all.addEventListener('change', () => board.tickAll(this.#all.checked));
  }

  /** Other terminals are there, or ticked. */
  review() {
    const { writable, ticked } = this.#board;
    this.#form.hidden = writable.length === 0;
    this.#all.checked = ticked.length > 0 && ticked.length === writable.length;
    this.#all.indeterminate = ticked.length > 0 && ticked.length < writable.length;
    setText(this.#button, ticked.length === 0 ? 'Send' : `Send to ${ticked.length}`);
    this.#field.placeholder = ticked.length === 0 ? 'Tick terminals first' : `One line for ${terminals(ticked.length)}`;
  }

  async #submit() {
    const ids = this.#board.ticked;
    if (this.#isSending) return;
    if (ids.length === 0) {
      this.#say('Tick the terminals that should get the line first', 'bad');
      return;
    }
    this.#isSending = true;
    this.#say('Sending…', 'busy');
    try {
      const results = await this.#send(this.#field.value, ids);
      for (const { id, outcome } of results) this.#board.mark(id, outcome);
      const isAll = results.every(({ outcome }) => outcome === 'sent');
      this.#say(summaryOf(results), isAll ? 'good' : 'bad');
      this.#field.value = '';
    } catch (error) {
      this.#say(error.message, 'bad');
    } finally {
      this.#isSending = false;
    }
  }

  #say(text, tone) {
    this.#note.dataset.tone = tone;
    setText(this.#note, text);
  }
}
