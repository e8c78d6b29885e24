/**
 * What is said to people on the page of all terminals. Pure: values in, words out.
 */

/** For how long it has been so. @param {Date} since @param {Date} now */
export function duration(since, now) {
  const seconds = Math.max(0, Math.floor((now - since) / 1000));
  if (seconds < 60) return '< 1 min';
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes} min`;
  const hours = Math.floor(minutes / 60);
  if (hours < 24) return `${hours} h ${minutes % 60} min`;
  return `${Math.floor(hours / 24)} d ${hours % 24} h`;
}

/** What a terminal goes by. @param {import('./protocol.js').Card} card */
export function nameOf({ name, people }) {
  if (name !== null) return name;
  const owner = people?.find(({ role }) => role === 'viewer');
  return owner === undefined ? 'Own terminal' : `Own terminal of ${whoIs(owner)}`;
}

/** @param {import('./protocol.js').Card} card */
export function stateOf({ idleSince }, now) {
  return idleSince === null ? 'active' : `idle ${duration(idleSince, now)}`;
}

/** The second line: what the program calls itself, else what was started. */
export function subjectOf({ title, command }) {
  return title.trim() || command;
}

/** @param {import('./protocol.js').Person} person */
export function whoIs({ user, id }) {
  return user ?? `viewer ${id}`;
}

/** @param {import('./protocol.js').Person} person */
export function doingOf({ role, writes }) {
  if (role === 'overview') return 'on this page';
  if (role === 'watcher') return 'watching';
  return writes ? 'writing' : 'reading';
}

/** How many are on it, for who is not told who they are. */
export function viewersOf({ viewers }) {
  if (viewers === 0) return 'nobody is on it';
  return viewers === 1 ? '1 viewer' : `${viewers} viewers`;
}

/** @param {number} count  of terminals */
export function terminals(count) {
  return count === 1 ? '1 terminal' : `${count} terminals`;
}

/** A mark on a terminal that a line was sent to. */
export const OUTCOMES = {
  sent: 'sent',
  refused: 'you may only look here',
  busy: 'does not read',
  gone: 'gone',
};

/** What became of a line. @param {{id: string, outcome: string}[]} results */
export function summaryOf(results) {
  const count = (wanted) => results.filter(({ outcome }) => outcome === wanted).length;
  const [sent, refused, busy, gone] = ['sent', 'refused', 'busy', 'gone'].map(count);
  return [
    `Sent to ${terminals(sent)}`,
    refused > 0 && `${terminals(refused)} refused: you may only look there`,
    busy > 0 && `${terminals(busy)} ${busy === 1 ? 'does' : 'do'} not read at the moment`,
    gone > 0 && `${terminals(gone)} ${gone === 1 ? 'is' : 'are'} gone`,
  ].filter(Boolean).join('; ');
}

/** What is said where there is nothing to see. */
export function emptyWords({ mode, seesAll }) {
  if (mode === 'per-viewer' && !seesAll) {
    return ['No terminal to show', 'Each viewer has a terminal of his own here, which others are not shown.'];
  }
  return ['No terminal is running', mode === 'named' ? 'As soon as somebody opens one, it shows here.' : 'As soon as somebody comes, it shows here.'];
}
