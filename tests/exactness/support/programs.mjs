/** The programs that are recorded, and what is typed into them. */

/**
 * @typedef {object} Program
 * @property {string} name
 * @property {{program: string, debian: string}} needs  the program and its Debian package
 * @property {string} command  for a shell, in the workplace of `record.mjs`
 * @property {import('./tape.mjs').Size} size  at the start
 * @property {({keys: string} | import('./tape.mjs').Size)[]} steps  keys and resizes, in order
 */

const UP = '\x1b[A';
const DOWN = '\x1b[B';
const PAGE_UP = '\x1b[5~';
const F9 = '\x1b[20~';
const F10 = '\x1b[21~';
const ESCAPE = '\x1b';
const CTRL_B = '\x02';
const CTRL_C = '\x03';
const CTRL_D = '\x04';
const CTRL_F = '\x06';
const CTRL_G = '\x07';
const CTRL_R = '\x12';
const CTRL_W = '\x17';
const CTRL_X = '\x18';

const SMALL = { cols: 60, rows: 20 };
const USUAL = { cols: 80, rows: 24 };
const LARGE = { cols: 100, rows: 30 };

const VIM_KEYS = [
  CTRL_F, CTRL_F, 'G', 'gg', ':set nu\r', '/fn\r', 'n', `ihello 漢字 ${ESCAPE}`, 'dd', 'u', ':vsplit\r', CTRL_F, ':q\r',
];
const LONG_LINE = 'a line that goes on and on past the margin of the screen, 漢字漢字漢字漢字, for sure';
const LONG_LINES = `for i in {1..40}; do echo "$i: ${LONG_LINE}"; done\r`;
const TMUX = 'tmux -f /dev/null new-session "bash --norc" \\; set destroy-unattached on';

