/**
 * Starts the page of all terminals: makes the parts and connects them. While nobody looks at the page it
 * has no connection.
 */

import { knock } from '../admission.js';
import { Connection } from '../connection.js';
import { setText } from '../dom.js';
import { Board } from './board.js';
import { post } from './post.js';
import { decode, look } from './protocol.js';
import { Sender } from './sender.js';
import { emptyWords, terminals } from './words.js';

const find = (id) => document.getElementById(id);

const board = new Board(find('cards'), {
  onLook: (ids) => connection?.send(look(ids)),
  onTick: () => sender.review(),
});
const sender = new Sender({ form: find('sender'), note: find('note'), board, send: post });
let connection = null;
let setup = { mode: '', seesAll: false };

const listener = {
  onMessage: (data) => hear(decode(data)),
  onDown: () => say('connecting', 'Connection lost, reconnecting…'),
  onShutOut: (reason) => say('failed', reason),
};

review();
document.addEventListener('visibilitychange', review);
window.addEventListener('online', () => connection?.connect());

function review() {
  if (document.visibilityState !== 'visible') {
    connection?.close();
    connection = null;
  } else if (connection === null) {
    connection = new Connection({ openSocket, listener, knock });
    connection.connect();
  }
}

function openSocket() {
  const address = new URL('ws', document.baseURI);
  address.protocol = address.protocol.replace('http', 'ws');
  return new WebSocket(address);
}

/** @param {import('./protocol.js').Message | null} message */
function hear(message) {
  switch (message?.kind) {
    case 'setup': return begin(message);
    case 'session': board.put(message.card); break;
    case 'gone': board.remove(message.id); break;
    case 'ready': board.ready(); break;
    case 'heartbeat': return connection?.expectLife();
    case 'picture': return board.show(message.id, message.picture);
    default: return undefined; // An extension that this page doesn't know.
  }
  return render();
}

function begin(message) {
  setup = message;
  setText(find('command'), message.command);
  find('hidden').hidden = !(message.seesAll && message.isHidden);
  board.begin();
  connection?.send(look(board.inView));
}

function render() {
  say('running', `${terminals(board.size)}, live`);
  const isEmpty = board.size === 0;
  find('empty').hidden = !isEmpty;
  find('cards').hidden = isEmpty;
  const [head, more] = emptyWords(setup);
  setText(find('empty-head'), head);
  setText(find('empty-more'), more);
  sender.review();
}

function say(state, words) {
  document.documentElement.dataset.state = state;
  setText(find('state'), words);
}
