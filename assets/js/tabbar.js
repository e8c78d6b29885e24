/**
 * The bar of tabs: shows them, and tells what the user does with them.
 *
 * Knows names and what to show for them, nothing of terminals. One of the tabs takes part in the order of
 * focus, the arrow keys lead to the others (the ARIA practices' tabs, activated by Enter).
 */

import { keepFocus, make, setAttribute } from './dom.js';
import { Drag } from './drag.js';
import { showMenu } from './menu.js';
import { NameField } from './namefield.js';
import { Popover } from './popover.js';
import { ariaKeysOf, keysOf } from './shortcuts.js';
import { Tab } from './tab.js';

/** How long a complaint stays, unless the user clicks somewhere. */
const READ_MS = 7_000;

export class TabBar {
  #host;
  #listener;
  #list = make('div', { class: 'tab-list', role: 'tablist', 'aria-label': 'Terminals' });
  #new;
  #more;
  #popover;
  #drag;
  #tabs = new Map();
  #state = { mayWrite: false, isMaking: false, tabs: [] };
  #isEdited = false;
  /** What the bar was last used by; browsers differ in what they say of a click. */
  #usedBy = '';

  /**
   * @param {HTMLElement} host
   * @param {import('./tabs.js').Tabs} listener
   */
  constructor(host, listener) {
    this.#host = host;
    this.#listener = listener;
    this.#new = this.#makeButton('new', 'New terminal', () => listener.make());
    this.#more = this.#makeButton('more', 'Actions for this terminal', () => this.#toggleMenu());
    setAttribute(this.#new, 'title', `New terminal (${keysOf('new')})`);
    setAttribute(this.#new, 'aria-keyshortcuts', ariaKeysOf('new'));
    setAttribute(this.#more, 'aria-haspopup', 'menu');
    const all = make('a', { class: 'bar-button all', href: 'sessions/', 'aria-label': 'All terminals', title: 'All terminals' });
    host.append(this.#list, this.#new, this.#more, all);
    this.#popover = new Popover(document.body);
    this.#drag = new Drag(this.#list, {
      onDrop: (element, index) => listener.move(element.dataset.name, index),
      onCancel: () => this.render(this.#state),
      onHold: (element) => this.#showMenu(element, element.dataset.name),
    });
    this.#listen();
  }

  /**
   * @param {object} state
   * @param {boolean} state.mayWrite  whether the user may make, rename and close
   * @param {boolean} state.isMaking  one is on its way
   * @param {{name: string, program: string | null, description: string, isCurrent: boolean, isUnseen: boolean,
   *   hasEnded: boolean}[]} state.tabs
   */
  render(state) {
    const before = this.#currentName();
    const count = this.#state.tabs.length;
    this.#state = state;
    const { mayWrite, isMaking, tabs } = state;
    this.#host.classList.toggle('read-only', !mayWrite);
    this.#new.hidden = !mayWrite;
    this.#more.hidden = !mayWrite || this.#currentName() === null;
    setAttribute(this.#new, 'aria-busy', isMaking ? 'true' : null);
    if (this.#isEdited || this.#drag.isLifted) return;
    this.#forgetOthers(tabs);
    const focusable = tabs.find(({ isCurrent }) => isCurrent) ?? tabs[0];
    const elements = tabs.map((tab) => {
      const shown = this.#tabOf(tab.name);
      shown.update(tab, { mayWrite, isFocusable: tab === focusable });
      return shown.element;
    });
    arrange(this.#list, elements);
    this.#point(this.#currentName(), before !== this.#currentName() || count !== tabs.length);
    this.#hint();
  }

  /** Asks before a terminal is closed. @returns {Promise<boolean>} whether it is to be closed */
  ask(name, reason) {
    return new Promise((resolve) => {
      const keep = make('button', { type: 'button', class: 'choice', text: 'Keep it', on: { click: () => this.#popover.hide() } });
      const close = make('button', {
        type: 'button', class: 'choice bad', text: 'Close it',
        on: {
          click: () => {
            resolve(true);
            this.#popover.hide();
          },
        },
      });
      const attributes = { class: 'question', role: 'alertdialog', 'aria-label': `Close ${name}?`, 'aria-describedby': 'question' };
      const words = make('p', { id: 'question', text: reason });
      const buttons = make('div', { class: 'choices' }, close, keep);
      this.#popover.show(this.#anchorOf(name), attributes, [words, buttons], { focus: keep, onGone: () => resolve(false) });
    });
  }

  /** Says what could not be done. @param {string | null} name  null where it is no tab's matter */
  complain(name, text) {
    const anchor = name === null ? this.#new : this.#anchorOf(name);
    this.#popover.show(anchor, { class: 'complaint', role: 'alert' }, [make('p', { text })], { for: READ_MS });
  }

  /** Lets the user type another name. */
  editName(name) {
    const tab = this.#tabs.get(name);
    if (!tab || this.#isEdited) return;
    const isFromBar = this.#list.contains(document.activeElement);
    this.#isEdited = true;
    tab.element.scrollIntoView({ inline: 'nearest', block: 'nearest' });
    new NameField(tab, this.#popover, {
      rename: (to) => this.#listener.rename(name, to),
      onDone: (hadFocus) => {
        this.#isEdited = false;
        this.render(this.#state);
        if (hadFocus && isFromBar) this.focus();
        else if (hadFocus) this.#listener.leaveBar();
      },
    });
  }

  focus() {
    const name = this.#currentName() ?? this.#state.tabs[0]?.name;
    if (name !== undefined) this.#tabs.get(name).button.focus();
    else if (!this.#new.hidden) this.#new.focus();
  }

  #makeButton(kind, label, onClick) {
    const button = make('button', {
      type: 'button', class: `bar-button ${kind}`, 'aria-label': label, title: label, hidden: '', on: { click: onClick },
    });
    keepFocus(button);
    return button;
  }

  #listen() {
    this.#list.addEventListener('mousedown', (event) => {
      if (event.target.closest('input') === null) event.preventDefault();
    });
    this.#list.addEventListener('pointerdown', (event) => { this.#usedBy = event.pointerType; });
    this.#list.addEventListener('keydown', () => { this.#usedBy = ''; });
    this.#list.addEventListener('click', (event) => this.#handleClick(event));
    this.#list.addEventListener('auxclick', (event) => {
      const name = nameAt(event);
      if (event.button === 1 && name !== null) this.#listener.close(name);
    });
    this.#list.addEventListener('dblclick', (event) => {
      const name = nameAt(event);
      if (name !== null && event.target.closest('.tab-close') === null) this.#listener.act('rename', name);
    });
    this.#list.addEventListener('contextmenu', (event) => {
      const name = nameAt(event);
      if (name === null || !this.#state.mayWrite) return;
      event.preventDefault();
      if (!this.#popover.isShown && event.pointerType !== 'touch') this.#showMenu(this.#anchorOf(name), name);
    });
    this.#list.addEventListener('wheel', (event) => {
      if (event.deltaX === 0) this.#list.scrollLeft += event.deltaY;
    }, { passive: true });
    this.#host.addEventListener('keydown', (event) => this.#handleKey(event));
    this.#list.addEventListener('scroll', () => this.#hint(), { passive: true });
    new ResizeObserver(() => this.#hint()).observe(this.#list);
  }

  /** Are there tabs beyond the edges? */
  #hint() {
    const { scrollLeft, scrollWidth, clientWidth, classList } = this.#list;
    classList.toggle('more-before', scrollLeft > 1);
    classList.toggle('more-behind', scrollLeft + clientWidth < scrollWidth - 1);
  }

  #handleClick(event) {
    const name = nameAt(event);
    if (name === null || event.target.closest('input') !== null) return;
    if (event.target.closest('.tab-close') !== null) this.#listener.close(name);
    else this.#select(name);
  }

