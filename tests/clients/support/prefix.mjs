/** A proxy that shows a server below a path, and takes the path off again, as nginx does for many. */

import http from 'node:http';
import net from 'node:net';
import { pipeline } from 'node:stream';
import { atEnd } from '../../browser/support/cleanup.mjs';

/**
 * @param {import('node:test').TestContext} context
 * @param {string} url  of the server
 * @param {string} base  the path, from `/` to `/`
 * @returns {Promise<string>} the address below the path
 */
export async function layPrefix(context, url, base) {
  const { hostname: host, port } = new URL(url);
  const ends = new Set();
  /** The path as the server knows it; undefined beside the base. */
  const inner = (path) => (path.startsWith(base) ? path.slice(base.length - 1) : undefined);
  const proxy = http.createServer((request, response) => {
    const path = inner(request.url);
    if (path === undefined) {
      response.writeHead(404).end();
      return;
    }
    const { method, headers } = request;
    const far = http.request({ host, port, method, path, headers }, (answer) => {
      response.writeHead(answer.statusCode, answer.headers);
      pipeline(answer, response, () => {});
    });
    pipeline(request, far, (error) => { if (error) response.destroy(); });
  });
  proxy.on('upgrade', (request, near, head) => {
    const far = net.connect(Number(port), host);
    ends.add(near).add(far);
    const lines = [];
    for (let index = 0; index < request.rawHeaders.length; index += 2) {
      lines.push(`${request.rawHeaders[index]}: ${request.rawHeaders[index + 1]}\r\n`);
    }
    far.write(`GET ${inner(request.url) ?? '/nowhere'} HTTP/1.1\r\n${lines.join('')}\r\n`);
    far.write(head);
    pipeline(near, far, near, () => {});
  });
  await new Promise((resolve) => { proxy.listen(0, '127.0.0.1', resolve); });
  atEnd(context, () => {
    for (const end of ends) end.destroy();
    proxy.closeAllConnections();
    proxy.close();
  });
  return `http://127.0.0.1:${proxy.address().port}${base}`;
}
