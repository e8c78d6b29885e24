/**
 * What the board says while no terminal is shown. Pure.
 */

import { isName } from './words.js';

/** @typedef {{text: string, isFirst?: boolean, onChosen: () => void}} Choice */
/** @typedef {{title: string, text: string, choices: Choice[]}} Notice */

/** @returns {Notice} the server can't be asked */
export function noAnswer(reason) {
  return { title: 'No answer yet', text: `${reason}. It is asked again.`, choices: [] };
}

/** @returns {Notice} there is nothing to show; `make` is null for who may only look */
export function nothing(make) {
  if (make === null) {
    return { title: 'No terminals', text: 'One shows up here as soon as somebody makes it.', choices: [] };
  }
  const choice = { text: 'New terminal', isFirst: true, onChosen: () => make() };
  return { title: 'No terminals', text: 'Nothing runs here at the moment.', choices: [choice] };
}

/**
 * @param {string} name  as it stands in the address
 * @param {string[]} names  of the terminals that are there
 * @param {{select: (name: string) => void, make: ((name: string) => void) | null}} acts
 * @returns {Notice} there is no terminal of that name
 */
export function nobody(name, names, { select, make }) {
  const others = names.map((other) => ({ text: other, onChosen: () => select(other) }));
  const own = { text: `Make “${name}”`, isFirst: true, onChosen: () => make(name) };
  return {
    title: `There is no terminal “${shortened(name)}”`,
    text: others.length > 0 ? 'It may have ended. These are there:' : 'It may have ended, and there is no other.',
    choices: make !== null && isName(name) ? [own, ...others] : others,
  };
}

function shortened(name) {
  return name.length > 64 ? `${name.slice(0, 63)}…` : name;
}
