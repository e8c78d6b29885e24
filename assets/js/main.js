/**
 * Starts the page: makes the parts and connects them. Decides nothing.
 */

import { Connection } from './connection.js';
import { Session } from './session.js';
import { Status } from './status.js';
import { adoptInlineStyles } from './styles.js';
import { TerminalView } from './terminal.js';
import { Title } from './title.js';

adoptInlineStyles();

const session = new Session({
  status: new Status(document.getElementById('status')),
  title: new Title(),
});
const view = new TerminalView(document.getElementById('stage'), session);
const connection = new Connection({ openSocket, listener: session });

session.begin(view, connection);
view.focus();

window.addEventListener('online', () => connection.connect());
document.addEventListener('visibilitychange', () => {
  if (document.visibilityState === 'visible') connection.connect();
});

/** Beside the page, whatever path that has; `ws` under `http`, `wss` under `https`. */
function openSocket() {
  const address = new URL('ws', document.baseURI);
  address.protocol = address.protocol.replace('http', 'ws');
  return new WebSocket(address);
}
