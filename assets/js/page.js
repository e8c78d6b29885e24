/**
 * What every page with a terminal is made of: the desk, and what speaks for a new attempt to connect.
 * Decides nothing.
 */

import { Desk } from './desk.js';
import { Jump } from './jump.js';
import { Status } from './status.js';
import { adoptInlineStyles } from './styles.js';
import { TerminalView } from './terminal.js';
import { Title } from './title.js';

/** Lines that can be scrolled back, unless the page's address says otherwise: `?scrollback=5000`. */
const SCROLLBACK = 1000;

/** @returns {Desk} */
export function setUpDesk() {
  adoptInlineStyles();
  const desk = new Desk({
    status: new Status(document.getElementById('status')),
    title: new Title(),
    makeJump: (onJump) => new Jump(document.body, onJump),
    makeView: (listener) => new TerminalView(document.getElementById('stage'), listener),
    openSocket,
    scrollback: wantedScrollback(),
  });
  desk.focus();
  window.addEventListener('online', () => desk.connect());
  document.addEventListener('visibilitychange', () => {
    if (document.visibilityState === 'visible') desk.connect();
  });
  return desk;
}

function wantedScrollback() {
  const wanted = new URLSearchParams(location.search).get('scrollback') ?? '';
  return /^\d{1,7}$/.test(wanted) ? Number(wanted) : SCROLLBACK;
}

/** Beside the page, whatever path that has; `ws` under `http`, `wss` under `https`. */
function openSocket(relative) {
  const address = new URL(relative, document.baseURI);
  address.protocol = address.protocol.replace('http', 'ws');
  return new WebSocket(address);
}
