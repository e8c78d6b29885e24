/** JupyterLab's own client library for terminals. */

import test from 'node:test';
import { SHELL, startWebterm } from '../browser/support/webterm.mjs';
import { connect, settingsFor } from './support/jupyter.mjs';

test('a terminal is attached to, and what was typed before it was there is not lost', async (t) => {
  const { url } = await startWebterm(t, '-w', ...SHELL);
  const terminal = connect(t, settingsFor(url), 'main');
  terminal.type('echo first-$((40 + 2))\r');
  await terminal.is('connected');
  await terminal.shows('first-42');
  terminal.type('echo second-$((1 + 2))\r');
  await terminal.shows('second-3');
});
