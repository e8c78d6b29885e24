/**
 * The messages of the subprotocol "webterm.lines" as plain values.
 *
 * Mirrors src/lines/message.rs: a message that changes there changes here. What the page sends is
 * `stdin` of js/protocol.js. Knows no socket.
 */

export const PROTOCOL = 'webterm.lines';

/**
 * @typedef {{kind: 'setup', command: string, writable: boolean}
 *   | {kind: 'stdout' | 'stderr', lines: string[]}
 *   | {kind: 'notice', text: string}
 *   | {kind: 'writable', writable: boolean}
 *   | {kind: 'heartbeat'}
 *   | {kind: 'disconnect', status: number | null}} LinesMessage
 */

/**
 * @param {unknown} data  what the socket delivered
 * @returns {LinesMessage | null}  null for what is none, and for extensions that this page doesn't know
 */
export function decode(data) {
  const [name, ...values] = parseArray(data);
  const [value] = values;
  switch (name) {
    case 'setup':
      return { kind: 'setup', command: String(value?.command ?? ''), writable: value?.writable === true };
    case 'stdout':
    case 'stderr':
      return { kind: name, lines: values.filter((line) => typeof line === 'string') };
    case 'notice': return typeof value === 'string' ? { kind: 'notice', text: value } : null;
    case 'writable': return { kind: 'writable', writable: value === true };
    case 'heartbeat': return { kind: 'heartbeat' };
    case 'disconnect': return { kind: 'disconnect', status: Number.isInteger(value) ? value : null };
    default: return null;
  }
}

function parseArray(data) {
  try {
    const message = JSON.parse(data);
    return Array.isArray(message) ? message : [];
  } catch {
    return [];
  }
}
