/** What is drawn of a picture: pieces in their places, and colours. */

import assert from 'node:assert/strict';
import test from 'node:test';
import { colourOf, inkOf, piecesOf } from '../../../assets/js/picture.js';

const theme = { red: '#cc0000', brightBlue: '#0000ff' };

test('narrow text of one font stays together, all else stands alone', () => {
  assert.deepEqual(piecesOf(['ab c'], 3), [{ text: 'ab c', column: 3, columns: 4 }]);
  assert.deepEqual(piecesOf(['a│b', 1], 0), [
    { text: 'a', column: 0, columns: 1 },
    { text: '│', column: 1, columns: 1 },
    { text: 'b', column: 2, columns: 1 },
  ]);
});

test('wide characters take two columns each', () => {
  assert.deepEqual(piecesOf(['日本', 0, 4], 5), [
    { text: '日', column: 5, columns: 2 },
    { text: '本', column: 7, columns: 2 },
  ]);
});

test('a character with what is joined to it is one', () => {
  assert.deepEqual(piecesOf(['e\u0301', 0, 1], 2), [{ text: 'e\u0301', column: 2, columns: 1 }]);
  assert.deepEqual(piecesOf(['❤\ufe0f', 0, 2], 0), [{ text: '❤\ufe0f', column: 0, columns: 2 }]);
});

test('characters beyond the first plane are whole', () => {
  assert.deepEqual(piecesOf(['𝐚b'], 0).map(({ text, column }) => [text, column]), [['𝐚', 0], ['b', 1]]);
});

test('colours are the theme\'s, the palette\'s, or their own', () => {
  assert.equal(colourOf(1, theme), '#cc0000');
  assert.equal(colourOf(12, theme), '#0000ff');
  assert.equal(colourOf(16, theme), '#000000');
  assert.equal(colourOf(208, theme), '#ff8700');
  assert.equal(colourOf(231, theme), '#ffffff');
  assert.equal(colourOf(232, theme), '#080808');
  assert.equal(colourOf(255, theme), '#eeeeee');
  assert.equal(colourOf('#0a0b0c', theme), '#0a0b0c');
});

test('what is no colour is the default one', () => {
  for (const tint of [undefined, null, -1, 256, 1.5, 'red', '#12', 'url(x)', {}]) {
    assert.equal(colourOf(tint, theme), undefined);
  }
});

test('inverse exchanges the colours, the default ones as well', () => {
  const ground = { fg: '#eee', bg: '#111' };
  const plain = inkOf({}, ground, theme);
  assert.deepEqual([plain.fg, plain.bg], ['#eee', null]);
  const inverse = inkOf({ inverse: true }, ground, theme);
  assert.deepEqual([inverse.fg, inverse.bg], ['#111', '#eee']);
  const both = inkOf({ inverse: true, fg: 1, bg: 12 }, ground, theme);
  assert.deepEqual([both.fg, both.bg], ['#0000ff', '#cc0000']);
});
