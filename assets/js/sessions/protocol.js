/**
 * The messages of the page of all terminals as plain values: JSON text in, JSON text out.
 *
 * Mirrors src/server/watch.rs: a message that changes there changes here. Knows no socket and no page.
 */

/**
 * @typedef {object} Person  somebody who is there
 * @property {number} id
 * @property {string | null} user
 * @property {string} address
 * @property {Date} since
 * @property {boolean} writes
 * @property {'viewer' | 'watcher' | 'overview'} role
 *
 * @typedef {object} Card  what is told of a terminal
 * @property {string} id
 * @property {string | null} name     null where it has none that may be told
 * @property {boolean} isPrivate      somebody's own
 * @property {string} command
 * @property {string} title
 * @property {{cols: number, rows: number}} size
 * @property {Date} since
 * @property {Date | null} idleSince  null while something happens in it
 * @property {boolean} isWritable     whether lines may be sent to it
 * @property {number} viewers
 * @property {Person[] | null} people  null where it is not told who they are
 *
 * @typedef {{kind: 'setup', command: string, mode: string, seesAll: boolean, isHidden: boolean}
 *   | {kind: 'session', card: Card}
 *   | {kind: 'picture', id: string, picture: object}
 *   | {kind: 'ready'}
 *   | {kind: 'heartbeat'}
 *   | {kind: 'gone', id: string}} Message
 */

/** @param {unknown} data  what the socket delivered  @returns {Message | null}  null for what is none */
export function decode(data) {
  const [name, first, second] = parseArray(data);
  switch (name) {
    case 'setup': return setup(first);
    case 'session': return session(first);
    case 'picture': return typeof first === 'string' ? { kind: 'picture', id: first, picture: second } : null;
    case 'gone': return typeof first === 'string' ? { kind: 'gone', id: first } : null;
    case 'ready': return { kind: 'ready' };
    case 'heartbeat': return { kind: 'heartbeat' };
    default: return null;
  }
}

/** The terminals whose pictures are wanted from now on. @param {Iterable<string>} ids */
export function look(ids) {
  return JSON.stringify(['look', [...ids]]);
}

function setup(fields) {
  return {
    kind: 'setup',
    command: text(fields?.command),
    mode: text(fields?.mode),
    seesAll: fields?.sight === 'all',
    isHidden: fields?.hidden === true,
  };
}

function session(fields) {
  if (typeof fields?.id !== 'string' || fields.id === '') return null;
  const card = {
    id: fields.id,
    name: typeof fields.name === 'string' ? fields.name : null,
    isPrivate: fields.private === true,
    command: text(fields.command),
    title: text(fields.title),
    size: { cols: count(fields.size?.cols), rows: count(fields.size?.rows) },
    since: date(fields.created_at) ?? new Date(0),
    idleSince: fields.idle === true ? date(fields.last_activity) : null,
    isWritable: fields.writable === true,
    viewers: count(fields.viewers),
    people: Array.isArray(fields.people) ? fields.people.map(person) : null,
  };
  return { kind: 'session', card };
}

function person(fields) {
  return {
    id: count(fields?.id),
    user: typeof fields?.user === 'string' ? fields.user : null,
    address: text(fields?.address),
    since: date(fields?.since) ?? new Date(0),
    writes: fields?.may === 'write',
    role: ['watcher', 'overview'].includes(fields?.role) ? fields.role : 'viewer',
  };
}

function parseArray(data) {
  if (typeof data !== 'string') return [];
  try {
    const value = JSON.parse(data);
    return Array.isArray(value) ? value : [];
  } catch {
    return [];
  }
}

function date(value) {
  const time = typeof value === 'string' ? Date.parse(value) : NaN;
  return Number.isNaN(time) ? null : new Date(time);
}

function count(value) {
  return Number.isSafeInteger(value) && value >= 0 ? value : 0;
}

function text(value) {
  return typeof value === 'string' ? value : '';
}
