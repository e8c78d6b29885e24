/** Which terminal is shown, between a server, an address and a user that are all the test's. */

import assert from 'node:assert/strict';
import test from 'node:test';
import { ApiError } from '../../../assets/js/api.js';
import { Order } from '../../../assets/js/order.js';
import { Tabs } from '../../../assets/js/tabs.js';
import { FakeClock } from '../support/clock.mjs';

const settled = () => new Promise((resolve) => { setImmediate(resolve); });

/** A server's terminals. */
class FakeApi {
  right = true;
  refusal = null;
  #models;
  #made = 0;

  constructor(names) {
    this.#models = names.map((name) => this.#model(name));
  }

  async list() { return this.#models.map((model) => ({ ...model, isWritable: this.right })); }
  async mayWrite() { return this.right; }

  async get(name) {
    const model = this.find(name);
    if (!model) throw new ApiError(404);
    return model;
  }

  async create({ name }) {
    if (this.refusal !== null) throw this.refusal;
    if (!this.right) throw new ApiError(403);
    this.#made += 1;
    const model = this.#model(name ?? `new-${this.#made}`);
    this.#models.push(model);
    return model;
  }

  async rename(name, to) {
    if (this.find(to)) throw new ApiError(409);
    const model = await this.get(name);
    Object.assign(model, { name: to, aliases: [...model.aliases, name] });
    return model;
  }

  async close(name) {
    if (this.refusal !== null) throw this.refusal;
    this.end(name);
  }

  find(name) { return this.#models.find((model) => model.name === name); }
  end(name) { this.#models = this.#models.filter((model) => model.name !== name); }
  names() { return this.#models.map(({ name }) => name); }

  #model(name) {
    return { name, aliases: [], command: 'bash', program: 'bash', cwd: null, title: '', lastActivity: '1', viewers: 0, isWritable: true };
  }
}

async function open({ names = [], at = '', right = true } = {}) {
  const api = new FakeApi(names);
  api.right = right;
  const desk = {
    visit: null, visits: [], focused: 0,
    attach(visit) { this.visit = visit; this.visits.push(visit.name); visit.onSetup?.({}); },
    clear() { this.visit = null; },
    rename(name) { this.renamed = name; },
    proposal: () => ({ cols: 80, rows: 24 }),
    focus() { this.focused += 1; },
  };
  const bar = {
    state: null, complaints: [], questions: [], answer: false, edited: [],
    render(state) { this.state = state; },
    complain(name, text) { this.complaints.push([name, text]); },
    async ask(name, text) { this.questions.push(text); return this.answer; },
    editName(name) { this.edited.push(name); },
    focus() {},
  };
  const board = {
    notice: null, complaints: [],
    show(notice) { this.notice = notice; },
    hide() { this.notice = null; },
    complain(text) { this.complaints.push(text); },
  };
  const offer = {
    text: null,
    show(text, take) { this.text = text; this.take = take; },
    hide() { this.text = null; },
  };
  const address = {
    name: at, steps: [],
    push(name) { this.name = name; this.steps.push(`push ${name}`); },
    replace(name) { if (name !== this.name) this.steps.push(`replace ${name}`); this.name = name; },
  };
  const page = { isSeen: true };
  const clock = new FakeClock();
  const tabs = new Tabs({
    api, desk, board, offer,
    order: new Order({ read: () => '', write() {} }),
    makeBar: () => bar,
    makeAddress: (onChange) => { address.go = (name) => { address.name = name; onChange(name); }; return address; },
    knock: async () => null,
    isSeen: () => page.isSeen,
    clock,
  });
  await tabs.start();
  await settled();
  const poll = async () => { clock.advance(5_000); await settled(); };
  const current = () => bar.state.tabs.find(({ isCurrent }) => isCurrent)?.name ?? null;
  const shown = () => bar.state.tabs.map(({ name }) => name);
  return { api, desk, bar, board, offer, address, tabs, poll, current, shown };
}

test('the address says which is shown, else the first is, and the address then names it', async () => {
  const named = await open({ names: ['a', 'b'], at: 'b' });
  assert.equal(named.current(), 'b');
  assert.deepEqual(named.address.steps, []);
  const bare = await open({ names: ['a', 'b'] });
  assert.equal(bare.current(), 'a');
  assert.deepEqual(bare.address.steps, ['replace a']);
});

test('where there is none, who may write gets one at once, who may not waits for one', async () => {
  const writer = await open();
  assert.deepEqual(writer.api.names(), ['new-1']);
  assert.equal(writer.current(), 'new-1');
  const reader = await open({ right: false });
  assert.deepEqual(reader.api.names(), []);
  assert.deepEqual(reader.board.notice.choices, []);
  reader.api.right = true;
  await reader.api.create({});
  reader.api.right = false;
  await reader.poll();
  assert.equal(reader.current(), 'new-1');
  assert.equal(reader.board.notice, null);
});

test('choosing a tab shows it and is a step in the history; choosing it again is none', async () => {
  const { tabs, desk, address } = await open({ names: ['a', 'b'] });
  tabs.select('b');
  tabs.select('b');
  assert.deepEqual(desk.visits, ['a', 'b']);
  assert.deepEqual(address.steps, ['replace a', 'push b']);
  assert.equal(desk.visit.address('?x'), 'terminals/websocket/b?x');
});

test('back, forward and typed addresses switch, without another step', async () => {
  const { address, current } = await open({ names: ['a', 'b'] });
  address.go('b');
  assert.equal(current(), 'b');
  assert.deepEqual(address.steps, ['replace a']);
  address.go('');
  assert.equal(current(), 'a');
});

test('a name that is none is said to be none, and what there is is offered', async () => {
  const { board, desk, tabs, current } = await open({ names: ['a'], at: 'owl' });
  assert.equal(current(), null);
  assert.equal(desk.visit, null);
  assert.match(board.notice.title, /no terminal “owl”/);
  assert.deepEqual(board.notice.choices.map(({ text }) => text), ['Make “owl”', 'a']);
  await board.notice.choices[0].onChosen();
  assert.equal(current(), 'owl');
  assert.equal(board.notice, null);
  tabs.select('a');
  assert.equal(current(), 'a');
});

test('a name that is none is shown once somebody has made it', async () => {
  const { api, poll, current } = await open({ names: ['a'], at: 'owl', right: false });
  assert.equal(current(), null);
  api.right = true;
  await api.create({ name: 'owl' });
  await poll();
  assert.equal(current(), 'owl');
});

test('a name that it had before leads to the terminal, and the address then names it', async () => {
  const { api, address, current, tabs } = await open({ names: ['a', 'b'] });
  await api.rename('b', 'z');
  await tabs.start();
  address.go('b');
  assert.equal(current(), 'z');
  assert.equal(address.name, 'z');
});

test('a new one comes last and is shown', async () => {
  const { tabs, shown, current, address } = await open({ names: ['a'] });
  await tabs.act('new');
  assert.deepEqual(shown(), ['a', 'new-1']);
  assert.equal(current(), 'new-1');
  assert.equal(address.steps.at(-1), 'push new-1');
});

test('where no more may be made it is said why', async () => {
  const { tabs, api, bar, current } = await open({ names: ['a'] });
  api.refusal = new ApiError(503, 'there are 3 terminals, as many as --max-sessions allows; close one first');
  await tabs.make();
  assert.deepEqual(bar.complaints, [[null, 'There are 3 terminals, as many as --max-sessions allows; close one first']]);
  assert.equal(bar.state.isMaking, false);
  assert.equal(current(), 'a');
});

test('who may only look has no new, close or rename', async () => {
  const { tabs, api, bar } = await open({ names: ['a', 'b'], right: false });
  assert.equal(bar.state.mayWrite, false);
  await tabs.make();
  await tabs.close('a');
  tabs.act('rename', 'a');
  assert.deepEqual(api.names(), ['a', 'b']);
  assert.deepEqual(bar.edited, []);
});

test('the right to write may come and go', async () => {
  const { api, bar, poll } = await open({ names: ['a'] });
  api.right = false;
  await poll();
  assert.equal(bar.state.mayWrite, false);
  api.right = true;
  await poll();
  assert.equal(bar.state.mayWrite, true);
});

test('another name is taken to the address, the title and the next connection', async () => {
  const { tabs, desk, address, shown } = await open({ names: ['a', 'b'] });
  assert.equal(await tabs.rename('a', 'fox'), null);
  assert.deepEqual(shown(), ['fox', 'b']);
  assert.equal(address.name, 'fox');
  assert.equal(desk.renamed, 'fox');
  assert.equal(desk.visit.address(''), 'terminals/websocket/fox');
  assert.equal(desk.visits.length, 1, 'the connection stays');
});

test('a name that is taken or none is refused in words, and the tab keeps its own', async () => {
  const { tabs, shown } = await open({ names: ['a', 'b'] });
  assert.equal(await tabs.rename('a', 'b'), 'There is a “b” already');
  assert.match(await tabs.rename('a', 'no name'), /Only letters/);
  assert.equal(await tabs.rename('a', 'a'), null);
  assert.deepEqual(shown(), ['a', 'b']);
});

test('a name that somebody else has given is followed', async () => {
  const { api, poll, address, desk } = await open({ names: ['a', 'b'] });
  await api.rename('a', 'fox');
  await poll();
  assert.equal(address.name, 'fox');
  assert.equal(desk.visit.address(''), 'terminals/websocket/fox');
  assert.equal(desk.visits.length, 1);
});

test('closing ends the terminal; from the one that is shown one goes on to the next', async () => {
  const { tabs, api, shown, current, address } = await open({ names: ['a', 'b', 'c'], at: 'b' });
  await tabs.close('a');
  assert.equal(current(), 'b');
  await tabs.act('close');
  assert.equal(current(), 'c');
  assert.deepEqual(shown(), ['c']);
  assert.deepEqual(api.names(), ['c']);
  assert.deepEqual(address.steps, ['replace c']);
});

test('after the last one is closed nothing is made unasked', async () => {
  const { tabs, api, board, desk, address, poll, current } = await open({ names: ['a'] });
  await tabs.close('a');
  await poll();
  assert.deepEqual(api.names(), []);
  assert.equal(desk.visit, null);
  assert.equal(address.name, '');
  await board.notice.choices[0].onChosen();
  assert.equal(current(), 'new-1');
});

test('it is asked before others, or a program, would be hit; no means no', async () => {
  const { tabs, api, bar } = await open({ names: ['a', 'b'] });
  api.find('a').viewers = 2;
  api.find('b').program = 'vim';
  await tabs.close('a');
  await tabs.close('b');
  assert.deepEqual(bar.questions, ['Somebody else is looking at a.', 'vim is running in b.']);
  assert.deepEqual(api.names(), ['a', 'b']);
  bar.answer = true;
  await tabs.close('b');
  assert.deepEqual(api.names(), ['a']);
});

test('what can\'t be closed is said so, and stays', async () => {
  const { tabs, api, bar, shown } = await open({ names: ['a'] });
  api.refusal = new ApiError(0);
  await tabs.close('a');
  assert.deepEqual(bar.complaints, [['a', 'The server does not answer']]);
  assert.deepEqual(shown(), ['a']);
});

test('one that ends by itself stays in view, and the next is offered, until the user goes on', async () => {
  const { api, desk, bar, offer, poll, shown, current } = await open({ names: ['a', 'b', 'c'], at: 'b' });
  api.end('b');
  desk.visit.onEnd(0);
  await poll();
  assert.deepEqual(shown(), ['a', 'b', 'c']);
  assert.equal(bar.state.tabs[1].hasEnded, true);
  assert.equal(offer.text, 'Go to c');
  assert.deepEqual(desk.visits, ['b']);
  offer.take();
  assert.equal(current(), 'c');
  assert.deepEqual(shown(), ['a', 'c']);
  assert.equal(offer.text, null);
});

test('what is offered follows what there is', async () => {
  const { api, desk, offer, poll } = await open({ names: ['a', 'b'] });
  api.end('a');
  desk.visit.onEnd(1);
  await settled();
  assert.equal(offer.text, 'Go to b');
  api.end('b');
  await poll();
  assert.equal(offer.text, 'New terminal');
});

test('closing the tab of one that has ended only goes on', async () => {
  const { tabs, api, desk, current } = await open({ names: ['a', 'b'] });
  api.end('a');
  desk.visit.onEnd(0);
  await tabs.close('a');
  assert.equal(current(), 'b');
  assert.deepEqual(api.names(), ['b']);
});

test('the end of what this page closes is not announced as an end', async () => {
  const { tabs, api, desk, offer } = await open({ names: ['a', 'b'] });
  const { visit } = desk;
  const close = api.close.bind(api);
  const offered = [];
  offer.show = (text) => offered.push(text);
  api.close = async (name) => {
    visit.onEnd(null);
    return close(name);
  };
  await tabs.close('a');
  assert.deepEqual(offered, []);
});

test('a program that ends while it is asked about it is an end', async () => {
  const { tabs, api, bar, desk, offer } = await open({ names: ['a', 'b'] });
  api.find('a').program = 'vim';
  bar.ask = async () => {
    api.end('a');
    desk.visit.onEnd(0);
    return false;
  };
  await tabs.close('a');
  assert.equal(offer.text, 'Go to b');
});

test('a socket that is refused because the terminal is gone is not tried for ever', async () => {
  const { api, desk, offer } = await open({ names: ['a', 'b'] });
  assert.equal(await desk.visit.knock(), null, 'it is there');
  api.end('a');
  assert.equal(await desk.visit.knock(), 'This terminal has ended');
  assert.equal(offer.text, 'Go to b');
});

test('one that was gone before it was there is said to be none', async () => {
  const { api, desk, board, tabs, shown } = await open({ names: ['a', 'b'] });
  desk.attach = function attach(visit) { this.visit = visit; };
  api.end('b');
  tabs.select('b');
  await desk.visit.knock();
  assert.match(board.notice.title, /no terminal “b”/);
  assert.deepEqual(shown(), ['a']);
});

test('next and previous go round, in the order of the tabs', async () => {
  const { tabs, current } = await open({ names: ['a', 'b', 'c'] });
  const went = [];
  for (const action of ['next', 'next', 'next', 'previous', 'previous']) {
    tabs.act(action);
    went.push(current());
  }
  assert.deepEqual(went, ['b', 'c', 'a', 'c', 'b']);
});

test('tabs are moved by keys, and stay where they are at the ends', async () => {
  const { tabs, shown, current } = await open({ names: ['a', 'b', 'c'] });
  tabs.act('left');
  assert.deepEqual(shown(), ['a', 'b', 'c']);
  tabs.act('right');
  tabs.act('right');
  tabs.act('right');
  assert.deepEqual(shown(), ['b', 'c', 'a']);
  tabs.act('left', 'c');
  assert.deepEqual(shown(), ['c', 'b', 'a']);
  assert.equal(current(), 'a');
});

test('new output elsewhere is marked until it is looked at', async () => {
  const { tabs, api, bar, poll } = await open({ names: ['a', 'b'] });
  const unseen = () => bar.state.tabs.filter(({ isUnseen }) => isUnseen).map(({ name }) => name);
  assert.deepEqual(unseen(), []);
  api.find('a').lastActivity = '2';
  api.find('b').lastActivity = '2';
  await poll();
  assert.deepEqual(unseen(), ['b']);
  tabs.select('b');
  assert.deepEqual(unseen(), []);
});

test('as long as the server can\'t be asked it is said so, and then all is there', async () => {
  const api = new FakeApi(['a']);
  const answer = api.list.bind(api);
  api.list = async () => { throw new ApiError(0); };
  const notices = [];
  const clock = new FakeClock();
  const desk = { attach: (visit) => notices.push(`shows ${visit.name}`), clear() {}, focus() {} };
  const tabs = new Tabs({
    api, desk, clock,
    order: new Order({ read: () => '', write() {} }),
    board: { show: ({ title }) => notices.push(title), hide() {}, complain() {} },
    offer: { show() {}, hide() {} },
    makeBar: () => ({ render() {} }),
    makeAddress: () => ({ name: '', push() {}, replace() {} }),
    knock: async () => null,
    isSeen: () => true,
  });
  await tabs.start();
  assert.deepEqual(notices, ['No answer yet']);
  api.list = answer;
  clock.advance(10_000);
  await settled();
  assert.equal(notices.at(-1), 'shows a');
});
