/** Waits for a condition instead of for a time. */

/** Generous: a loaded machine is slow, and a test that passes never waits this long. */
const DEADLINE_MS = 20_000;
const PERIOD_MS = 20;

/**
 * @template T
 * @param {string} what  named in the error when it doesn't come true
 * @param {() => T | Promise<T>} probe  asked until it answers with something truthy
 * @returns {Promise<T>}
 */
export async function eventually(what, probe) {
  const deadline = Date.now() + DEADLINE_MS;
  for (;;) {
    const answer = await probe();
    if (answer) return answer;
    if (Date.now() > deadline) throw new Error(`in vain waited until ${what}`);
    await new Promise((resolve) => { setTimeout(resolve, PERIOD_MS); });
  }
}
