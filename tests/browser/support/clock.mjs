/** A clock that the test holds in its hands. */

export class FakeClock {
  #now = 0;
  #timers = new Map();
  #next = 1;

  now = () => this.#now;

  setTimeout = (call, delay) => {
    this.#timers.set(this.#next, { call, at: this.#now + delay });
    return this.#next++;
  };

  clearTimeout = (id) => {
    this.#timers.delete(id);
  };

  advance(duration) {
    const end = this.#now + duration;
    for (;;) {
      const due = [...this.#timers].filter(([, timer]) => timer.at <= end).sort((a, b) => a[1].at - b[1].at)[0];
      if (due === undefined) break;
      this.#timers.delete(due[0]);
      this.#now = due[1].at;
      due[1].call();
    }
    this.#now = end;
  }
}
