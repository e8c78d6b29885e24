/**
 * The keys that work on tabs from within the terminal.
 *
 * Chosen so that they take nothing away: xterm.js sends for Alt+Page Up and Ctrl+Shift+Enter what it sends
 * for Page Up and Enter, nothing for Alt+Shift+Page Up, and no program binds F2, F4 and F6 with Ctrl and
 * Shift (readline, vim, emacs, nano, less, mc and tmux as they come); browsers use none of them.
 */

/** @typedef {'new' | 'close' | 'rename' | 'previous' | 'next' | 'left' | 'right' | 'bar'} Action */

const KEYS = {
  new: { key: 'Enter', modifiers: 'Ctrl+Shift' },
  close: { key: 'F4', modifiers: 'Ctrl+Shift' },
  rename: { key: 'F2', modifiers: 'Ctrl+Shift' },
  previous: { key: 'PageUp', modifiers: 'Alt' },
  next: { key: 'PageDown', modifiers: 'Alt' },
  left: { key: 'PageUp', modifiers: 'Alt+Shift' },
  right: { key: 'PageDown', modifiers: 'Alt+Shift' },
  bar: { key: 'F6', modifiers: 'Ctrl+Shift' },
};

/** @returns {Action | null} */
export function actionOf(event) {
  const pressed = modifiersOf(event);
  const found = Object.entries(KEYS).find(([, { key, modifiers }]) => key === event.key && modifiers === pressed);
  return found?.[0] ?? null;
}

/** @param {Action} action @returns {string} for people: Ctrl+Shift+Enter */
export function keysOf(action) {
  const { key, modifiers } = KEYS[action];
  return `${modifiers}+${key.replace('Page', 'Page ')}`;
}

/** @param {Action} action @returns {string} for aria-keyshortcuts */
export function ariaKeysOf(action) {
  const { key, modifiers } = KEYS[action];
  return `${modifiers.replace('Ctrl', 'Control')}+${key}`;
}

function modifiersOf({ ctrlKey, altKey, shiftKey, metaKey }) {
  const names = [[ctrlKey, 'Ctrl'], [altKey, 'Alt'], [shiftKey, 'Shift'], [metaKey, 'Meta']];
  return names.filter(([isHeld]) => isHeld).map(([, name]) => name).join('+');
}
