/**
 * Shows the state of the session without being in the way: a pill that fades, and one for notices.
 *
 * Speaks to people only: told what has happened, it decides on words, colour and time. Text is set as
 * text, never as markup.
 */

/** How long a message stays that need not: enough to be read once. */
const BRIEF_MS = 1_400;
const READ_MS = 3_000;
const NOTICE_MS = 6_000;

/** A connection that comes up sooner than this needs no word about it. */
const PATIENCE_MS = 400;

/** A connection that was lost for no longer than this was hardly noticed; css/page.css waits as long. */
const LOSS_PATIENCE_MS = 1_000;

export class Status {
  #root;
  #state;
  #notice;
  #record;
  #recorded = 'no';
  #recordings = document.createElement('a');
  #lostAt = null;
  #hasDropped = false;

  /** @param {HTMLElement} host  an aria-live region */
  constructor(host) {
    this.#root = document.documentElement;
    this.#state = new Pill();
    this.#notice = new Pill();
    this.#record = new Pill();
    host.append(this.#state.element, this.#record.element, this.#recordings, this.#notice.element);
    this.#recordings.className = 'recordings';
    this.#recordings.href = 'recordings/';
    this.#recordings.title = 'Recordings';
    this.#recordings.setAttribute('aria-label', 'Recordings');
    this.#recordings.hidden = true;
  }

  connecting() {
    this.#enter('connecting');
    this.#showWaiting(PATIENCE_MS);
  }

  /** Another session is on its way; what is in view is the last one's. */
  switching() {
    const isStale = this.#root.dataset.state === 'ended';
    this.#lostAt = performance.now();
    this.#enter('switching');
    if (isStale) this.#state.hide();
    this.#state.show('Connecting…', { tone: 'busy', after: PATIENCE_MS });
  }

  /** There is no session that anything could be said of. */
  idle() {
    this.#enter('idle');
    this.#state.hide();
    this.recorded('no');
    this.#hasDropped = false;
  }

  live() {
    const isQuiet = this.#wasHardlyLost();
    this.#enter('live');
    if (this.#hasDropped) this.#state.show('Live, but input was dropped', { tone: 'good', for: READ_MS });
    else if (isQuiet) this.#state.hide();
    else this.#state.show('Live', { tone: 'good', for: BRIEF_MS });
    this.#hasDropped = false;
  }

  readOnly() {
    const isQuiet = this.#wasHardlyLost();
    this.#enter('read-only');
    this.#showReadOnly('Read-only');
    if (isQuiet) this.#state.shrink();
    this.#hasDropped = false;
  }

  /** The host has given the right to type. */
  mayWrite() {
    this.#enter('live');
    this.#state.show('You can type now', { tone: 'good', for: READ_MS });
  }

  /** The host has taken it. */
  mayLook() {
    this.#enter('read-only');
    this.#showReadOnly('Read-only now');
  }

  reconnecting() {
    if (this.#root.dataset.state === 'reconnecting') return;
    this.#lostAt = performance.now();
    this.#enter('reconnecting');
    this.#showWaiting(LOSS_PATIENCE_MS);
  }

  /** @param {number | null} status  the program's exit status, null where the server didn't know */
  ended(status) {
    this.#enter('ended');
    const words = status === null ? 'The program has ended' : `Ended with status ${status}`;
    this.#state.show(words, { tone: status ? 'bad' : 'calm' });
  }

  /** @param {string} reason  why the server does not let this viewer in any more */
  shutOut(reason) {
    this.#enter('ended');
    this.#state.show(reason, { tone: 'bad' });
  }

  /** What was typed went nowhere. */
  refused() {
    switch (this.#root.dataset.state) {
      case 'read-only':
        this.#showReadOnly('Read-only: typing is off');
        break;
      case 'ended':
      case 'idle':
        break;
      default:
        this.#hasDropped = true;
        this.#state.show('Not connected: input dropped', {
          tone: 'busy', for: READ_MS, then: () => this.#showWaiting(),
        });
    }
    this.#state.nudge();
  }

  /** Whoever is seen should know that he is recorded, from the beginning and as long as it goes on.
   *
   * @param {import('./protocol.js').Recorded} what */
  recorded(what) {
    if (what === this.#recorded) return;
    this.#recorded = what;
    switch (what) {
      case 'no': return this.#record.hide();
      case 'failed': return this.#record.show('No longer recorded', { tone: 'bad', for: NOTICE_MS });
      default: return this.#showRecorded(what === 'input' ? 'Recorded, with what is typed' : 'Recorded');
    }
  }

  /** Leads to the page of recordings, or no longer. @param {boolean} isSeen  whether this viewer may see them */
  offerRecordings(isSeen) {
    this.#recordings.hidden = !isSeen;
  }

  notice(text) {
    this.#notice.show(text, { tone: 'calm', for: NOTICE_MS });
  }

  /** @param {string | null} target  where a hyperlink under the mouse leads */
  link(target) {
    if (target === null) this.#notice.hide();
    else this.#notice.show(target, { tone: 'calm' });
  }

  #showReadOnly(words) {
    this.#state.show(words, { tone: 'view', for: READ_MS, then: () => this.#state.shrink() });
  }

  #showRecorded(words) {
    this.#record.show(words, { tone: 'record', for: READ_MS, then: () => this.#record.shrink() });
  }

  #showWaiting(after = 0) {
    const isFirst = this.#root.dataset.state === 'connecting';
    this.#state.show(isFirst ? 'Connecting…' : 'Connection lost, reconnecting…', { tone: 'busy', after });
  }

  #wasHardlyLost() {
    const isAway = ['reconnecting', 'switching'].includes(this.#root.dataset.state);
    return isAway && performance.now() - this.#lostAt < LOSS_PATIENCE_MS;
  }

  #enter(state) {
    this.#root.dataset.state = state;
  }
}

class Pill {
  element = document.createElement('div');
  #dot = document.createElement('span');
  #text = document.createElement('span');
  #timer = null;

  constructor() {
    this.element.className = 'pill';
    this.#dot.className = 'pill-dot';
    this.#text.className = 'pill-text';
    this.element.append(this.#dot, this.#text);
  }

  /**
   * @param {string} text
   * @param {{tone: string, after?: number, for?: number, then?: () => void}} manner
   *   `after` and `for` in milliseconds; without `for` it stays, with it `then` follows, else it hides
   */
  show(text, { tone, after = 0, for: duration, then = () => this.hide() }) {
    clearTimeout(this.#timer);
    const appear = () => {
      this.element.dataset.tone = tone;
      this.#text.textContent = text;
      this.#setClasses({ shown: true, mark: false, stays: duration === undefined });
      if (duration !== undefined) this.#timer = setTimeout(then, duration);
    };
    if (after === 0) appear();
    else this.#timer = setTimeout(appear, after);
  }

  hide() {
    clearTimeout(this.#timer);
    this.#setClasses({ shown: false, stays: false });
  }

  /** Shrinks to its icon, which says the rest. */
  shrink() {
    clearTimeout(this.#timer);
    this.#setClasses({ mark: true, stays: true });
  }

  nudge() {
    const { classList } = this.element;
    classList.remove('nudge');
    this.element.addEventListener('animationend', () => classList.remove('nudge'), { once: true });
    requestAnimationFrame(() => classList.add('nudge'));
  }

  #setClasses(classes) {
    for (const [name, on] of Object.entries(classes)) this.element.classList.toggle(name, on);
  }
}
