/** Many terminals on one page: tabs, the address, keys and fingers. */

import assert from 'node:assert/strict';
import test from 'node:test';
import { openPage, startBrowser } from '../support/browser.mjs';
import { eventually } from '../support/eventually.mjs';
import { SHELL, startWebterm } from '../support/webterm.mjs';

const MANY = ['--mode', 'named'];

/** The page in `named` mode as a test wants to ask it. */
class Tabbed {
  constructor(viewer) {
    this.viewer = viewer;
    this.page = viewer.page;
  }

  names() {
    return this.page.locator('.tab').evaluateAll((tabs) => tabs.map((tab) => tab.dataset.name));
  }

  current() {
    return this.page.evaluate(() => document.querySelector('[role="tab"][aria-selected="true"] .tab-name')?.textContent ?? null);
  }

  hash() {
    return this.page.evaluate(() => location.hash);
  }

  async has(names) {
    let last;
    await eventually(`the tabs are ${names}`, async () => {
      last = await this.names();
      return JSON.stringify(last) === JSON.stringify(names);
    }).catch((error) => { throw new Error(`${error.message}; they are ${last}`); });
  }

  async isAt(name) {
    await eventually(`${name} is shown`, async () => (await this.current()) === name);
    await eventually(`it is there`, async () => ['live', 'read-only'].includes(await this.viewer.state()));
    assert.equal(await this.hash(), `#${name}`);
  }

  choose(name) {
    return this.page.click(`#tab-${name}`);
  }

  /** The page asks the server what there is, now. */
  refresh() {
    return this.page.evaluate(() => window.dispatchEvent(new Event('online')));
  }

  /** Asks the server as the page does. @returns {Promise<number>} the answer's status */
  ask(method, address, body) {
    return this.page.evaluate(async (request) => {
      const [kind, path, value] = request;
      const answer = await fetch(path, { method: kind, body: value && JSON.stringify(value) });
      return answer.status;
    }, [method, `api/terminals${address}`, body]);
  }

  /** Further terminals, made behind the page's back. */
  async make(...names) {
    for (const name of names) assert.equal(await this.ask('POST', '', { name }), 200);
    await this.refresh();
    await this.page.waitForSelector(`#tab-${names.at(-1)}`);
  }

  /** What the browser says on its console of refusals that the test has provoked. */
  forgive() {
    const { complaints } = this.viewer;
    const others = complaints.filter((text) => !/status of [45]\d\d|response code: 404/.test(text));
    complaints.splice(0, Infinity, ...others);
  }
}

/** A page with terminals of these names, the first of them shown. */
async function open(t, names, { args = [], hash = names[0] ? `#${names[0]}` : '', program = SHELL, ...options } = {}) {
  const { url } = await startWebterm(t, '-w', ...MANY, ...args, ...program);
  const browser = await startBrowser(t);
  const first = await openPage(t, browser, `${url}${names[0] ? '#none' : hash}`, options);
  const tabs = new Tabbed(first);
  if (names[0]) {
    await first.page.waitForSelector('.board:not([hidden])');
    await tabs.make(...names);
    await first.page.evaluate((wanted) => location.replace(wanted), hash);
    await tabs.isAt(hash.slice(1));
  }
  return { tabs, page: first.page, viewer: first, browser, url };
}

test('the first page makes a terminal, its address names it, and leads back to it', async (t) => {
  const { tabs, viewer, page, browser, url } = await open(t, []);
  await viewer.isIn('live');
  const [name, ...others] = await tabs.names();
  assert.deepEqual(others, []);
  await tabs.isAt(name);
  await eventually('the title names it', async () => (await viewer.title()) === `${name}: bash --noprofile --norc`);
  await viewer.enter('echo here-$((1))');
  await viewer.seesRow('here-1');
  await page.reload();
  await tabs.isAt(name);
  await viewer.seesRow('here-1');
  const elsewhere = await openPage(t, browser, `${url}#${name}`);
  await elsewhere.seesRow('here-1');
  await elsewhere.enter('echo there-$((1))');
  await viewer.seesRow('there-1');
  assert.deepEqual(await tabs.names(), [name]);
});

