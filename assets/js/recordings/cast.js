/**
 * Reads a recording (asciicast, versions 1 to 3) as far as it can be read, and reckons with its times.
 *
 * Pure: knows text and numbers, no page and no player. A last line that was cut off is left out, as the
 * server does; so is what comes after a line that makes no sense.
 */

/** What tells a size. */
const SIZE = /^[1-9]\d{0,3}x[1-9]\d{0,3}$/;

/** The kinds of events that a player knows. */
const KINDS = new Set(['o', 'i', 'm', 'r']);

/** The longest recording that is played, in seconds: a player reckons with each, and hangs at larger numbers. */
const LONGEST = 10 * 365 * 86_400;

/** The most markers that are shown: twenty thousand hang a player, and nobody looks through so many. */
const MOST_MARKERS = 1_000;

/**
 * @typedef {object} Cast
 * @property {number} cols
 * @property {number} rows
 * @property {Array<[number, string, string]>} events  seconds since the beginning, kind, data
 * @property {Array<{time: number, label: string}>} markers
 * @property {number} length  in seconds
 * @property {number | null} idleLimit  the recording's own, in seconds
 */

/** @param {string} text  @returns {Cast | null} null where it is no recording */
export function readCast(text) {
  const first = text.slice(0, text.indexOf('\n') === -1 ? undefined : text.indexOf('\n'));
  const header = parse(first) ?? parse(text);
  const size = header?.version === 3 ? [header.term?.cols, header.term?.rows] : [header?.width, header?.height];
  if (![1, 2, 3].includes(header?.version) || !size.every((side) => Number.isInteger(side) && side > 0)) return null;
  const events = withFewMarkers(header.version === 1 ? framesOf(header.stdout) : eventsOf(text, header.version === 3));
  const markers = events.filter(([, kind]) => kind === 'm').map(([time, , label]) => ({ time, label }));
  const limit = header.idle_time_limit;
  return {
    cols: size[0],
    rows: size[1],
    events: events.filter(([, kind, data]) => KINDS.has(kind) && (kind !== 'r' || SIZE.test(data))),
    markers,
    length: events.at(-1)?.[0] ?? 0,
    idleLimit: typeof limit === 'number' && limit > 0 ? limit : null,
  };
}

function eventsOf(text, isRelative) {
  const events = [];
  let now = 0;
  for (const line of text.split('\n').slice(1)) {
    if (line.trim() === '' || line.startsWith('#')) continue;
    const event = parse(line);
    if (!Array.isArray(event) || !isTime(event[0])) break;
    now = isRelative ? now + event[0] : Math.max(now, event[0]);
    if (!isTime(now)) break;
    if (typeof event[1] === 'string' && typeof event[2] === 'string') events.push([now, event[1], event[2]]);
  }
  return events;
}

function framesOf(frames) {
  const events = [];
  let now = 0;
  for (const frame of Array.isArray(frames) ? frames : []) {
    const [delay, text] = Array.isArray(frame) ? frame : [];
    if (!isTime(delay) || !isTime(now + delay) || typeof text !== 'string') break;
    now += delay;
    events.push([now, 'o', text]);
  }
  return events;
}

function isTime(value) {
  return typeof value === 'number' && value >= 0 && value <= LONGEST;
}

function withFewMarkers(events) {
  let left = MOST_MARKERS;
  return events.filter(([, kind]) => kind !== 'm' || left-- > 0);
}

function parse(text) {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

/** Where the times of a recording are once pauses are cut, and back. */
export class Timeline {
  /** @type {Array<[number, number]>} times as recorded, and as shown; both grow */
  #points = [[0, 0]];

  /** @param {Array<[number, ...unknown[]]>} events  @param {number} limit  the longest pause, in seconds */
  constructor(events, limit) {
    for (const [time] of events) {
      const [before, shown] = this.#points.at(-1);
      if (time > before) this.#points.push([time, shown + Math.min(time - before, limit)]);
    }
  }

  /** @param {number} time  as recorded  @returns {number} as shown */
  shown(time) {
    return this.#convert(time, 0, 1);
  }

  /** @param {number} time  as shown  @returns {number} as recorded */
  recorded(time) {
    return this.#convert(time, 1, 0);
  }

  /** The length as shown. */
  get length() {
    return this.#points.at(-1)[1];
  }

  #convert(time, from, to) {
    let [low, high] = [0, this.#points.length - 1];
    while (low < high) {
      const middle = Math.ceil((low + high) / 2);
      if (this.#points[middle][from] <= time) low = middle;
      else high = middle - 1;
    }
    const [point, next] = [this.#points[low], this.#points[low + 1]];
    if (next === undefined) return point[to];
    const step = Math.min(time - point[from], next[from] - point[from]);
    return Math.min(point[to] + Math.max(step, 0), next[to]);
  }
}
