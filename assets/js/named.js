/**
 * Starts the page on which there are many terminals, each by its name.
 */

import { Address } from './address.js';
import { knock } from './admission.js';
import { Api } from './api.js';
import { Board } from './board.js';
import { Keepsake, keyFor } from './keepsake.js';
import { Offer } from './offer.js';
import { Order } from './order.js';
import { setUpDesk } from './page.js';
import { actionOf } from './shortcuts.js';
import { TabBar } from './tabbar.js';
import { Tabs } from './tabs.js';

const isSeen = () => document.visibilityState === 'visible';

const desk = setUpDesk();
const tabs = new Tabs({
  api: new Api(),
  desk,
  order: new Order(new Keepsake(() => window.localStorage, keyFor('tabs', document.baseURI))),
  offer: new Offer(document.body),
  board: new Board(document.querySelector('main'), () => desk.focus()),
  makeBar: (listener) => new TabBar(document.getElementById('tabs'), listener),
  makeAddress: (onChange) => new Address(onChange),
  knock,
  isSeen,
});

window.addEventListener('online', () => tabs.review());
document.addEventListener('visibilitychange', () => tabs.review());
// Before the terminal sees them.
window.addEventListener('keydown', (event) => {
  const action = actionOf(event);
  if (action === null || event.target.closest('input, .popover') !== null) return;
  event.preventDefault();
  event.stopPropagation();
  tabs.act(action);
}, { capture: true });

tabs.start();
