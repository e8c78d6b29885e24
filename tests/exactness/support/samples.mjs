/** Files for programs to show: what `cat` makes a terminal do with them is seldom in any program's output. */

import { Random } from './random.mjs';

const GRAPHEMES = [
  '👍🏽', '👨\u200d👩\u200d👧', '❤\ufe0f', '🇩🇪', 'e\u0301', 'a\u0308\u0301', '🙂', 'x', '漢', '\u200b', ' ', 'नमस्ते', 'ไทย', '한글', '1\ufe0f\u20e3',
];
const PUNCTUATION = 'abc ，。';

/** @returns {Record<string, string | Buffer>} contents by file name */
export function samples() {
  const random = new Random(1);
  return {
    'cjk.txt': lines(300, () => text(random.between(5, 120), () => ideograph(random))),
    'emoji.txt': lines(200, () => text(random.between(5, 90), () => random.pick(GRAPHEMES))),
    'broken.bin': brokenText(random),
    'lines.txt': lines(60, (y) => `\x1b(0l${'q'.repeat(y % 40)}k\x1b(B and ${'─┬─'.repeat(y % 30)}\x0e\x1b)0xx\x0f\x1b)B`),
    'colours.txt': lines(60, (y) => `${text(80, (x) => `\x1b[48;2;${x * 3};${y * 4};128m\x1b[38;5;${(x + y) % 256}m▀`)}\x1b[0m`),
    'progress.txt': lines(200, (i) => `\x1b7\x1b[1;23r\x1b[24;1H\x1b[K\x1b[42m${'#'.repeat(i / 3)} ${i}\x1b[0m\x1b8\r\x1b[Kline ${i}`),
    'page.html': `<h1>A page</h1>${lines(60, (i) => `<p>Paragraph <b>${i}</b> with a <a href="#${i}">link</a> and 漢字.</p>`)}`,
  };
}

function ideograph(random) {
  return random.chance(80) ? String.fromCharCode(random.between(0x4e00, 0x9fa5)) : random.pick(PUNCTUATION);
}

/** Bytes of a text go missing, or others come in between. */
function brokenText(random) {
  const whole = Buffer.from(lines(80, () => text(random.between(5, 60), () => random.pick(GRAPHEMES))));
  return Buffer.from([...whole].flatMap((byte) => {
    if (byte === 0x0a || !random.chance(10)) return [byte];
    return random.pick([[], [byte, random.between(0x80, 0xff)], [random.between(0x80, 0xff)]]);
  }));
}

function lines(count, line) {
  return text(count, (i) => `${line(i)}\n`);
}

function text(count, part) {
  return Array.from({ length: count }, (_, i) => part(i)).join('');
}
