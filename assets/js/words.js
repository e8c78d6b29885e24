/**
 * What is said to people about terminals and their names. Pure: models and errors in, words out.
 */

/** What a session's name may be; src/name.rs says the same. */
const NAME = /^[A-Za-z0-9_-]{1,64}$/;

export function isName(text) {
  return NAME.test(text);
}

/** @returns {string | null} what is wrong with a name */
export function faultOf(name) {
  if (name === '') return 'A name needs at least one letter or digit';
  if (name.length > 64) return 'A name has 64 characters at most';
  return isName(name) ? null : 'Only letters A to Z, digits, - and _';
}

/**
 * @param {import('./api.js').ApiError} error
 * @returns {string} why something could not be done
 */
export function reasonOf({ status, message }) {
  switch (status) {
    case 0: return 'The server does not answer';
    case 401: return 'Logged out: load the page again to log in';
    case 403: return 'You may only look here';
    case 404: return 'This terminal is gone';
    default: return message === '' ? `The server refuses (${status})` : sentence(message);
  }
}

/** @param {import('./api.js').ApiError} error  of an attempt to name a terminal */
export function reasonAgainstName(error, name) {
  return error.status === 409 ? `There is a “${name}” already` : reasonOf(error);
}

/**
 * Why somebody should be asked before a terminal is closed.
 *
 * @param {import('./api.js').Model} model
 * @param {number} own  how many of its viewers are this page
 * @returns {string | null}
 */
export function reasonToAsk(model, own) {
  const others = model.viewers - own;
  const program = programOf(model);
  const reasons = [];
  if (program !== null) reasons.push(`${program} is running in ${model.name}.`);
  if (others > 0) reasons.push(`${others === 1 ? 'Somebody else is' : `${others} others are`} looking at ${model.name}.`);
  return reasons.length === 0 ? null : reasons.join(' ');
}

/** @returns {string | null} what runs in a terminal besides the command that was started in it */
export function programOf({ program, command }) {
  if (program === null || baseName(program) === baseName(command.split(' ')[0])) return null;
  return program;
}

/** All that is known of a terminal, for a tooltip. */
export function describe({ name, title, program, command, cwd, viewers }) {
  const watching = viewers === 1 ? '1 viewer' : `${viewers} viewers`;
  return [name, title, program ?? command, cwd, watching].filter(Boolean).join('\n');
}

/** A login shell's name begins with a dash. */
function baseName(path) {
  return path.split('/').at(-1).replace(/^-/, '');
}

function sentence(message) {
  return message.charAt(0).toUpperCase() + message.slice(1);
}