test('each tab is a terminal, and switching shows what is in it, as it would be without', async (t) => {
  const { tabs, viewer, browser, url } = await open(t, ['a', 'b']);
  await viewer.enter('echo in-a-$((1)); printf "\\e[31mred\\e[0m\\e[5;9H"');
  await viewer.sees('red');
  await tabs.choose('b');
  await tabs.isAt('b');
  await viewer.enter('echo in-b-$((1))');
  await viewer.seesRow('in-b-1');
  assert.doesNotMatch(await viewer.text(), /in-a/);
  await tabs.choose('a');
  await viewer.seesRow('in-a-1');
  const fresh = await openPage(t, browser, `${url}#a`);
  await fresh.seesRow('in-a-1');
  await viewer.showsTheSameAs(fresh);
});

test('no frame between two terminals is empty', async (t) => {
  const full = 'for i in {1..200}; do echo "some text of it"; done; cat';
  const { tabs, viewer, page } = await open(t, ['a', 'b'], { program: ['bash', '-c', full] });
  for (const name of ['b', 'a']) {
    await tabs.choose(name);
    await tabs.isAt(name);
    await viewer.sees('some text');
  }
  await page.evaluate(watchFrames);
  for (const name of ['b', 'a', 'b', 'a']) {
    await tabs.choose(name);
    await tabs.isAt(name);
  }
  const frames = await page.evaluate(() => window.framesSeen);
  assert.ok(frames.length > 5, `${frames.length} frames`);
  const { rows } = await viewer.grid();
  assert.deepEqual(frames.filter((lines) => lines < rows - 1), []);
});

/** Counts, in the page, the lines of text in each frame, as they are after all that was drawn for it. */
function watchFrames() {
  const rows = document.querySelector('.xterm-rows');
  const ask = window.requestAnimationFrame.bind(window);
  let latest = null;
  window.framesSeen = [];
  window.requestAnimationFrame = (call) => ask((time) => {
    call(time);
    if (time !== latest) window.framesSeen.push(0);
    latest = time;
    window.framesSeen[window.framesSeen.length - 1] = rows.textContent.split('some text').length - 1;
  });
  const tick = () => window.requestAnimationFrame(tick);
  tick();
}

test('switching fast to and fro ends with the right one, unmixed', async (t) => {
  const { tabs, viewer, page, browser, url } = await open(t, ['a', 'b']);
  await tabs.ask('GET', '');
  await viewer.enter('while sleep 0.01; do echo a-a-a; done');
  await viewer.sees('a-a-a');
  await tabs.choose('b');
  await tabs.isAt('b');
  await viewer.enter('echo b-b-b');
  await viewer.seesRow('b-b-b');
  await page.evaluate(async () => {
    const turn = () => new Promise((resolve) => { setTimeout(resolve, Math.random() * 12); });
    for (let round = 0; round < 40; round += 1) {
      document.getElementById(round % 2 === 0 ? 'tab-a' : 'tab-b').click();
      await turn();
    }
  });
  await tabs.isAt('b');
  await viewer.seesRow('b-b-b');
  assert.doesNotMatch(await viewer.text(), /a-a-a/);
  const fresh = await openPage(t, browser, `${url}#b`);
  await fresh.seesRow('b-b-b');
  await viewer.showsTheSameAs(fresh);
});

test('what is typed right after switching reaches the chosen terminal whole', async (t) => {
  const { tabs, viewer } = await open(t, ['a', 'b']);
  await viewer.press('Alt+PageDown');
  await viewer.type('echo typed-at-once-$((1))\n');
  await viewer.seesRow('typed-at-once-1');
  assert.equal(await tabs.current(), 'b');
});

test('who has scrolled back in one terminal sees the end of the next', async (t) => {
  const { tabs, viewer, page } = await open(t, ['a', 'b']);
  await viewer.enter('seq 1 300');
  await viewer.seesRow('300');
  await page.mouse.move(300, 300);
  for (let notch = 0; notch < 5; notch += 1) await page.mouse.wheel(0, -120);
  const above = () => page.evaluate(() => {
    const { active } = document.getElementById('stage').terminal.buffer;
    return active.baseY - active.viewportY;
  });
  await eventually('it is scrolled', async () => (await above()) > 0);
  await tabs.choose('b');
  await tabs.isAt('b');
  await viewer.enter('seq 1 300; echo end-$((1))');
  await viewer.seesRow('end-1');
  assert.equal(await above(), 0);
});

