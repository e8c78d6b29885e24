/** A cable between browser and server that a test can pull and plug in again. */

import net from 'node:net';
import { atEnd } from './cleanup.mjs';

/**
 * @param {import('node:test').TestContext} context
 * @param {string} url  of the server at the far end
 */
export async function layCable(context, url) {
  const target = Number(new URL(url).port);
  const ends = new Set();
  let isPlugged = true;
  const keep = (socket) => {
    ends.add(socket);
    socket.on('error', () => socket.destroy());
    socket.on('close', () => ends.delete(socket));
  };
  const server = net.createServer((near) => {
    keep(near);
    if (!isPlugged) {
      near.destroy();
      return;
    }
    const far = net.connect(target, '127.0.0.1');
    keep(far);
    near.pipe(far).pipe(near);
    near.on('close', () => far.destroy());
    far.on('close', () => near.destroy());
  });
  await new Promise((resolve) => { server.listen(0, '127.0.0.1', resolve); });
  const pull = () => {
    isPlugged = false;
    for (const end of ends) end.destroy();
  };
  atEnd(context, () => {
    pull();
    server.close();
  });
  return {
    url: `http://127.0.0.1:${server.address().port}/`,
    pull,
    plugIn: () => { isPlugged = true; },
  };
}
