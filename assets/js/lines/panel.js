/**
 * Says how the program is: a word beside its name, and below the lines the field, or why there is none
 * and the button for another run. Speaks to people only.
 */

/** Whoever was about to send a line when the program ended should not start another by that. */
const ACCIDENT_MS = 600;

export class Panel {
  #overAt = 0;
  #root = document.documentElement;
  #command;
  #state;
  #over;
  #reason;
  #again;

  /**
   * @param {(id: string) => HTMLElement} find
   * @param {() => void} onAgain  the user wants another run
   */
  constructor(find, onAgain) {
    this.#command = find('command');
    this.#state = find('state');
    this.#over = find('over');
    this.#reason = find('reason');
    this.#again = find('again');
    this.#again.addEventListener('click', () => {
      if (performance.now() - this.#overAt >= ACCIDENT_MS) onAgain();
    });
  }

  connecting() {
    this.#show('connecting', 'Connecting…');
    this.#over.hidden = true;
  }

  running(command, isWritable) {
    this.#command.textContent = command;
    this.#command.title = command;
    document.title = command === '' ? 'webterm' : command;
    this.writable(isWritable);
  }

  writable(isWritable) {
    this.#show('running', isWritable ? 'Running' : 'Read-only');
    this.#over.hidden = isWritable;
    this.#again.hidden = true;
    this.#reason.textContent = isWritable ? '' : 'You can look, but not send anything.';
  }

  /** @param {string} state  in a word or two  @param {string} reason  in a sentence */
  over(kind, state, reason) {
    this.#show(kind, state);
    this.#over.hidden = false;
    this.#again.hidden = false;
    this.#reason.textContent = reason;
    this.#overAt = performance.now();
  }

  /** Where there is another run to begin. */
  focus() {
    this.#again.focus({ preventScroll: true });
  }

  /** There is no use in trying again. */
  shutOut(reason) {
    this.over('failed', 'Closed', reason);
    this.#again.hidden = true;
  }

  #show(kind, words) {
    this.#root.dataset.state = kind;
    this.#state.textContent = words;
  }
}
