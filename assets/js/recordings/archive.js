/**
 * Asks the server for its recordings. Knows addresses and answers, nothing of what is shown.
 *
 * The mode of `fetch` must stay 'cors': see js/api.js.
 */

/** Relative to the page, which is at recordings/. */
const LIST = '../api/recordings';

export class Archive {
  #fetch;

  /** @param {typeof fetch} ask */
  constructor(ask = (...request) => fetch(...request)) {
    this.#fetch = ask;
  }

  /** @returns {Promise<object[]>} what is told of each, the newest first */
  async list() {
    const answer = await this.#ask(LIST);
    const { recordings } = await answer.json();
    return Array.isArray(recordings) ? recordings : [];
  }

  /** @returns {Promise<object | null>} the picture of its last screen, if there is one */
  async still(id) {
    try {
      const answer = await this.#ask(`${LIST}/${encodeURIComponent(id)}/still`);
      return await answer.json();
    } catch {
      return null;
    }
  }

  /** @returns {Promise<string>} the recording itself */
  async text(id) {
    const answer = await this.#ask(this.address(id));
    return answer.text();
  }

  /** Where the recording can be downloaded. */
  address(id) {
    return `${encodeURIComponent(id)}.cast`;
  }

  async #ask(address) {
    const answer = await this.#fetch(address);
    if (answer.ok) return answer;
    const reason = (await answer.text()).trim();
    throw new Error(reasonOf(reason) || `The server says ${answer.status}`);
  }
}

function reasonOf(text) {
  try {
    return JSON.parse(text).message;
  } catch {
    return text;
  }
}