test('back and forward switch, and a renamed terminal is found by its old address', async (t) => {
  const { tabs, page } = await open(t, ['a', 'b']);
  await tabs.choose('b');
  await tabs.isAt('b');
  await page.goBack();
  await tabs.isAt('a');
  await page.goForward();
  await tabs.isAt('b');
  assert.equal(await tabs.ask('PATCH', '/a', { name: 'z' }), 200);
  await tabs.refresh();
  await tabs.has(['z', 'b']);
  await page.goBack();
  await tabs.isAt('z');
});

test('a name that is none is said to be none, and can be made', async (t) => {
  const { tabs, page, viewer } = await open(t, ['a']);
  await page.evaluate(() => { location.hash = '#owl'; });
  await page.waitForSelector('.board >> text=There is no terminal “owl”');
  assert.equal(await tabs.current(), null);
  assert.deepEqual(await page.locator('.board button').allTextContents(), ['Make “owl”', 'a']);
  await page.click('.board >> text=Make');
  await tabs.isAt('owl');
  await page.waitForSelector('.board', { state: 'hidden' });
  await viewer.enter('echo made-$((1))');
  await viewer.seesRow('made-1');
});

test('a name that is no name is shown as it is, and not offered', async (t) => {
  const { page } = await open(t, ['a']);
  await page.evaluate(() => { location.hash = '#<img src=x onerror=alert(1)>%zz'; });
  await page.waitForSelector('.board >> text=There is no terminal');
  assert.deepEqual(await page.locator('.board button').allTextContents(), ['a']);
  assert.equal(await page.locator('.board img').count(), 0);
});

test('all of it can be done by keys', async (t) => {
  const { tabs, page, viewer } = await open(t, ['a', 'b']);
  await viewer.press('Control+Shift+Enter');
  await eventually('there is a third', async () => (await tabs.names()).length === 3);
  const made = (await tabs.names())[2];
  await tabs.isAt(made);
  await viewer.press('Control+Shift+F2');
  await page.waitForSelector('.tab-field:focus');
  await viewer.type('c');
  await viewer.press('Enter');
  await tabs.has(['a', 'b', 'c']);
  await tabs.isAt('c');
  await viewer.press('Alt+PageUp');
  await tabs.isAt('b');
  await viewer.press('Alt+PageDown');
  await viewer.press('Alt+PageDown');
  await tabs.isAt('a');
  await viewer.press('Alt+Shift+PageDown');
  await tabs.has(['b', 'a', 'c']);
  await viewer.press('Alt+Shift+PageUp');
  await tabs.has(['a', 'b', 'c']);
  await viewer.press('Control+Shift+F4');
  await tabs.has(['b', 'c']);
  await tabs.isAt('b');
  await viewer.enter('echo typing-$((1))');
  await viewer.seesRow('typing-1');
});

test('none of these keys reaches the program, and no key of the program\'s is taken', async (t) => {
  const { tabs, viewer, page } = await open(t, ['a'], { program: ['bash', '-c', 'stty raw -echo; cat -v'] });
  await viewer.isIn('live');
  for (const keys of ['Alt+PageUp', 'Alt+PageDown', 'Alt+Shift+PageUp', 'Alt+Shift+PageDown']) await viewer.press(keys);
  await viewer.press('Control+Shift+F2');
  await page.waitForSelector('.tab-field');
  await viewer.press('Escape');
  await viewer.press('Control+Shift+F6');
  await viewer.press('Escape');
  for (const keys of ['Alt+b', 'Alt+f', 'Alt+Delete', 'Alt+1', 'Alt+ArrowLeft', 'PageUp', 'F2', 'F4', 'Control+w', 'Control+Shift+ArrowLeft']) await viewer.press(keys);
  await viewer.type('.');
  await eventually('all came', async () => (await viewer.text()).endsWith('.'));
  assert.equal(await viewer.text(), '^[b^[f^[[3;3~^[1^[[1;3D^[[5~^[OQ^[OS^W^[[1;6D.');
  assert.deepEqual(await tabs.names(), ['a']);
});

