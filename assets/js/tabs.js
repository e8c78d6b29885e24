/**
 * Which of the terminals the user sees: when he chooses, when they come and go, when the address changes.
 *
 * Knows no DOM and no socket: the desk shows a session, the bar the tabs, the board what there is to say
 * where no session is shown. All of them, and the clock, are injected.
 */

import { noAnswer, nobody, nothing } from './boards.js';
import { Poll } from './poll.js';
import { Row } from './row.js';
import { describe, faultOf, programOf, reasonAgainstName, reasonOf, reasonToAsk } from './words.js';

const GONE = 'This terminal has ended';

export class Tabs {
  #api;
  #desk;
  #row;
  #bar;
  #board;
  #offer;
  #address;
  #knock;
  #poll;
  /** What is on the desk, or on its way there. @type {{name: string, wasThere: boolean} | null} */
  #visit = null;
  /** The name that was asked for, but is none, while nothing is on the desk. */
  #unknown = null;
  #mayWrite = false;
  #hasBegun = false;
  #isMaking = false;
  /** Those whose end is this page's doing. */
  #closing = new Set();

  /**
   * @param {object} parts
   * @param {import('./api.js').Api} parts.api
   * @param {import('./desk.js').Desk} parts.desk
   * @param {import('./order.js').Order} parts.order
   * @param {import('./offer.js').Offer} parts.offer
   * @param {import('./board.js').Board} parts.board
   * @param {(tabs: Tabs) => import('./tabbar.js').TabBar} parts.makeBar
   * @param {(onChange: (name: string) => void) => import('./address.js').Address} parts.makeAddress
   * @param {() => Promise<string | null>} parts.knock  see Connection
   * @param {() => boolean} parts.isSeen
   * @param {object} [parts.clock]  see Poll
   */
  constructor({ api, desk, order, offer, board, makeBar, makeAddress, knock, isSeen, clock }) {
    this.#api = api;
    this.#desk = desk;
    this.#row = new Row(order);
    this.#offer = offer;
    this.#board = board;
    this.#knock = knock;
    this.#bar = makeBar(this);
    this.#address = makeAddress((name) => this.#go(name));
    this.#poll = new Poll({
      ask: () => api.list(),
      onAnswer: (models) => this.#learn(models),
      onError: (error) => this.#miss(error),
      isSeen,
      clock,
    });
  }

  start() {
    return this.#poll.now();
  }

  /** The page is seen, or no longer, or the network is there again. */
  review() {
    this.#poll.review();
  }

  // What the user does.

  /** @param {import('./shortcuts.js').Action} action */
  act(action, name = this.#row.current) {
    switch (action) {
      case 'new': return this.make();
      case 'previous': return this.#step(-1);
      case 'next': return this.#step(1);
      case 'bar': return this.#bar.focus();
      case 'close': return name === null ? undefined : this.close(name);
      case 'rename': return this.#mayWrite && this.#row.knows(name) ? this.#bar.editName(name) : undefined;
      case 'left': return this.move(name, this.#row.indexOf(name) - 1);
      case 'right': return this.move(name, this.#row.indexOf(name) + 1);
      default: return undefined;
    }
  }

  select(name) {
    const model = this.#row.find(name);
    if (model !== null) this.#show(model.name, 'push');
  }

  /** @param {string} [name]  without it the server finds one */
  async make(name) {
    if (!this.#mayWrite || this.#isMaking) return;
    this.#isMaking = true;
    this.#render();
    try {
      const model = await this.#api.create({ ...(name && { name }), size: this.#desk.proposal() });
      this.#isMaking = false;
      this.#row.add(model);
      this.#show(model.name, this.#visit === null || this.#row.hasEnded ? 'replace' : 'push');
      this.#desk.focus();
    } catch (error) {
      this.#isMaking = false;
      this.#failToMake(error);
    }
  }

  /** @returns {Promise<string | null>} why it keeps its name */
  async rename(name, to) {
    const fault = faultOf(to);
    if (to === name || fault !== null) return fault;
    try {
      this.#carryOver(name, await this.#api.rename(name, to));
      this.#poll.now();
      return null;
    } catch (error) {
      return reasonAgainstName(error, to);
    }
  }

  /** Ends what runs in it; asks before, where others or another program would be hit by that. */
  async close(name) {
    if (name === this.#row.current && this.#row.hasEnded) return this.#goOn();
    if (!this.#mayWrite || this.#closing.has(name)) return undefined;
    try {
      if (!(await this.#isFreeToClose(name))) return undefined;
      this.#closing.add(name);
      await this.#api.close(name);
      return this.#closed(name);
    } catch (error) {
      return this.#bar.complain(name, reasonOf(error));
    } finally {
      this.#closing.delete(name);
    }
  }

  /** Puts a tab into another place. */
  move(name, index) {
    this.#row.move(name, index);
    this.#render();
  }

  /** From the bar back to the terminal. */
  leaveBar() {
    if (this.#visit !== null) this.#desk.focus();
  }

  #step(by) {
    const tabs = this.#row.shown;
    const at = tabs.findIndex(({ name }) => name === this.#row.current);
    const from = at < 0 && by < 0 ? 0 : at;
    if (tabs.length > 0) this.#choose(tabs.at((from + by) % tabs.length).name);
  }

  #choose(name) {
    this.select(name);
    this.#desk.focus();
  }

  async #isFreeToClose(name) {
    try {
      const reason = reasonToAsk(await this.#api.get(name), name === this.#row.current ? 1 : 0);
      return reason === null || await this.#bar.ask(name, reason);
    } catch (error) {
      if (error.status === 404) return true;
      throw error;
    }
  }

  #failToMake(error) {
    if (error.status === 403) this.#mayWrite = false;
    if (this.#visit === null) this.#look();
    this.#render();
    if (this.#visit === null && error.status !== 403) this.#board.complain(reasonOf(error));
    else if (this.#visit !== null) this.#bar.complain(null, reasonOf(error));
  }

  // What the server says.

  #learn(models) {
    if (models.length > 0) this.#mayWrite = models.some((model) => model.isWritable);
    this.#row.update(models);
    if (!this.#hasBegun) return this.#begin();
    this.#follow();
    if (this.#row.hasEnded) this.#offerNext();
    if (this.#visit === null && !this.#isMaking) this.#look();
    return this.#render();
  }

  #miss(error) {
    if (!this.#hasBegun) this.#board.show(noAnswer(reasonOf(error)));
  }

  /** For the first time it is known what there is. */
  async #begin() {
    const { models } = this.#row;
    if (models.length === 0) this.#mayWrite = await this.#api.mayWrite().catch(() => false);
    this.#hasBegun = true;
    this.#board.hide();
    const isEmpty = models.length === 0 && this.#address.name === '';
    if (isEmpty && this.#mayWrite) await this.make();
    else this.#go(this.#address.name);
  }

  /** Shows what the address names, or says that there is none. */
  #go(name) {
    if (!this.#hasBegun || (name !== '' && name === this.#row.current)) return;
    const model = name === '' ? this.#row.models[0] ?? null : this.#row.find(name);
    if (model === null) this.#lack(name === '' ? null : name);
    else this.#show(model.name, 'replace');
  }

  /** Nothing is shown. @param {string | null} name  of what was asked for */
  #lack(name) {
    this.#leave();
    this.#desk.clear();
    this.#unknown = name;
    this.#look();
    this.#render();
  }

  /** While nothing is shown: says why, unless there is something to show by now. */
  #look() {
    const name = this.#unknown;
    const wanted = name === null ? this.#row.models[0] : this.#row.find(name);
    const make = this.#mayWrite ? (own) => this.make(own) : null;
    if (wanted) {
      this.#show(wanted.name, 'replace');
    } else if (name === null) {
      this.#board.show(nothing(make));
    } else {
      const names = this.#row.models.map((model) => model.name);
      this.#board.show(nobody(name, names, { select: (other) => this.#choose(other), make }));
    }
  }

  /** What is shown may have another name by now, given by somebody else. */
  #follow() {
    const model = this.#visit && this.#row.find(this.#visit.name);
    if (model && model.name !== this.#visit.name) this.#carryOver(this.#visit.name, model);
  }

  // What is shown.

  /** @param {'push' | 'replace'} step  what it is in the browser's history */
  #show(name, step) {
    if (name === this.#row.current && !this.#row.hasEnded) {
      this.#address.replace(name);
      return;
    }
    this.#leave();
    const visit = { name, wasThere: false };
    this.#visit = visit;
    this.#row.look(name);
    this.#address[step](name);
    this.#desk.attach({
      name,
      address: (query) => `terminals/websocket/${visit.name}${query}`,
      knock: () => this.#ask(visit),
      onSetup: () => { visit.wasThere = true; },
      onEnd: () => this.#end(visit),
    });
    this.#poll.now();
    this.#render();
  }

  #leave() {
    this.#visit = null;
    this.#unknown = null;
    this.#row.look(null);
    this.#offer.hide();
    this.#board.hide();
  }

  /** A socket was refused: is there such a terminal still? */
  async #ask(visit) {
    const reason = await this.#knock();
    if (reason !== null) return reason;
    const isGone = await this.#api.get(visit.name).then(() => false, ({ status }) => status === 404);
    if (!isGone) return null;
    if (visit.wasThere) this.#end(visit);
    else if (visit === this.#visit) this.#lose(visit.name);
    return GONE;
  }

  /** It has ended before it was there. */
  #lose(name) {
    this.#row.remove(name);
    this.#lack(name);
    this.#poll.now();
  }

  /** Its program has ended. What it said last stays in view until the user has seen it. */
  #end(visit) {
    if (visit !== this.#visit || this.#closing.has(visit.name)) return;
    this.#row.end();
    this.#offerNext();
    this.#poll.now();
    this.#render();
  }

  #offerNext() {
    const { next } = this.#row;
    if (next !== null) this.#offer.show(`Go to ${next.name}`, () => this.#goOn());
    else if (this.#mayWrite) this.#offer.show('New terminal', () => this.make());
    else this.#offer.hide();
  }

  #closed(name) {
    this.#row.remove(name);
    if (name === this.#row.current) this.#goOn();
    this.#poll.now();
    this.#render();
  }

  /** From a terminal that is gone to its neighbour. */
  #goOn() {
    const { next } = this.#row;
    if (next !== null) {
      this.#show(next.name, 'replace');
      this.#desk.focus();
      return;
    }
    this.#address.replace('');
    this.#lack(null);
  }

  /** Another name, the same terminal. */
  #carryOver(name, model) {
    this.#row.rename(name, model);
    if (this.#visit?.name === name) {
      this.#visit.name = model.name;
      this.#address.replace(model.name);
      this.#desk.rename(model.name);
    }
    this.#render();
  }

  #render() {
    const { current, hasEnded, shown } = this.#row;
    this.#bar.render({
      mayWrite: this.#mayWrite,
      isMaking: this.#isMaking,
      tabs: shown.map((model) => ({
        name: model.name,
        program: programOf(model),
        description: describe(model),
        isCurrent: model.name === current,
        isUnseen: this.#row.isUnseen(model),
        hasEnded: hasEnded && model.name === current,
      })),
    });
  }
}
