/**
 * Makes elements. Text is set as text, never as markup.
 */

/**
 * @param {string} tag
 * @param {object} [properties]  `text`, `on` (listeners by event), `class`; all others are attributes, of
 *   which those that are null are left out
 * @param {...Node} children
 */
export function make(tag, { text, on = {}, class: className, ...attributes } = {}, ...children) {
  const element = document.createElement(tag);
  if (className !== undefined) element.className = className;
  if (text !== undefined) element.textContent = text;
  for (const [name, value] of Object.entries(attributes)) setAttribute(element, name, value);
  for (const [type, listener] of Object.entries(on)) element.addEventListener(type, listener);
  element.append(...children);
  return element;
}

/** @param {string | number | boolean | null} value  null takes the attribute away */
export function setAttribute(element, name, value) {
  if (value === null) element.removeAttribute(name);
  else if (element.getAttribute(name) !== `${value}`) element.setAttribute(name, value);
}

export function setText(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

/** A click that leaves the focus where it is: on a phone, the keyboard would come and go with it. */
export function keepFocus(element) {
  element.addEventListener('mousedown', (event) => event.preventDefault());
}
