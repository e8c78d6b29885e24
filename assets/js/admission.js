/**
 * Asks the server whether this browser may still come in. A WebSocket that is refused does not say
 * why; the page's own address does, and a browser that is asked for a password there asks its user.
 *
 * Knows addresses and answers, nothing of what happens then.
 */

/** A server that does not answer for so long can't be asked. */
const PATIENCE_MS = 10_000;

const REASONS = {
  401: 'Logged out: load the page again to log in',
  403: 'This server does not let you in any more',
  404: 'Nothing is shared at this address any more',
};

/**
 * @param {typeof fetch} [ask]
 * @returns {Promise<string | null>} why this browser stays out, or null where trying again may help
 */
export async function knock(ask = fetch) {
  try {
    const { status } = await ask('./', {
      method: 'HEAD', cache: 'no-store', redirect: 'manual', signal: AbortSignal.timeout(PATIENCE_MS),
    });
    return REASONS[status] ?? null;
  } catch {
    return null; // Nobody answered.
  }
}