  /** By a finger, the keyboard on the screen stays as it is. */
  #select(name) {
    this.#listener.select(name);
    if (this.#usedBy !== 'touch') this.#listener.leaveBar();
  }

  #handleKey(event) {
    if (event.ctrlKey || event.altKey || event.metaKey) return;
    const stops = [...this.#list.querySelectorAll('.tab-button'), this.#new, this.#more].filter((stop) => !stop.hidden);
    const at = stops.indexOf(document.activeElement);
    const name = document.activeElement?.closest('.tab')?.dataset.name ?? null;
    const acts = {
      ArrowRight: () => stops.at((at + 1) % stops.length).focus(),
      ArrowLeft: () => stops.at((at - 1) % stops.length).focus(),
      Home: () => stops[0].focus(),
      End: () => stops.at(-1).focus(),
      Escape: () => this.#listener.leaveBar(),
      ...(name !== null && {
        F2: () => this.#listener.act('rename', name),
        Delete: () => this.#listener.close(name),
      }),
    };
    if (at < 0 || acts[event.key] === undefined) return;
    event.preventDefault();
    acts[event.key]();
  }

  #toggleMenu() {
    if (this.#popover.isShownAt(this.#more)) this.#popover.hide();
    else this.#showMenu(this.#more, this.#currentName());
  }

  #showMenu(anchor, name) {
    if (name === null || !this.#state.mayWrite) return;
    const at = this.#state.tabs.findIndex((tab) => tab.name === name);
    const { hasEnded } = this.#state.tabs[at];
    const can = {
      rename: !hasEnded,
      left: !hasEnded && at > 0,
      right: !hasEnded && at < this.#state.tabs.length - 1,
      close: true,
    };
    showMenu(this.#popover, anchor, name, {
      can: (action) => can[action],
      onChosen: (action) => this.#listener.act(action, name),
    });
  }

  #tabOf(name) {
    if (!this.#tabs.has(name)) this.#tabs.set(name, new Tab());
    return this.#tabs.get(name);
  }

  #forgetOthers(tabs) {
    const names = new Set(tabs.map(({ name }) => name));
    const hadFocus = this.#list.contains(document.activeElement);
    for (const [name, tab] of this.#tabs) {
      if (names.has(name)) continue;
      tab.element.remove();
      this.#tabs.delete(name);
    }
    if (hadFocus && !this.#list.contains(document.activeElement)) queueMicrotask(() => this.focus());
  }

  /** The current tab names what is on the stage, and comes into view when something has changed about it. */
  #point(name, hasChanged) {
    const stage = document.getElementById('stage');
    setAttribute(stage, 'aria-labelledby', name === null ? null : `tab-${name}`);
    if (hasChanged) this.#tabs.get(name)?.element.scrollIntoView({ inline: 'nearest', block: 'nearest' });
  }

  #currentName() {
    return this.#state.tabs.find(({ isCurrent }) => isCurrent)?.name ?? null;
  }

  #anchorOf(name) {
    return this.#tabs.get(name)?.element ?? this.#new;
  }
}

function nameAt(event) {
  return event.target.closest('.tab')?.dataset.name ?? null;
}

/** Puts the elements in this order, and leaves those alone that are where they belong. */
function arrange(list, elements) {
  elements.forEach((element, index) => {
    if (list.children[index] !== element) list.insertBefore(element, list.children[index] ?? null);
  });
}
