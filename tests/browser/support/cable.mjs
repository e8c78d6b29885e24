/** A cable between browser and server that a test can pull and plug in again, and make slow. */

import { once } from 'node:events';
import net from 'node:net';
import { setTimeout } from 'node:timers/promises';
import { atEnd } from './cleanup.mjs';

/**
 * @param {import('node:test').TestContext} context
 * @param {string} url  of the server at the far end
 */
export async function layCable(context, url) {
  const target = Number(new URL(url).port);
  const ends = new Set();
  let isPlugged = true;
  let rate = Infinity;
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
    near.pipe(far);
    carry(far, near, () => rate);
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
    /** From now on the browser is sent no more than this. */
    slowDown: (bytesPerSecond) => { rate = bytesPerSecond; },
  };
}

/** So much, in milliseconds on the wire, is passed on at once: a cable has no bursts. */
const SLICE_MS = 10;

/** Passes on what `from` sends, in slices, each when the one before has had its time on the wire. */
async function carry(from, to, currentRate) {
  let isFreeAt = 0;
  try {
    for await (const piece of from) {
      for (let at = 0; at < piece.length && !to.destroyed;) {
        const rate = currentRate() / 1000;
        const slice = piece.subarray(at, at + Math.max(1, rate * SLICE_MS));
        at += slice.length;
        isFreeAt = Math.max(isFreeAt, performance.now()) + slice.length / rate;
        if (!to.write(slice)) await once(to, 'drain');
        if (isFreeAt > performance.now()) await setTimeout(isFreeAt - performance.now());
      }
    }
    to.end();
  } catch {
    to.destroy(); // One of the two ends was pulled.
  }
}