test('a program that got these keys could tell few of them from plainer ones, and no program binds those', async (t) => {
  const { page, viewer } = await open(t, ['a']);
  const said = await page.evaluate(async () => {
    const { href } = document.querySelector('link[href$="xterm.mjs"]');
    const { Terminal } = await import(href);
    const terminal = new Terminal();
    // What happens below a shadow root stays there, so that this page's own listeners do not come first.
    const root = document.body.appendChild(document.createElement('div')).attachShadow({ mode: 'open' });
    terminal.open(root.appendChild(document.createElement('div')));
    let text = '';
    terminal.onData((data) => { text += data; });
    const press = (key, keyCode, ...modifiers) => {
      text = '';
      const held = Object.fromEntries(modifiers.map((name) => [`${name}Key`, true]));
      terminal.textarea.dispatchEvent(new KeyboardEvent('keydown', { key, keyCode, bubbles: true, cancelable: true, ...held }));
      return text;
    };
    return [
      press('PageUp', 33), press('PageUp', 33, 'alt'), press('PageUp', 33, 'alt', 'shift'),
      press('PageDown', 34), press('PageDown', 34, 'alt'), press('PageDown', 34, 'alt', 'shift'),
      press('Enter', 13), press('Enter', 13, 'ctrl', 'shift'),
      press('F2', 113, 'ctrl', 'shift'), press('F4', 115, 'ctrl', 'shift'), press('F6', 117, 'ctrl', 'shift'),
    ];
  });
  assert.deepEqual(said, [
    '\x1b[5~', '\x1b[5~', '', '\x1b[6~', '\x1b[6~', '', '\r', '\r', '\x1b[1;6Q', '\x1b[1;6S', '\x1b[17;6~',
  ]);
  await viewer.enter('bind -p | grep -cE "1;6[QS]|17;6~"');
  await viewer.seesRow('0');
});

test('the tabs can be reached and gone through by keys, and are what they are called', async (t) => {
  const { tabs, page, viewer } = await open(t, ['a', 'b', 'c']);
  const focused = () => page.evaluate(() => document.activeElement.closest('.tab')?.dataset.name ?? document.activeElement.getAttribute('aria-label'));
  await viewer.press('Control+Shift+F6');
  assert.equal(await focused(), 'a');
  await viewer.press('ArrowRight');
  assert.equal(await focused(), 'b');
  await viewer.press('End');
  assert.equal(await focused(), 'Actions for this terminal');
  await viewer.press('ArrowLeft');
  assert.equal(await focused(), 'New terminal');
  await viewer.press('ArrowLeft');
  assert.equal(await focused(), 'c');
  await viewer.press('Home');
  await viewer.press('ArrowRight');
  assert.equal(await tabs.current(), 'a', 'the focus alone chooses nothing');
  await viewer.press('Enter');
  await tabs.isAt('b');
  await viewer.enter('echo back-$((1))');
  await viewer.seesRow('back-1');
  await viewer.press('Control+Shift+F6');
  await viewer.press('Delete');
  await tabs.has(['a', 'c']);
  assert.equal(await page.getByRole('tablist').count(), 1);
  assert.equal(await page.getByRole('tab', { selected: true }).count(), 1);
  assert.equal(await page.getByRole('tab', { name: 'c', exact: true, selected: true }).count(), 1);
  assert.equal(await page.getByRole('tabpanel', { name: 'c' }).count(), 1);
  assert.equal(await page.locator('[role="tab"][tabindex="0"]').count(), 1);
});

