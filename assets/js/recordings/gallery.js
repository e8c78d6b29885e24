/**
 * Shows what recordings there are, each as a card with a still of its last screen. Decides nothing: a
 * card is a link, and what comes of it is the page's matter.
 */

import { make } from '../dom.js';
import { PictureView } from '../picture.js';
import { course, length, moment, name, size, typists } from './words.js';

export class Gallery {
  #list;
  #archive;
  /** @type {Map<string, {card: HTMLElement, text: string, key: string}>} by id */
  #cards = new Map();
  /** Stills come when their cards do: who looks at ten of five hundred asks for ten. */
  #watch = new IntersectionObserver((seen) => this.#onSeen(seen), { rootMargin: '200px' });
  #views = new WeakMap();

  /** @param {HTMLElement} list  @param {import('./archive.js').Archive} archive */
  constructor(list, archive) {
    this.#list = list;
    this.#archive = archive;
  }

  /** @param {object[]} recordings */
  show(recordings) {
    const before = this.#cards;
    this.#cards = new Map();
    const items = recordings.map((recording) => {
      const key = JSON.stringify(recording);
      const kept = before.get(recording.id);
      const entry = kept?.key === key ? kept : { card: this.#make(recording), text: textOf(recording), key };
      this.#cards.set(recording.id, entry);
      return entry.card;
    });
    const isSame = items.length === this.#list.children.length
      && items.every((item, at) => item === this.#list.children[at]);
    if (!isSame) this.#keepingFocus(() => this.#list.replaceChildren(...items));
  }

  /** Shows those alone in which all of these words are. @returns {number} how many */
  search(words) {
    const wanted = words.toLowerCase().split(/\s+/).filter((word) => word !== '');
    let found = 0;
    for (const { card, text } of this.#cards.values()) {
      card.hidden = !wanted.every((word) => text.includes(word));
      if (!card.hidden) found += 1;
    }
    return found;
  }

  #keepingFocus(change) {
    const focused = document.activeElement?.getAttribute('href');
    change();
    if (focused?.startsWith('#')) this.#list.querySelector(`a[href="${CSS.escape(focused)}"]`)?.focus();
  }

  #make(recording) {
    const view = new PictureView();
    view.canvas.setAttribute('aria-hidden', 'true');
    const { text, tone } = course(recording);
    const facts = [
      recording.length === null ? null : length(recording.length),
      size(recording.bytes),
      `${recording.cols}×${recording.rows}`,
    ];
    const card = make('li', { class: 'card' },
      make('a', { href: `#${recording.id}` },
        make('div', { class: 'still' }, view.canvas),
        make('div', { class: 'about' },
          make('strong', { class: 'name', text: name(recording) }),
          make('span', { class: 'when', text: moment(recording.begun) }),
          make('span', { class: 'facts', text: facts.filter((fact) => fact !== null).join(' · ') }),
          ...(recording.who.length > 0 ? [make('span', { class: 'who', text: `Typed: ${typists(recording.who)}` })] : []),
          make('span', { class: 'course', 'data-tone': tone, text }))));
    this.#views.set(card, { view, id: recording.id });
    this.#watch.observe(card);
    return card;
  }

  #onSeen(seen) {
    for (const { target, isIntersecting } of seen) {
      if (!isIntersecting) continue;
      this.#watch.unobserve(target);
      const { view, id } = this.#views.get(target);
      this.#archive.still(id).then((picture) => {
        view.show(picture);
        target.classList.toggle('blank', picture === null);
      });
    }
  }
}

function textOf(recording) {
  const { id, title, command, session, who } = recording;
  return [id, title, command, session, ...who, course(recording).text].join(' ').toLowerCase();
}
