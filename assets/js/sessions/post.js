/**
 * Sends a line to terminals: `POST api/sessions/input`. Its mode must stay 'cors', see api.js.
 */

/** The server waits for a program that does not read for a second; longer, and nobody answers. */
const PATIENCE_MS = 15_000;

const REASONS = {
  401: 'Logged out: load the page again to log in',
  403: 'You may only look here',
};

/**
 * @param {string} line  without its end
 * @param {string[]} ids
 * @returns {Promise<{id: string, outcome: string}[]>}
 */
export async function post(line, ids, ask = fetch) {
  const answer = await ask('../api/sessions/input', {
    method: 'POST',
    cache: 'no-store',
    redirect: 'manual',
    signal: AbortSignal.timeout(PATIENCE_MS),
    body: JSON.stringify({ line, sessions: ids }),
    headers: { 'Content-Type': 'application/json' },
  }).catch(() => {
    throw new Error('The server does not answer: whether the line arrived is not known');
  });
  const value = await answer.json().catch(() => null);
  if (!answer.ok) throw new Error(REASONS[answer.status] ?? refusal(answer.status, value?.message));
  const results = Array.isArray(value?.results) ? value.results : [];
  return results.filter((one) => typeof one?.id === 'string' && typeof one.outcome === 'string');
}

function refusal(status, message) {
  const words = typeof message === 'string' && message !== '' ? message : `status ${status}`;
  return `The server refuses: ${words}`;
}
