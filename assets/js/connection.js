/**
 * Keeps one socket to the server open: connects, and connects again with growing pauses.
 *
 * Knows nothing of what the messages mean. The socket, the clock and chance are injected, so that a
 * test can stand in for all three.
 */

/** First and longest pause before a new attempt. Short enough to go unnoticed, long enough for a restart. */
const FIRST_PAUSE_MS = 250;
const LONGEST_PAUSE_MS = 10_000;

/** An attempt that hangs as long as this (a firewall that drops silently) is given up. */
const CONNECT_TIMEOUT_MS = 10_000;

/** A connection on which the server shows signs of life is dead when it shows none for three of them. */
const SILENCE_MS = 60_000;

/** A connection that held as long as this was a good one: the next pause is the first again. */
const STEADY_MS = 5_000;

const SOCKET_CONNECTING = 0;
const SOCKET_OPEN = 1;

/** @returns {number} milliseconds to wait before attempt number `attempt` (0 is the first repetition) */
export function pauseBefore(attempt, random) {
  const ceiling = Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** (attempt + 1));
  const floor = Math.max(FIRST_PAUSE_MS, ceiling / 2);
  return floor + random * (ceiling - floor);
}

/** @typedef {{code: number, reason: string}} Close  how the server closed a connection */

export class Connection {
  #openSocket;
  #listener;
  #knock;
  #clock;
  #random;
  #socket = null;
  #timer = null;
  #attempts = 0;
  #openedAt = null;
  #heardAt = null;
  #watch = null;
  #finished = false;

  /**
   * @param {object} parts
   * @param {() => WebSocket} parts.openSocket  starts a connection
   * @param {object} parts.listener
   * @param {(data: unknown) => void} parts.listener.onMessage
   * @param {(close: Close | null) => void} parts.listener.onDown  may say that it has finished
   * @param {(reason: string) => void} parts.listener.onShutOut
   * @param {() => Promise<string | null>} parts.knock  asks why a socket was refused: for good, and for
   *   what reason, or not
   * @param {{setTimeout: Function, clearTimeout: Function, now(): number}} [parts.clock]
   * @param {() => number} [parts.random]  0 to 1, spreads the attempts of many viewers
   */
  constructor({ openSocket, listener, knock, clock = browserClock, random = Math.random }) {
    this.#openSocket = openSocket;
    this.#listener = listener;
    this.#knock = knock;
    this.#clock = clock;
    this.#random = random;
  }

  /** Connects now, unless connected, under way, or finished. A pause that runs is cut short. */
  connect() {
    if (this.#finished || this.#socket !== null) return;
    this.#clearTimer();
    const socket = this.#openSocket();
    this.#socket = socket;
    this.#timer = this.#clock.setTimeout(() => this.#drop(socket), CONNECT_TIMEOUT_MS);
    socket.onopen = () => this.#opened(socket);
    socket.onmessage = (event) => this.#heard(socket, event.data);
    socket.onclose = (event) => this.#closed(socket, event);
  }

  /** @returns {boolean} whether the text went out; without a connection it is dropped, never queued */
  send(text) {
    if (this.#socket?.readyState !== SOCKET_OPEN) return false;
    this.#socket.send(text);
    return true;
  }

  /** The server has promised to be heard: from now on this connection is dead when it stays silent. */
  expectLife() {
    if (this.#socket !== null) this.#watch ??= this.#watchFor(this.#socket, SILENCE_MS);
  }

  /** The session is over: whatever closes from now on stays closed. */
  finish() {
    this.#finished = true;
    this.#clearTimer();
    this.#clearWatch();
  }

  /** Nobody cares for the session any more: nothing is heard of it from now on. */
  close() {
    const socket = this.#socket;
    this.finish();
    this.#socket = null;
    if (socket !== null) hangUp(socket);
  }

  #opened(socket) {
    if (!this.#isCurrent(socket)) return;
    this.#clearTimer();
    this.#openedAt = this.#clock.now();
  }

  #heard(socket, data) {
    if (!this.#isCurrent(socket)) return;
    this.#heardAt = this.#clock.now();
    this.#listener.onMessage(data);
  }

  /** One timer for all messages: a flood has thousands a second. */
  #watchFor(socket, duration) {
    return this.#clock.setTimeout(() => {
      const left = this.#heardAt + SILENCE_MS - this.#clock.now();
      if (left > 0) this.#watch = this.#watchFor(socket, left);
      else this.#drop(socket);
    }, duration);
  }

  #drop(socket) {
    socket.close();
    this.#closed(socket, null);
  }

  #closed(socket, close) {
    if (!this.#isCurrent(socket)) return;
    this.#socket = null;
    this.#clearTimer();
    this.#clearWatch();
    if (this.#finished) return;
    this.#listener.onDown(close);
    if (!this.#finished) this.#scheduleNext();
  }

  #scheduleNext() {
    const wasOpened = this.#openedAt !== null;
    const wasSteady = wasOpened && this.#clock.now() - this.#openedAt >= STEADY_MS;
    this.#openedAt = null;
    if (wasSteady) this.#attempts = 0;
    const pause = pauseBefore(this.#attempts, this.#random());
    this.#attempts += 1;
    const next = wasOpened ? () => this.connect() : () => this.#askAndConnect();
    this.#timer = this.#clock.setTimeout(next, pause);
  }

  /** A socket that never opened may have been refused: it is asked before it is tried again. */
  async #askAndConnect() {
    const reason = await this.#knock();
    if (this.#finished || this.#socket !== null) return;
    if (reason === null) return this.connect();
    this.finish();
    this.#listener.onShutOut(reason);
  }

  #isCurrent(socket) {
    return this.#socket === socket;
  }

  #clearTimer() {
    this.#clock.clearTimeout(this.#timer);
    this.#timer = null;
  }

  #clearWatch() {
    this.#clock.clearTimeout(this.#watch);
    this.#watch = null;
  }
}

/** Browsers complain on the console of a socket that is closed before it was open, so it is let open before. */
function hangUp(socket) {
  if (socket.readyState === SOCKET_CONNECTING) socket.onopen = () => socket.close();
  else socket.close();
}

const browserClock = {
  setTimeout: (call, delay) => setTimeout(call, delay),
  clearTimeout: (timer) => clearTimeout(timer),
  now: () => performance.now(),
};
