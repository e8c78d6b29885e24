/**
 * The title of the browser tab: the program's, else the command; the session's name before it, where there
 * are several; and a word when it is over.
 */

const ENDED = '[ended]';
const SHUT_OUT = '[shut out]';

export class Title {
  #command = '';
  #program = '';
  #mark = '';
  #name = '';

  /** Another session. @param {string} name  '' where there is but one */
  begin(name) {
    this.#command = '';
    this.#program = '';
    this.#mark = '';
    this.#name = name;
    this.#show();
  }

  setName(name) {
    this.#name = name;
    this.#show();
  }

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
    const title = this.#program.trim() || this.#command;
    const named = [this.#name, title].filter((part) => part !== '').join(': ');
    document.title = `${this.#mark} ${named || 'webterm'}`.trim();
  }
}
