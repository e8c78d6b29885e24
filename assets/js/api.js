/**
 * Asks the server for its terminals, and makes, renames and closes them: Jupyter's REST API, and the
 * renaming that is ours.
 *
 * Knows addresses and answers, nothing of what happens then. `fetch` is injected. Its mode must stay
 * 'cors': with another one, browsers send `Origin: null` from a page whose referrer policy is
 * 'no-referrer', and the server refuses that.
 */

/** A server that does not answer for so long can't be asked. */
const PATIENCE_MS = 10_000;

/**
 * @typedef {object} Model  a terminal as the server describes it
 * @property {string} name
 * @property {string[]} aliases       names that it had before
 * @property {string} command         the command line that was started in it
 * @property {string | null} program  the one that runs in its foreground
 * @property {string | null} cwd      the directory of that
 * @property {string} title           as set by the program
 * @property {string} lastActivity    when something was last typed or printed
 * @property {number} viewers         how many are attached
 * @property {boolean} isWritable     whether who asks may type, close and rename
 */

/** An answer other than the wanted one; status 0 where there was none at all. */
export class ApiError extends Error {
  /** @param {number} status @param {string} message  the server's words, '' where it has none */
  constructor(status, message = '') {
    super(message);
    this.name = 'ApiError';
    this.status = status;
  }
}

export class Api {
  #fetch;

  /** @param {typeof fetch} ask */
  constructor(ask = (...request) => fetch(...request)) {
    this.#fetch = ask;
  }

  /** @returns {Promise<Model[]>} all that this browser may see, oldest first */
  async list() {
    const models = await this.#ask('GET', 'api/terminals');
    return Array.isArray(models) ? models.map(modelOf).filter((model) => model !== null) : [];
  }

  /** @returns {Promise<boolean>} whether this browser may make terminals */
  async mayWrite() {
    const status = await this.#ask('GET', 'api/status');
    return status?.writable === true;
  }

  /** @returns {Promise<Model>} */
  async get(name) {
    return expectModel(await this.#ask('GET', addressOf(name)));
  }

  /**
   * @param {{name?: string, size?: {cols: number, rows: number}}} wish
   * @returns {Promise<Model>}  a new one, or the one of that name
   */
  async create(wish) {
    return expectModel(await this.#ask('POST', 'api/terminals', wish));
  }

  /** @returns {Promise<Model>} */
  async rename(name, to) {
    return expectModel(await this.#ask('PATCH', addressOf(name), { name: to }));
  }

  /** Ends what runs in it, too. One that is gone already is closed. */
  async close(name) {
    try {
      await this.#ask('DELETE', addressOf(name));
    } catch (error) {
      if (error.status !== 404) throw error;
    }
  }

  async #ask(method, address, body) {
    const answer = await this.#send(method, address, body);
    if (answer.status === 204) return null;
    const value = await answer.json().catch(() => null);
    if (!answer.ok) throw new ApiError(answer.status, text(value?.message));
    return value;
  }

  async #send(method, address, body) {
    try {
      return await this.#fetch(address, {
        method,
        cache: 'no-store',
        redirect: 'manual',
        signal: AbortSignal.timeout(PATIENCE_MS),
        ...(body && { body: JSON.stringify(body), headers: { 'Content-Type': 'application/json' } }),
      });
    } catch {
      throw new ApiError(0);
    }
  }
}

function addressOf(name) {
  return `api/terminals/${encodeURIComponent(name)}`;
}

function expectModel(value) {
  const model = modelOf(value);
  if (model === null) throw new ApiError(0);
  return model;
}

/** @returns {Model | null} */
function modelOf(value) {
  if (typeof value?.name !== 'string' || value.name === '') return null;
  return {
    name: value.name,
    aliases: Array.isArray(value.aliases) ? value.aliases.filter((alias) => typeof alias === 'string') : [],
    command: text(value.command),
    program: text(value.program) || null,
    cwd: text(value.cwd) || null,
    title: text(value.title),
    lastActivity: text(value.last_activity),
    viewers: Number.isSafeInteger(value.viewers) ? value.viewers : 0,
    isWritable: value.writable === true,
  };
}

function text(value) {
  return typeof value === 'string' ? value : '';
}
