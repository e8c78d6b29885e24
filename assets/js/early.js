/**
 * What the user types at a session that he has chosen but that is not there yet: who switches and types on
 * at once should lose nothing.
 *
 * Knows texts as the terminal reports them. Reports of the mouse and of the focus are meant for the
 * program that is still in view, so they are left out.
 */

/** A line or two; who types more should see first where it goes. In UTF-16 units. */
const MOST = 4096;

const REPORT = /^\x1b\[(?:[IO]$|M|<)/;

export class Early {
  #text = '';

  /** @returns {boolean} whether the text is kept */
  keep(text) {
    if (REPORT.test(text)) return true;
    if (this.#text.length + text.length > MOST) return false;
    this.#text += text;
    return true;
  }

  /** @returns {string} what was kept; it is kept no longer */
  take() {
    const text = this.#text;
    this.#text = '';
    return text;
  }
}
