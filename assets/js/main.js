/**
 * Starts the page: makes the parts and connects them. Decides nothing.
 */

import { knock } from './admission.js';
import { Connection } from './connection.js';
import { Jump } from './jump.js';
import { Session } from './session.js';
import { Status } from './status.js';
import { adoptInlineStyles } from './styles.js';
import { TerminalView } from './terminal.js';
import { Title } from './title.js';

/** Lines that can be scrolled back, unless the page's address says otherwise: `?scrollback=5000`. */
const SCROLLBACK = 1000;

adoptInlineStyles();

const session = new Session({
  status: new Status(document.getElementById('status')),
  title: new Title(),
  jump: new Jump(document.body, goToEnd),
  scrollback: wantedScrollback(),
});
const view = new TerminalView(document.getElementById('stage'), session);
const connection = new Connection({ openSocket, listener: session, knock });

session.begin(view, connection);
view.focus();

window.addEventListener('online', () => connection.connect());
document.addEventListener('visibilitychange', () => {
  if (document.visibilityState === 'visible') connection.connect();
});

function goToEnd() {
  view.goToEnd();
  view.focus();
}

function wantedScrollback() {
  const wanted = new URLSearchParams(location.search).get('scrollback') ?? '';
  return /^\d{1,7}$/.test(wanted) ? Number(wanted) : SCROLLBACK;
}

/** Beside the page, whatever path that has; `ws` under `http`, `wss` under `https`. */
function openSocket() {
  const address = new URL(`ws${session.query()}`, document.baseURI);
  address.protocol = address.protocol.replace('http', 'ws');
  return new WebSocket(address);
}
