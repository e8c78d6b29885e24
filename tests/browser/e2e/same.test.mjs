/**
 * The promise: a viewer who comes late, falls behind or is cut off ends with exactly the terminal of one
 * who was there from the start.
 */

import assert from 'node:assert/strict';
import test from 'node:test';
import { openPage, startBrowser } from '../support/browser.mjs';
import { layCable } from '../support/cable.mjs';
import { eventually } from '../support/eventually.mjs';
import { SHELL, startWebterm } from '../support/webterm.mjs';

const MEGABIT = 1_000_000 / 8;

/** How a snapshot begins; see `startsSnapshot` in the page's protocol.js. */
const RESET = '\x18\x1bc';

/** Prints lines in all the colours and attributes that there are, and one that wraps now and then. */
const COLOURS = String.raw`for ((i = 0; i < COUNT; i++)); do `
  + String.raw`printf '\e[%dm\e[38;5;%dmline %d \e[48;2;%d;%d;90m\e[4:%dmtrue \e[0;%dm%*s\e[K\e[0m\n' `
  + '$((i % 10)) $((i % 256)) $i $((i % 256)) $((i * 7 % 256)) $((i % 6)) $((i % 8 + 40)) $((i % 130)) x; done';

/** Wide characters that meet the right edge in both ways, emoji, marks that join. */
const WIDE = String.raw`for ((i = 0; i < COUNT; i++)); do `
  + String.raw`printf '%d %.*s日本語テキスト한국어🎉🚀漢字かな交じり文の長い行e\u0301a\u0308ﾊﾝｶｸ日本語テキスト한국어🎉\n' `
  + '$i $((i % 60)) xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx; done';

/**
 * What happens in the terminal: `begin` starts it, `midway` waits until it is under way, `finish` sees it
 * through. Little output is less than 64 KiB: who is behind by more is shown the present screen.
 */
const PROGRAMS = [
  flood('a flood of numbers', 'seq COUNT', { much: 1_500_000, little: 9_000 }),
  flood('coloured output', COLOURS, { much: 40_000, little: 400 }),
  flood('wide characters', WIDE, { much: 40_000, little: 250 }),
  {
    name: 'an editor',
    begin: async (viewer) => {
      await viewer.enter('vim -N -u NONE -i NONE -n');
      await viewer.sees('VIM - Vi IMproved');
    },
    midway: async (viewer) => {
      await viewer.enter(':set number hlsearch noshowcmd');
      await viewer.enter(":call append(0, map(range(1, 300), {_, n -> n . repeat(' 日本 e', n % 30)}))");
      await viewer.sees('299 日本 e');
    },
    finish: async (viewer) => {
      await viewer.enter(':split | 120');
      await viewer.enter('/日本 e 日');
      await viewer.type('zt3dd5');
      await viewer.press('Control+e');
      await viewer.type('oinserted 🎉 text');
      await viewer.sees('inserted 🎉 text');
    },
    leave: async (viewer) => {
      await viewer.press('Escape');
      await viewer.enter(':qa!');
      // Only then does the shell read what is typed.
      await viewer.sees('$ vim');
    },
  },
];

function flood(name, command, { much, little }) {
  const line = (amount) => `${command.replace('COUNT', amount)}; echo end-$((1))`;
  return {
    name,
    begin: (viewer, amount) => viewer.enter(line(amount === 'little' ? little : much)),
    midway: (viewer) => eventually('it is under way', async () => (await viewer.text()).split('\n').length > 25),
    finish: (viewer) => viewer.seesRow('end-1'),
    leave: async () => {},
  };
}

/** How the other page gets there: `come` before the program begins, `suffer` in the midst of it. */
const MANNERS = [
  {
    name: 'joins late',
    come: async () => null,
    suffer: (_page, open) => open(),
  },
  {
    name: 'has 1 Mbit/s',
    come: async (open, cable) => {
      const page = await open(cable.url);
      cable.slowDown(MEGABIT);
      return page;
    },
    suffer: async (page) => page,
  },
  {
    name: 'is cut off and reconnects',
    come: (open, cable) => open(cable.url),
    suffer: async (page, _open, cable) => {
      cable.pull();
      await page.isIn('reconnecting');
      cable.plugIn();
      return page;
    },
  },
];

