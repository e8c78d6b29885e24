/**
 * What can be done with a tab, for who has no second mouse button, no F2, or does not know it: a menu that
 * names the keys as well.
 */

import { keepFocus, make } from './dom.js';
import { keysOf } from './shortcuts.js';

/** @typedef {import('./shortcuts.js').Action} Action */

const ENTRIES = [
  { action: 'rename', text: 'Rename' },
  { action: 'left', text: 'Move left' },
  { action: 'right', text: 'Move right' },
  { action: 'close', text: 'Close' },
];

/**
 * @param {import('./popover.js').Popover} popover
 * @param {Element} anchor
 * @param {string} name  of the tab
 * @param {{can: (action: Action) => boolean, onChosen: (action: Action) => void}} listener
 */
export function showMenu(popover, anchor, name, { can, onChosen }) {
  const items = ENTRIES.map(({ action, text }) => make(
    'button',
    {
      type: 'button', role: 'menuitem', tabindex: -1, class: 'menu-item', 'aria-disabled': can(action) ? null : 'true',
      on: {
        click: () => {
          if (!can(action)) return;
          popover.hide();
          onChosen(action);
        },
      },
    },
    make('span', { text }),
    make('kbd', { text: keysOf(action) }),
  ));
  const head = make('p', { class: 'menu-head', text: name, 'aria-hidden': 'true' });
  const attributes = {
    class: 'menu', role: 'menu', 'aria-label': name, on: { keydown: (event) => handleKey(event, items) },
  };
  items.forEach(keepFocus);
  popover.show(anchor, attributes, [head, ...items], { focus: items[0] });
}

function handleKey(event, items) {
  const at = items.indexOf(document.activeElement);
  const next = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: -1 }[event.key];
  if (next === undefined) return;
  event.preventDefault();
  items.at(next % items.length).focus();
}
