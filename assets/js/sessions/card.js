/**
 * One terminal on the page of all of them: its screen, its name, how it is, and who is on it.
 *
 * Knows what to show, nothing of where it comes from.
 */

import { make, setAttribute, setText } from '../dom.js';
import { PictureView } from '../picture.js';
import { OUTCOMES, doingOf, duration, nameOf, stateOf, subjectOf, viewersOf, whoIs } from './words.js';

/** So many of those who are there fit on a card; the others are counted. */
const MOST_PEOPLE = 4;

/** How long what became of a line stays. */
const OUTCOME_MS = 6_000;

export class CardView {
  element;
  #card;
  #picture = new PictureView();
  #link;
  #name = make('span', { class: 'card-name' });
  #state = make('span', { class: 'card-state' });
  #subject = make('span', { class: 'card-subject' });
  #age = make('span', { class: 'card-age' });
  #people = make('ul', { class: 'people', 'aria-label': 'Who is on it' });
  #outcome = make('span', { class: 'card-outcome', hidden: '' });
  #tick;
  #timer = null;

  /**
   * @param {import('./protocol.js').Card} card
   * @param {() => void} onTick  it was ticked, or no longer is
   */
  constructor(card, onTick) {
    const { canvas } = this.#picture;
    setAttribute(canvas, 'role', 'img');
    this.#link = make('a', { class: 'card-screen', href: card.id }, canvas, this.#outcome);
    this.#tick = make('input', {
      type: 'checkbox', class: 'tick', on: { change: () => { this.#showTick(); onTick(); } },
    });
    const head = make('div', { class: 'card-head' }, this.#tick, this.#name, this.#state);
    const what = make('p', { class: 'card-what' }, this.#subject, this.#age);
    this.element = make('li', { class: 'card', 'data-id': card.id }, this.#link, make('div', { class: 'card-words' }, head, what, this.#people));
    this.update(card, new Date());
  }

  get isTicked() {
    return this.#card.isWritable && this.#tick.checked;
  }

  get isWritable() {
    return this.#card.isWritable;
  }

  tick(on) {
    this.#tick.checked = on;
    this.#showTick();
  }

  /** @param {import('./protocol.js').Card} card */
  update(card, now) {
    this.#card = card;
    const name = nameOf(card);
    setText(this.#name, name);
    setText(this.#subject, subjectOf(card));
    setAttribute(this.#subject, 'title', card.command);
    setAttribute(this.#age, 'title', `since ${card.since.toLocaleString()}`);
    setAttribute(this.#link, 'aria-label', `Watch ${name}, read-only`);
    setAttribute(this.#picture.canvas, 'aria-label', `Screen of ${name}`);
    setAttribute(this.#tick, 'aria-label', `Send lines to ${name}`);
    this.#tick.hidden = !card.isWritable;
    this.element.classList.toggle('idle', card.idleSince !== null);
    this.refresh(now);
    this.#showTick();
  }

  /** Time has passed. */
  refresh(now) {
    setText(this.#state, stateOf(this.#card, now));
    setText(this.#age, `runs ${duration(this.#card.since, now)}`);
    const { people } = this.#card;
    const lines = people === null ? [make('li', { class: 'person', text: viewersOf(this.#card) })] : rows(people, now);
    this.#people.replaceChildren(...lines);
  }

  show(picture) {
    this.#picture.show(picture);
  }

  /** What became of a line that was sent to it. */
  mark(outcome) {
    clearTimeout(this.#timer);
    this.#outcome.hidden = false;
    this.#outcome.dataset.outcome = outcome;
    setText(this.#outcome, OUTCOMES[outcome] ?? outcome);
    this.#timer = setTimeout(() => { this.#outcome.hidden = true; }, OUTCOME_MS);
  }

  #showTick() {
    this.element.classList.toggle('ticked', this.isTicked);
  }
}

function rows(people, now) {
  if (people.length === 0) return [make('li', { class: 'person nobody', text: 'nobody is on it' })];
  const shown = people.slice(0, people.length > MOST_PEOPLE ? MOST_PEOPLE - 1 : MOST_PEOPLE);
  const lines = shown.map((person) => row(person, now));
  const left = people.slice(shown.length);
  if (left.length > 0) {
    const title = left.map((person) => `${whoIs(person)} · ${person.address} · ${doingOf(person)}`).join('\n');
    lines.push(make('li', { class: 'person nobody', text: `and ${left.length} more`, title }));
  }
  return lines;
}

function row(person, now) {
  return make(
    'li',
    { class: 'person', 'data-doing': doingOf(person) },
    make('span', { class: 'person-dot', 'aria-hidden': 'true' }),
    make('span', { class: 'person-name', text: whoIs(person) }),
    make('span', { class: 'person-address', text: person.address }),
    make('span', { class: 'person-doing', text: `${doingOf(person)} · ${duration(person.since, now)}`, title: person.since.toLocaleString() }),
  );
}
