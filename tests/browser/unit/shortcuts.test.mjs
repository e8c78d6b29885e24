/** Keys of the tabs, against those of terminals and browsers. */

import assert from 'node:assert/strict';
import test from 'node:test';
import { actionOf, ariaKeysOf, keysOf } from '../../../assets/js/shortcuts.js';

const press = (keys) => {
  const parts = keys.split('+');
  return {
    key: parts.at(-1),
    ctrlKey: parts.includes('Ctrl'), altKey: parts.includes('Alt'),
    shiftKey: parts.includes('Shift'), metaKey: parts.includes('Meta'),
  };
};

test('the keys of the tabs are known', () => {
  assert.equal(actionOf(press('Ctrl+Shift+Enter')), 'new');
  assert.equal(actionOf(press('Ctrl+Shift+F4')), 'close');
  assert.equal(actionOf(press('Ctrl+Shift+F2')), 'rename');
  assert.equal(actionOf(press('Ctrl+Shift+F6')), 'bar');
  assert.equal(actionOf(press('Alt+PageUp')), 'previous');
  assert.equal(actionOf(press('Alt+PageDown')), 'next');
  assert.equal(actionOf(press('Alt+Shift+PageUp')), 'left');
  assert.equal(actionOf(press('Alt+Shift+PageDown')), 'right');
});

test('everything else stays the terminal\'s and the browser\'s', () => {
  for (const keys of [
    'Enter', 'Shift+Enter', 'Ctrl+Enter', 'Alt+Enter', 'PageUp', 'Shift+PageUp', 'Shift+PageDown', // The terminal's.
    'F2', 'F4', 'F6', 'Shift+F2', 'Ctrl+F2', 'Ctrl+Alt+F2', // mc, htop; the console's.
    'Alt+b', 'Alt+f', 'Alt+d', 'Alt+.', 'Alt+1', 'Alt+9', 'Alt+ArrowLeft', 'Ctrl+ArrowRight', // readline.
    'Ctrl+w', 'Ctrl+t', 'Ctrl+n', 'Ctrl+p', 'Ctrl+r', 'Ctrl+Shift+ArrowLeft', // readline, vim; nano selects words.
    'Ctrl+PageUp', 'Ctrl+PageDown', 'Ctrl+Shift+PageUp', 'Ctrl+Shift+T', 'Ctrl+Shift+W', 'Ctrl+Tab', 'Alt+F4', // Browsers.
    'Meta+Alt+PageUp', 'Ctrl+Shift+Alt+Enter',
  ]) {
    assert.equal(actionOf(press(keys)), null, keys);
  }
});

test('they are named for people, and for what reads the page out', () => {
  assert.equal(keysOf('previous'), 'Alt+Page Up');
  assert.equal(keysOf('new'), 'Ctrl+Shift+Enter');
  assert.equal(ariaKeysOf('new'), 'Control+Shift+Enter');
});
