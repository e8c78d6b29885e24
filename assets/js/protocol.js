/**
 * The messages of the terminal protocol as plain values: JSON text in, JSON text out.
 *
 * Mirrors src/protocol.rs: a message that changes there changes here. Knows no socket and no terminal.
 * Each message is a JSON array whose first element names it, as in Jupyter terminals (terminado).
 */

/**
 * @typedef {object} Setup
 * @property {'setup'} kind
 * @property {number} version     version of the protocol
 * @property {string} session     name of the session
 * @property {string} command     the command line that runs in it
 * @property {boolean} writable   whether what this viewer types is accepted
 * @property {boolean} resizes    whether this viewer's window size counts
 * @property {{cols: number, rows: number}} size   the window size in force
 * @property {string} title       the title that the program has set, or ''
 * @property {number} scrollback  lines of scrollback that a snapshot may hold
 * @property {string} resume      names this very stream, to go on with it on another connection; '' where it can't
 * @property {boolean} watches    whether this viewer may watch all terminals
 * @property {Recorded} recorded  what is recorded
 * @property {"writers" | "everybody" | null} recordings  who may see recordings, where there may be some
 * @property {boolean} resumed    whether output goes on where this page had asked; else a snapshot comes
 */

/** @typedef {'no' | 'output' | 'input' | 'failed'} Recorded  `input`: what is typed as well; `failed`: no longer */

/**
 * @typedef {Setup
 *   | {kind: 'stdout', text: string, offset: number | null}
 *   | {kind: 'size', rows: number, cols: number}
 *   | {kind: 'snapshot', scrollback: number}
 *   | {kind: 'writable', writable: boolean, resizes: boolean}
 *   | {kind: 'recorded', what: Recorded}
 *   | {kind: 'notice', text: string}
 *   | {kind: 'heartbeat'}
 *   | {kind: 'taken', bytes: number}
 *   | {kind: 'disconnect', status: number | null}} ServerMessage
 */

/**
 * Reads one message of the server.
 *
 * @param {unknown} data  what the socket delivered
 * @returns {ServerMessage | null}  null for what is none, and for extensions that this page doesn't know
 */
export function decode(data) {
  const message = parseArray(data);
  if (message === null) return null;
  const [name, ...rest] = message;
  switch (name) {
    case 'setup': return setup(rest[0]);
    case 'stdout': return stdout(rest);
    case 'size': return size(rest);
    case 'snapshot': return isCount(rest[0]) ? { kind: 'snapshot', scrollback: rest[0] } : null;
    case 'writable': return writable(rest);
    case 'recorded': return isRecorded(rest[0]) ? { kind: 'recorded', what: rest[0] } : null;
    case 'notice': return typeof rest[0] === 'string' ? { kind: 'notice', text: rest[0] } : null;
    case 'heartbeat': return { kind: 'heartbeat' };
    case 'taken': return isCount(rest[0]) ? { kind: 'taken', bytes: rest[0] } : null;
    case 'disconnect': return { kind: 'disconnect', status: isCount(rest[0]) ? rest[0] : null };
    default: return null;
  }
}

/** Half a character, which no UTF-8 can express: a server refuses it. */
const HALF_CHARACTERS = /\p{Surrogate}/gu;

/** What the user typed, pasted, or did with the mouse. */
export function stdin(text) {
  return JSON.stringify(['stdin', text.replace(HALF_CHARACTERS, '\ufffd')]);
}

/** The grid that fills this viewer's window, and the window's size in CSS pixels. */
export function setSize({ rows, cols }, { height, width }) {
  return JSON.stringify(['set_size', rows, cols, Math.round(height), Math.round(width)]);
}

/** All output up to this byte position has been processed. */
export function ack(offset) {
  return JSON.stringify(['ack', offset]);
}

/**
 * What the socket's address asks for.
 *
 * @param {number} scrollback  how many lines of it this page keeps
 * @param {{token: string, offset: number | null} | null} place  where to go on, in which stream; without an
 *   offset the stream is found again, and shown from its present screen on
 * @param {{cols: number, rows: number} | null} [grid]  what a terminal that is made anew should have
 */
export function query(scrollback, place, grid = null) {
  const parameters = new URLSearchParams({ scrollback, ...grid });
  if (place !== null) parameters.set('resume', place.token);
  if (place !== null && place.offset !== null) parameters.set('offset', place.offset);
  return `?${parameters}`;
}

/** How the server closes the connection of a viewer that its host threw out. */
const THROWN_OUT = { code: 1008, reason: 'thrown out by the host' };

/** @param {{code: number, reason: string} | null} close  null where the connection just broke */
export function isThrownOut(close) {
  return close?.code === THROWN_OUT.code && close.reason === THROWN_OUT.reason;
}

/** @returns {number} bytes */
export function utf8Length(text) {
  return new TextEncoder().encode(text).length;
}

function parseArray(data) {
  if (typeof data !== 'string') return null;
  try {
    const value = JSON.parse(data);
    return Array.isArray(value) ? value : null;
  } catch {
    return null;
  }
}

/** A stock server sends an empty object, or none; the defaults make a plain terminal of that. */
function setup(fields) {
  const given = typeof fields === 'object' && fields !== null ? fields : {};
  return {
    kind: 'setup',
    version: isCount(given.version) ? given.version : 0,
    session: text(given.session),
    command: text(given.command),
    writable: given.writable === true,
    resizes: given.resizes === true,
    size: isGrid(given.size) ? { cols: given.size.cols, rows: given.size.rows } : { cols: 80, rows: 24 },
    title: text(given.title),
    scrollback: isCount(given.scrollback) ? given.scrollback : 1000,
    resume: text(given.resume),
    watches: given.watches === true,
    resumed: given.resumed === true,
    recordings: ['writers', 'everybody'].includes(given.recordings) ? given.recordings : null,
    recorded: isRecorded(given.recorded) ? given.recorded : 'no',
  };
}

function stdout([text, offset]) {
  if (typeof text !== 'string') return null;
  return { kind: 'stdout', text, offset: isCount(offset) ? offset : null };
}

function size([rows, cols]) {
  return isGrid({ rows, cols }) ? { kind: 'size', rows, cols } : null;
}

function writable([writable, resizes]) {
  const isMeant = typeof writable === 'boolean' && typeof resizes === 'boolean';
  return isMeant ? { kind: 'writable', writable, resizes } : null;
}

function isRecorded(value) {
  return ['no', 'output', 'input', 'failed'].includes(value);
}

function isGrid(value) {
  return isCount(value?.cols) && isCount(value?.rows) && value.cols > 0 && value.rows > 0;
}

function isCount(value) {
  return Number.isSafeInteger(value) && value >= 0;
}

function text(value) {
  return typeof value === 'string' ? value : '';
}
