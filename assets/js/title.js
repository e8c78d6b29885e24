/**
 * The title of the browser tab: the program's, else the command; with a word when it has ended.
 */

const ENDED = '[ended]';

export class Title {
  #command = '';
  #program = '';
  #isEnded = false;

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
    this.#isEnded = true;
    this.#show();
  }

  #show() {
    const title = this.#program.trim() || this.#command || 'webterm';
    document.title = this.#isEnded ? `${ENDED} ${title}` : title;
  }
}
