/**
 * Starts the page of a program that talks in lines: makes the parts and connects them. Decides nothing.
 */

import { knock } from '../admission.js';
import { Log } from './log.js';
import { Panel } from './panel.js';
import { Prompt } from './prompt.js';
import { PROTOCOL } from './protocol.js';
import { Runs } from './runs.js';
import { fitInto } from './viewport.js';
import { Wire } from './wire.js';

const find = (id) => document.getElementById(id);

const log = new Log(find('log'), find('jump'));
const panel = new Panel(find, () => runs.start());
const openWire = (listener) => new Wire({ openSocket, listener });
const runs = new Runs({ openWire, knock, log, panel });
const prompt = new Prompt(find('prompt'), (line) => runs.send(line));

fitInto(document.documentElement);
runs.begin(prompt);
prompt.focus();

/** Beside the page, whatever path that has; the program is told the page's query. */
function openSocket() {
  const address = new URL(`ws${location.search}`, document.baseURI);
  address.protocol = address.protocol.replace('http', 'ws');
  return new WebSocket(address, PROTOCOL);
}