test('a name is changed where it stands, and what is wrong with one is said there', async (t) => {
  const { tabs, page, viewer } = await open(t, ['a', 'b']);
  await page.dblclick('#tab-b');
  await page.waitForSelector('.tab-field');
  await page.fill('.tab-field', 'no name');
  assert.match(await page.textContent('.popover.complaint'), /Only letters/);
  await page.fill('.tab-field', 'a');
  await viewer.press('Enter');
  await page.waitForSelector('.popover >> text=There is a “a” already');
  assert.equal(await page.getAttribute('.tab-field', 'aria-invalid'), 'true');
  await page.fill('.tab-field', 'fox');
  await viewer.press('Enter');
  await tabs.has(['a', 'fox']);
  await tabs.isAt('fox');
  await eventually('the title names it', async () => /^fox: /.test(await viewer.title()));
  await page.dblclick('#tab-fox');
  await page.fill('.tab-field', 'never');
  await viewer.press('Escape');
  assert.deepEqual(await tabs.names(), ['a', 'fox']);
  await page.dblclick('#tab-fox');
  await page.fill('.tab-field', 'owl');
  await page.click('#stage');
  await tabs.has(['a', 'owl']);
  tabs.forgive();
});

test('a terminal with its shell alone is closed at once, one with a program after a question', async (t) => {
  const { tabs, page, viewer } = await open(t, ['a', 'b', 'c']);
  await page.hover('.tab[data-name="b"]');
  await page.click('.tab[data-name="b"] .tab-close');
  await tabs.has(['a', 'c']);
  await viewer.enter('sleep 1000');
  await eventually('the program is known', async () => {
    await tabs.refresh();
    return (await page.textContent('#tab-a .tab-program')) === 'sleep';
  });
  await page.click('.tab.current .tab-close');
  assert.match(await page.textContent('[role="alertdialog"]'), /sleep is running in a\./);
  assert.equal(await page.evaluate(() => document.activeElement.textContent), 'Keep it');
  await viewer.press('Escape');
  assert.deepEqual(await tabs.names(), ['a', 'c']);
  await viewer.press('Control+Shift+F4');
  await page.click('text=Close it');
  await tabs.has(['c']);
  await tabs.isAt('c');
});

test('it is asked before a terminal is closed that somebody else looks at', async (t) => {
  const { tabs, page, browser, url } = await open(t, ['a', 'b']);
  const other = await openPage(t, browser, `${url}#b`);
  await other.isIn('live');
  await page.hover('.tab[data-name="b"]');
  await page.click('.tab[data-name="b"] .tab-close');
  assert.match(await page.textContent('[role="alertdialog"]'), /Somebody else is looking at b\./);
  await page.click('text=Close it');
  await tabs.has(['a']);
  await other.isIn('ended');
});

test('after the last is closed nothing is made unasked', async (t) => {
  const { tabs, page, viewer } = await open(t, ['a']);
  await viewer.press('Control+Shift+F4');
  await page.waitForSelector('.board >> text=No terminals');
  assert.deepEqual(await tabs.names(), []);
  assert.equal(await tabs.hash(), '');
  await viewer.press('Enter');
  await eventually('there is one', async () => (await tabs.names()).length === 1);
});

test('a program that ends says how, its screen stays, and Enter leads on', async (t) => {
  const { tabs, page, viewer } = await open(t, ['a', 'b']);
  await viewer.enter('echo last words; exit 3');
  await viewer.isIn('ended');
  assert.equal(await viewer.status(), 'Ended with status 3');
  await viewer.seesRow('last words');
  assert.equal(await page.locator('.tab.ended').count(), 1);
  assert.equal(await page.textContent('.offer.shown .pill-text'), 'Go to b');
  await eventually('Enter leads on', async () => {
    await viewer.press('Enter');
    return (await tabs.current()) === 'b';
  });
  await tabs.has(['b']);
  await tabs.isAt('b');
});

test('a tab goes when its program ends, and one that somebody makes comes', async (t) => {
  const { tabs, browser, url } = await open(t, ['a', 'b']);
  const other = new Tabbed(await openPage(t, browser, `${url}#b`));
  await other.isAt('b');
  await other.viewer.enter('exit');
  await other.viewer.isIn('ended');
  await tabs.has(['a']);
  assert.equal(await other.ask('POST', '', { name: 'c' }), 200);
  await tabs.has(['a', 'c']);
});

