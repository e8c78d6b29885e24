/**
 * The title of the browser tab: the program's, else the command; with a word when it is over.
 */

const ENDED = '[ended]';
const SHUT_OUT = '[shut out]';

export class Title {
  #command = '';
  #program = '';
  #mark = '';

  setCommand(command) {
    this.#command = command;
    this.#show();
  }

  /** @param {string} title  '' takes the program's title away */
  setProgram(title) {
    this.#program = title;
    this.#show();
  }

  setEnded() {
    this.#mark = ENDED;
    this.#show();
  }

  setShutOut() {
    this.#mark = SHUT_OUT;
    this.#show();
  }

  #show() {
    const title = this.#program.trim() || this.#command || 'webterm';
    document.title = `${this.#mark} ${title}`.trim();
  }
}
