/**
 * What is said of recordings: times, lengths, sizes, ends. Pure: values to words.
 */

/** @param {number} seconds  @returns {string} such as 0:07, 12:34, 1:02:03 */
export function length(seconds) {
  const whole = Math.round(seconds);
  const pad = (number) => `${number}`.padStart(2, '0');
  const [hours, minutes, rest] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60];
  return hours > 0 ? `${hours}:${pad(minutes)}:${pad(rest)}` : `${minutes}:${pad(rest)}`;
}

/** @param {number} bytes */
export function size(bytes) {
  const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB'];
  let [number, unit] = [bytes, 0];
  while (number >= 1000 && unit < units.length - 1) [number, unit] = [number / 1024, unit + 1];
  return `${unit === 0 || number >= 10 ? Math.round(number) : number.toFixed(1)} ${units[unit]}`;
}

/** @param {number} seconds  since 1970  @param {Date} [now] */
export function moment(seconds, now = new Date()) {
  const then = new Date(seconds * 1000);
  const time = then.toLocaleTimeString([], { hour: '2-digit', minute: '2-digit' });
  if (then.toDateString() === now.toDateString()) return `Today, ${time}`;
  const year = then.getFullYear() === now.getFullYear() ? {} : { year: 'numeric' };
  return `${then.toLocaleDateString([], { day: 'numeric', month: 'short', ...year })}, ${time}`;
}

/** How it ended. @returns {{text: string, tone: 'calm' | 'good' | 'busy' | 'bad'}} */
export function course({ course: how, status, reason }) {
  switch (how) {
    case 'recording': return { text: 'Being recorded now', tone: 'busy' };
    case 'incomplete': return { text: `Incomplete: ${reason}`, tone: 'bad' };
    case 'cut': return { text: 'Cut off', tone: 'bad' };
    default:
      if (typeof status !== 'number') return { text: 'Ended', tone: 'calm' };
      return { text: `Exit status ${status}`, tone: status === 0 ? 'good' : 'bad' };
  }
}

/** What a recording is called: its title, unless that is just the session's name. */
export function name({ title, command, session, id }) {
  return (title !== session && title) || command || session || id;
}

/** Who typed. */
export function typists(who) {
  if (who.length <= 2) return who.join(', ');
  return `${who.slice(0, 2).join(', ')} and ${who.length - 2} more`;
}
