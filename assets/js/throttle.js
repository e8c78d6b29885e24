/**
 * Spaces out calls: at most one per interval, and the last one always happens.
 */

/**
 * @param {() => void} call
 * @param {number} interval  milliseconds
 * @returns {() => void}
 */
export function throttled(call, interval) {
  let timer = null;
  return () => {
    timer ??= setTimeout(() => {
      timer = null;
      call();
    }, interval);
  };
}
