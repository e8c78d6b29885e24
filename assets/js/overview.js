/**
 * The way from a terminal to the page of all of them: a small mark in the corner that doesn't ask to be
 * seen.
 */

import { make } from './dom.js';

/** @param {HTMLElement} host  the corner, see css/status.css  @param {string} href */
export function showOverview(host, href) {
  if (host.querySelector('.overview') !== null) return;
  const label = 'All terminals';
  host.prepend(make('a', { class: 'overview', href, 'aria-label': label, title: label }));
}