test('new output elsewhere is marked, and the mark goes when it is looked at', async (t) => {
  const { tabs, page, browser, url } = await open(t, ['a', 'b']);
  const other = await openPage(t, browser, `${url}#b`);
  await other.isIn('live');
  await tabs.refresh();
  await other.enter('echo news');
  await other.seesRow('news');
  await tabs.refresh();
  await page.waitForSelector('.tab.unseen[data-name="b"]');
  assert.equal(await page.getByRole('tab', { name: 'b , new output' }).or(page.getByRole('tab', { name: 'b, new output' })).count(), 1);
  await tabs.choose('b');
  await tabs.isAt('b');
  await tabs.choose('a');
  await tabs.isAt('a');
  await tabs.refresh();
  await page.waitForSelector('.tab.unseen', { state: 'detached' });
});

test('tabs are dragged into another order, which this browser keeps', async (t) => {
  const { tabs, page, browser, url } = await open(t, ['a', 'b', 'c']);
  const box = async (name) => page.locator(`.tab[data-name="${name}"]`).boundingBox();
  const [from, to] = [await box('a'), await box('c')];
  await page.mouse.move(from.x + 20, from.y + 10);
  await page.mouse.down();
  await page.mouse.move(to.x + to.width - 5, to.y + 10, { steps: 10 });
  await page.mouse.up();
  await tabs.has(['b', 'c', 'a']);
  await tabs.isAt('a');
  await tabs.choose('b');
  await tabs.isAt('b');
  await page.reload();
  await tabs.has(['b', 'c', 'a']);
  const other = new Tabbed(await openPage(t, browser, url));
  await other.has(['a', 'b', 'c']);
});

test('tabs are dragged as well where the terminal is drawn scaled', async (t) => {
  const { tabs, page, viewer } = await open(t, ['a', 'b', 'c'], { args: ['--size', '40x6'] });
  await viewer.hasGrid(40, 6);
  const box = async (name) => page.locator(`.tab[data-name="${name}"]`).boundingBox();
  const [from, to] = [await box('a'), await box('b')];
  await page.mouse.move(from.x + 20, from.y + 10);
  await page.mouse.down();
  await page.mouse.move(to.x + 40, to.y + 10, { steps: 5 });
  const { x } = await box('a');
  assert.ok(Math.abs(x - (to.x + 20)) <= 1, `it is at ${x}`);
  await page.mouse.up();
  await tabs.has(['b', 'a', 'c']);
});

test('where the browser keeps nothing, tabs can be moved all the same', async (t) => {
  const { tabs, page, viewer } = await open(t, ['a', 'b']);
  await page.addInitScript(() => {
    Object.defineProperty(window, 'localStorage', { get() { throw new DOMException('refused', 'SecurityError'); } });
  });
  await page.reload();
  await tabs.isAt('a');
  await viewer.press('Alt+Shift+PageDown');
  await tabs.has(['b', 'a']);
});

test('a finger scrolls the bar, moves a tab that it has rested on, and gets the menu there', async (t) => {
  const phone = { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true };
  const { tabs, page } = await open(t, ['a', 'b', 'c', 'd', 'e', 'f'], phone);
  const touch = await page.context().newCDPSession(page);
  const finger = (type, x) => touch.send('Input.dispatchTouchEvent', {
    type, touchPoints: type === 'touchEnd' ? [] : [{ x, y: 20 }],
  });
  const scrolled = () => page.evaluate(() => document.querySelector('.tab-list').scrollLeft);
  await finger('touchStart', 30);
  await page.waitForSelector('.tab.lifted');
  for (const x of [40, 90, 140, 190]) await finger('touchMove', x);
  await finger('touchEnd');
  await tabs.has(['b', 'a', 'c', 'd', 'e', 'f']);
  await finger('touchStart', 30);
  await page.waitForSelector('.tab.lifted');
  await finger('touchEnd');
  await page.waitForSelector('[role="menu"] >> text=Rename');
  assert.equal(await page.getAttribute('[role="menu"]', 'aria-label'), 'b');
  await finger('touchStart', 250);
  for (const x of [240, 200, 150, 100, 60]) await finger('touchMove', x);
  await finger('touchEnd');
  await eventually('it is scrolled', async () => (await scrolled()) > 40);
  assert.deepEqual(await tabs.names(), ['b', 'a', 'c', 'd', 'e', 'f']);
});