/** @type {Program[]} */
export const PROGRAMS = [
  program('bash', [
    'ls -la --color sources\r', 'echo -e "\\e[31mred\\e[m"\r', LONG_LINES, `${CTRL_R}red`, CTRL_G,
    `echo ${'abc '.repeat(40)}`, '\r', UP + UP, CTRL_C, 'clear\r', 'exit\r',
  ], { command: 'bash --norc -i' }),
  program('bash', [
    LONG_LINES, SMALL, `echo ${'abc '.repeat(40)}`, LARGE, '\r', 'ls --color\r', { cols: 40, rows: 10 },
    'echo done\r', USUAL,
  ], { name: 'bash, resized', command: 'bash --norc -i' }),
  program('vim', [...VIM_KEYS, ':q!\r'], { command: 'vim -n -u NONE -c "syntax on" sources/parser.rs' }),
  program('vim', [
    CTRL_F, LARGE, 'G', SMALL, '/fn\r', `ihello${ESCAPE}`, USUAL, 'u', ':q!\r',
  ], { name: 'vim, resized', command: 'vim -n -u NONE -c "syntax on" sources/parser.rs' }),
  program('vimdiff', [
    CTRL_F, ']c', ']c', `${CTRL_W}w`, 'G', 'gg', 'do', ':qa!\r',
  ], { package: 'vim', size: LARGE, command: 'vim -n -u NONE -d original.rs changed.rs' }),
  program('htop', ['t', DOWN, DOWN, 'H', 'q'], { size: LARGE }),
  program('top', ['c', '1', 'z', 'q'], { package: 'procps', command: 'top -d 0.3' }),
  program('top', ['c', { cols: 50, rows: 12 }, USUAL, 'q'], { name: 'top, resized', package: 'procps', command: 'top -d 0.3' }),
  program('less', [' ', ' ', 'b', '/struct\r', 'n', 'G', 'g', '-S\r', 'q'], { command: 'less -R sources/buffer.rs' }),
  program('less', [' ', SMALL, ' ', LARGE, 'b', USUAL, 'q'], { name: 'less, resized', command: 'less -R sources/buffer.rs' }),
  program('man', [' ', ' ', '/option\r', 'n', 'q'], { package: 'man-db', command: 'man ./webterm.1' }),
  program('tmux', [
    `ls --color -la sources\r`, `${CTRL_B}%`, 'seq 100\r', `${CTRL_B}"`, 'echo 日本語\r', `${CTRL_B}o`, `${CTRL_B}[`,
    PAGE_UP, 'q', `${CTRL_B}d`,
  ], { size: LARGE, command: TMUX }),
  program('tmux', [
    `${CTRL_B}%`, 'seq 100\r', SMALL, `${CTRL_B}"`, 'ls --color\r', LARGE, `${CTRL_B}d`,
  ], { name: 'tmux, resized', command: TMUX }),
  program('git', [], { name: 'git log', command: 'git -C repository --no-pager log --color --graph --stat --patch -n 6' }),
  program('git', [], { name: 'git diff', command: 'git -C repository --no-pager diff --color --word-diff' }),
  program('git', [' ', ' ', SMALL, ' ', 'q'], { name: 'git with a pager', command: 'git -C repository log --color --graph -p' }),
  program('python3', [
    'import sys\r', 'for i in range(30): print("x" * i, "\\U0001F44D", "日本")\r', '\r', 'help()\r', 'q\r',
    'print("\\033[1;4:3;58:5:9mcurly\\033[0m")\r', CTRL_D,
  ], { command: 'python3 -q' }),
  program('ls', [], { package: 'coreutils', command: 'ls -laR --color .' }),
  program('ls', [], { name: 'ls with links', package: 'coreutils', command: 'ls -l --color --hyperlink sources' }),
  program('seq', [], { package: 'coreutils', command: 'seq 1 5000' }),
  program('grep', [], { command: 'grep --color=always -rn "self" sources' }),
  program('diff', [], { package: 'diffutils', command: 'diff --color=always -y -W 78 original.rs changed.rs' }),
  program('nano', [`\x16`, '\x16', 'hello 漢字 wörld', '\r\r', `${CTRL_W}fn\r`, CTRL_X, 'n'], { command: 'nano sources/cell.rs' }),
  program('mc', [DOWN, '\t', F9, F9, '\r', SMALL, F10, '\r'], { command: 'mc -u .' }),
  program('w3m', [' ', ' ', 'b', '\t', 'q', 'y'], { command: 'w3m page.html' }),
  program('ncdu', ['j', 'j', '\r', 'k', 'i', 'q'], { command: 'ncdu .' }),
  program('dialog', [DOWN, '\t'], { command: 'dialog --backtitle 漢字 --menu "Choose one" 15 40 6 1 one 2 two 3 "three, 三"' }),
  program('whiptail', [
    DOWN, ' ', '\t', '\r',
  ], { command: 'whiptail --checklist "Choose some" 15 40 6 1 one off 2 two on 3 three off' }),
  program('cmatrix', ['B', 'r', 'q'], { command: 'cmatrix -u 4' }),
  program('watch', ['q'], { package: 'procps', command: 'watch -n 0.2 -d --color date +%N' }),
  shows('text in Chinese and Japanese', 'cjk.txt'),
  shows('emoji and combining marks', 'emoji.txt'),
  shows('broken UTF-8', 'broken.bin'),
  shows('line drawing', 'lines.txt'),
  shows('all colours', 'colours.txt'),
  shows('a progress bar below a scrolling region', 'progress.txt'),
];

/** The program's steps may be written as the keys alone. */
function program(name, steps, { package: debian = name, size = USUAL, command = name, name: title = name } = {}) {
  return {
    name: title,
    needs: { program: name, debian },
    command,
    size,
    steps: steps.map((step) => (typeof step === 'string' ? { keys: step } : step)),
  };
}

function shows(name, file) {
  return program('cat', [], { name, package: 'coreutils', command: `cat ${file}` });
}
