/**
 * One connection, and so one run of the program: it is opened once and never again by itself, for each
 * connection is a new process.
 *
 * Knows nothing of what the messages mean. The socket and the clock are injected.
 */

/** An attempt that hangs as long as this (a firewall that drops silently) is given up. */
const CONNECT_TIMEOUT_MS = 10_000;

/** The server is heard every 20 s; a connection that is silent for three of them is dead. */
const SILENCE_MS = 60_000;

const SOCKET_OPEN = 1;

export class Wire {
  #socket;
  #listener;
  #clock;
  #timer;
  #wasOpened = false;
  #isSilent = true;

  /**
   * @param {object} parts
   * @param {() => WebSocket} parts.openSocket
   * @param {object} parts.listener
   * @param {(data: unknown) => void} parts.listener.onMessage
   * @param {(close: {code: number, reason: string, wasOpened: boolean}) => void} parts.listener.onDown
   * @param {{setTimeout: Function, clearTimeout: Function}} [parts.clock]
   */
  constructor({ openSocket, listener, clock = browserClock }) {
    this.#listener = listener;
    this.#clock = clock;
    const socket = openSocket();
    this.#socket = socket;
    socket.onopen = () => {
      this.#wasOpened = true;
      this.#expect(SILENCE_MS);
    };
    socket.onmessage = ({ data }) => {
      this.#isSilent = false;
      this.#listener.onMessage(data);
    };
    socket.onclose = ({ code, reason }) => this.#down(code, reason);
    this.#expect(CONNECT_TIMEOUT_MS);
  }

  /** @returns {boolean} whether the text went out; without a connection it is dropped, never queued */
  send(text) {
    if (this.#socket?.readyState !== SOCKET_OPEN) return false;
    this.#socket.send(text);
    return true;
  }

  /** One timer for all messages: a flood has thousands a second. */
  #expect(duration) {
    this.#clock.clearTimeout(this.#timer);
    this.#isSilent = true;
    this.#timer = this.#clock.setTimeout(() => {
      if (!this.#isSilent) return this.#expect(duration);
      this.#socket?.close();
      return this.#down(1006, '');
    }, duration);
  }

  #down(code, reason) {
    if (this.#socket === null) return;
    this.#socket = null;
    this.#clock.clearTimeout(this.#timer);
    this.#listener.onDown({ code, reason, wasOpened: this.#wasOpened });
  }
}

const browserClock = {
  setTimeout: (call, delay) => setTimeout(call, delay),
  clearTimeout: (timer) => clearTimeout(timer),
};