test('on a phone everything in the bar is large enough to touch, and nothing else moves', async (t) => {
  const phone = { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true };
  const { page, viewer } = await open(t, ['a', 'b', 'c', 'd', 'a-rather-long-name-for-a-terminal'], phone);
  for (const selector of ['.tab-button', '.bar-button', '.tab.current .tab-close']) {
    for (const element of await page.locator(`${selector}:visible`).all()) {
      const { width, height } = await element.boundingBox();
      assert.ok(width >= 44 && height >= 44, `${selector} is ${width}x${height}`);
    }
  }
  assert.equal((await viewer.geometry()).scrolls, false);
  await page.tap('#tab-b');
  await eventually('it is chosen', async () => (await page.getAttribute('#tab-b', 'aria-selected')) === 'true');
  await page.tap('.bar-button.more');
  await page.tap('[role="menu"] >> text=Rename');
  await page.waitForSelector('.tab-field:focus');
  const size = await page.evaluate(() => Number.parseFloat(getComputedStyle(document.activeElement).fontSize));
  assert.ok(size >= 16, 'phones zoom into smaller fields');
});

test('who may only look sees the tabs, and waits where there are none', async (t) => {
  const { url, said } = await startWebterm(t, '-w', '-r', ...MANY, ...SHELL);
  const [, view] = [...said().matchAll(/open (http:\S+)/g)].map(([, address]) => address);
  const browser = await startBrowser(t);
  const reader = new Tabbed(await openPage(t, browser, view));
  await reader.page.waitForSelector('.board >> text=One shows up here as soon as somebody makes it');
  assert.equal(await reader.page.locator('.board button').count(), 0);
  const writer = new Tabbed(await openPage(t, browser, url));
  await writer.viewer.isIn('live');
  const [name] = await writer.names();
  await writer.viewer.enter('echo seen-$((1))');
  await reader.isAt(name);
  await reader.viewer.seesRow('seen-1');
  assert.equal(await reader.page.locator('button.bar-button:visible').count(), 0);
  assert.equal(await reader.page.locator('a.bar-button:visible').count(), 1, 'the way to all terminals');
  await reader.page.hover('.tab');
  assert.equal(await reader.page.locator('.tab-close:visible').count(), 0);
  await reader.page.dblclick('.tab');
  await reader.page.keyboard.press('Control+Shift+F4');
  await reader.page.keyboard.press('Control+Shift+Enter');
  assert.equal(await reader.page.locator('.tab-field').count(), 0);
  assert.deepEqual(await writer.names(), [name]);
  assert.match(await reader.page.evaluate(() => location.pathname), /^\/.{10,}\/$/, 'below the secret path');
});

test('where no more may be made it is said at the button', async (t) => {
  const { tabs, page } = await open(t, ['a'], { args: ['--max-sessions', '1'] });
  await page.click('.bar-button.new');
  assert.match(await page.textContent('.popover.complaint'), /--max-sessions/);
  await tabs.isAt('a');
  tabs.forgive();
});

test('the page with tabs keeps to its Content-Security-Policy', async (t) => {
  const { tabs, page, viewer } = await open(t, ['a', 'b']);
  await page.evaluate(() => {
    window.violations = [];
    document.addEventListener('securitypolicyviolation', ({ violatedDirective }) => window.violations.push(violatedDirective));
  });
  await page.click('.bar-button.more');
  await page.waitForSelector('[role="menu"]');
  await page.click('.bar-button.more');
  await page.waitForSelector('[role="menu"]', { state: 'detached' });
  await page.click('#tab-b', { button: 'right' });
  await page.click('[role="menu"] >> text=Move left');
  await tabs.has(['b', 'a']);
  await page.dblclick('#tab-b');
  await page.fill('.tab-field', 'no name');
  await viewer.press('Escape');
  assert.deepEqual(await page.evaluate(() => window.violations), []);
});
