/** Streams that no program prints: sequences that mean something in any order, and bytes that mean nothing. */

import { Random } from './random.mjs';

const WORDS = [
  'hello', 'x', 'lorem ipsum dolor sit amet ', '日本語', 'ｗｉｄｅ', 'é', 'e\u0301', '👍🏽', '👨\u200d👩\u200d👧', '❤\ufe0f',
  '한글', '━━━', '\u200b', 'A'.repeat(30), 'mixed 漢字 text ', 'नमस्ते', '🇩🇪',
];
const CONTROLS = ['\r\n', '\r\n', '\n', '\r', '\b', '\t', '\x0b'];
const STYLES = [
  '0', '1', '2', '3', '4', '5', '7', '8', '9', '21', '22', '23', '24', '25', '27', '28', '29', '53', '55', '4:3', '4:2', '4:0',
  '58;5;9', '58:2::1:2:3', '59', '38;5;200', '48;5;17', '38;2;1;2;3', '48;2;9;8;7', '38:2::5:6:7', '48:5:77', '39', '49',
  '31', '36', '42', '47', '90', '97', '100', '105',
];
const MODES = [
  '?6', '?7', '4', '?45', '?1', '?25', '?1049', '?47', '?1047', '?1048', '20', '?2004', '?1000', '?1006', '?12', '?66', '?1003',
  '?1016', '?1004', '?2026', '?1;7', '?1049;25',
];
const ESCAPES = ['7', '8', '[s', '[u', 'M', 'D', 'E', 'H', '[g', '[3g', '=', '>'].map((rest) => `\x1b${rest}`);
const CHARSETS = ['\x1b(0', '\x1b(B', '\x1b)0', '\x1b*A', '\x0e', '\x0f', '\x1bn', '\x1bo', '\x1b(K', '\x1b%G', '\x1b(4'];
const STRINGS = [
  '\x1b]0;title é\x07', '\x1b]2;another\x1b\\', '\x1b]8;;http://example.org/\x07link\x1b]8;;\x07',
  '\x1b]8;id=7;https://example.org/7\x1b\\a 漢字 link\x1b]8;;\x1b\\', 
  '\x1b]4;1;rgb:ff/00/11;2;?\x07', '\x1b]10;#123456\x07', '\x1b]104\x07', '\x1b]52;c;aGk=\x07',
  '\x1b]8;;javascript:x\x07', '\x1b]1;icon\x07',
];
const LINKS = [
  '\x1b]8;;http://example.org/\x07link\x1b]8;;\x07', '\x1b]8;id=7;https://example.org/7\x1b\\a 漢字 link\x1b]8;;\x1b\\',
  '\x1b]8;;http://example.org/\x07', '\x1b]8;;\x07',
];
const RARE = [
  '\x1b[!p', '\x1b[3J', '\x1bc', '\x1b#8', '\x1b[3 q', '\x1b[7 q', '\x1b[0 q', '\x1b[1"q', '\x1b[0"q', '\x1b[2 @', '\x1b[2 A', "\x1b[2'}",
  "\x1b[2'~", '\x1b[c', '\x1b[6n', '\x1b[?u', '\u0084', '\u0085', '\u009b31m', '\x1bP$qm\x1b\\', '\x1b_Gabc\x1b\\', '\x1b[22t',
  '\x1b[23t', '\x1b[999999999b', '\x1b[24;80H\x1b[1J', '\x1b[99999S',
];

/** What is printed, and how often in a hundred. */
const GRAMMAR = [
  [35, (random) => random.pick(WORDS).repeat(random.pick([1, 1, 1, 2, 5]))],
  [10, (random) => `\x1b[${several(random, () => random.pick(STYLES))}m`],
  [10, (random) => random.pick(CONTROLS)],
  [10, (random) => `\x1b[${number(random)};${number(random)}H`],
  [10, (random) => `\x1b[${number(random)}${random.pick('ABCDEFGIZ`ade')}`],
  [7, (random) => `\x1b[${random.pick(['', '?', '', ''])}${random.pick(['', '0', '1', '2'])}${random.pick('JKK')}`],
  [6, (random) => `\x1b[${number(random)}${random.pick('@PXLMSTb')}`],
  [3, (random) => `\x1b[${random.pick(MODES)}${random.pick('hhl')}`],
  [2, (random) => `\x1b[${number(random)};${number(random)}r`],
  [2, (random) => random.pick(ESCAPES)],
  [2, (random) => random.pick(CHARSETS)],
  [2, (random) => random.pick(STRINGS)],
  [1, (random) => random.pick(RARE)],
];
const COMMANDS = GRAMMAR.flatMap(([times, command]) => Array(times).fill(command));

/** Links over many lines, and what moves lines about. */
const LINKED = [
  ...COMMANDS,
  ...Array(6).fill((random) => random.pick(LINKS)),
  ...Array(4).fill((random) => random.pick(['\x1bM', '\n\n\n', '\x1bD'])),
];

/** Bytes with which sequences and characters begin, and some that go on in them. */
const BEGINNINGS = [0x1b, 0x5b, 0x3b, 0xe6, 0xf0, 0x9b, 0x0a];

const SIZES = [{ cols: 80, rows: 24 }, { cols: 40, rows: 10 }, { cols: 20, rows: 5 }];

/** @returns {import('./tape.mjs').Stream} sequences, some cut off or with a byte gone wrong */
export function sequences(seed, { hasResizes = false, isLinked = false } = {}) {
  const random = new Random(seed);
  const commands = isLinked ? LINKED : COMMANDS;
  const text = Array.from({ length: random.pick([40, 120, 400]) }, () => random.pick(commands)(random)).join('');
  return stream(`sequences, seed ${seed}`, Buffer.from(text), random, hasResizes);
}

/** @returns {import('./tape.mjs').Stream} bytes of any kind, with what begins a sequence or a character more often */
export function noise(seed) {
  const random = new Random(seed);
  const byte = () => random.pick([() => random.below(256), () => random.between(32, 126), () => random.pick(BEGINNINGS)])();
  const bytes = Buffer.from(Array.from({ length: random.between(20, 1500) }, byte));
  return stream(`random bytes, seed ${seed}`, bytes, random, false);
}

function stream(name, bytes, random, hasResizes) {
  const places = hasResizes ? Array.from({ length: random.between(1, 3) }, () => random.below(bytes.length)) : [];
  const otherSize = () => ({ cols: random.pick([10, 20, 33, 80, 100]), rows: random.pick([5, 10, 24, 30]) });
  const resizes = places.sort((a, b) => a - b).map((at) => ({ at, size: otherSize() }));
  return { name, bytes, size: random.pick(SIZES), resizes };
}

function number(random) {
  return random.pick(['', '0', '1', '1', '2', '3', '5', `${random.below(25)}`, `${random.below(90)}`]);
}

function several(random, item) {
  return Array.from({ length: random.between(1, 3) }, item).join(';');
}