for (const manner of MANNERS) {
  test(`who ${manner.name} ends with the same terminal`, async (t) => {
    const browser = await startBrowser(t);
    for (const program of PROGRAMS) {
      await t.test(`of ${program.name}`, async (t) => {
        const { cable, steady, open } = await setUp(t, browser);
        const before = await manner.come(open, cable);
        await program.begin(steady, 'much');
        await program.midway(steady);
        const other = await manner.suffer(before, open, cable);
        await program.finish(steady);
        await other.showsTheSameAs(steady);
        await leave(program, steady, other);
      });
    }
  });
}

test('who is cut off for a moment goes on where it was, without a snapshot', async (t) => {
  const browser = await startBrowser(t);
  for (const program of PROGRAMS) {
    await t.test(`of ${program.name}`, async (t) => {
      const { cable, steady, open } = await setUp(t, browser);
      const cut = await open(cable.url);
      await cut.isIn('live');
      await steady.enter('echo before-$((1))');
      await cut.seesRow('before-1');
      const frames = listen(cut);
      cable.pull();
      await cut.isIn('reconnecting');
      await program.begin(steady, 'little');
      await program.midway(steady);
      cable.plugIn();
      await program.finish(steady);
      await cut.showsTheSameAs(steady);
      const setup = frames.find(([name]) => name === 'setup');
      assert.equal(setup[1].resumed, true);
      assert.ok(frames.some(([name]) => name === 'stdout'), 'output came');
      assert.deepEqual(frames.filter(([, text]) => String(text).startsWith(RESET)), []);
      await leave(program, steady, cut);
    });
  }
});

test('who is cut off while what is above its screen is still to come ends with it all the same', async (t) => {
  const browser = await startBrowser(t);
  const { cable, steady, open } = await setUp(t, browser);
  const cut = await open(cable.url);
  const lacking = screenWithNothingAbove(cut);
  await cut.page.reload();
  await cut.isIn('live');
  cable.slowDown(MEGABIT);
  // Less than the server keeps, so that output could go on where this page is.
  await steady.enter('seq 200000; echo end-$((1))');
  await steady.seesRow('end-1');
  await lacking;
  cable.pull();
  await cut.isIn('reconnecting');
  cable.slowDown(Infinity);
  cable.plugIn();
  await eventually('what is above it has come', async () => (await cut.terminalState()).normal.base === 1000);
  await cut.showsTheSameAs(steady);
});

async function setUp(t, browser) {
  const { url } = await startWebterm(t, '-w', '--size', '100x30', ...SHELL);
  const cable = await layCable(t, url);
  const open = async (address = url) => {
    const page = await openPage(t, browser, address, { isTolerant: address !== url });
    await page.isIn('live');
    return page;
  };
  return { cable, open, steady: await open() };
}

/** Back in the shell, still the same. */
async function leave(program, steady, other) {
  await program.leave(steady);
  await steady.enter('echo after-$((1))');
  await steady.seesRow('after-1');
  await other.showsTheSameAs(steady);
}

/** Waits until a connection to come has brought the present screen alone, as who is far behind is given it. */
function screenWithNothingAbove(viewer) {
  return new Promise((resolve) => {
    viewer.page.on('websocket', (socket) => {
      let isNext = false;
      socket.on('framereceived', ({ payload }) => {
        const [name, scrollback] = JSON.parse(payload);
        if (name === 'snapshot') isNext = scrollback === 0;
        else if (name === 'stdout' && isNext) resolve();
      });
    });
  });
}

/** @returns {Array} the messages of the connections to come, as they come */
function listen(viewer) {
  const frames = [];
  viewer.page.on('websocket', (socket) => {
    socket.on('framereceived', ({ payload }) => frames.push(JSON.parse(payload)));
  });
  return frames;
}
