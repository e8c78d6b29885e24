/** A page that somebody made for another server: xterm.js and its AttachAddon as they come from npm, on a site of its own. */

import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { fileURLToPath } from 'node:url';
import { Viewer } from './browser.mjs';
import { atEnd } from './cleanup.mjs';
import { eventually } from './eventually.mjs';

const FILES = {
  '/attach.html': ['attach.html', 'text/html'],
  '/xterm.css': ['../../../assets/vendor/xterm.css', 'text/css'],
  '/xterm.mjs': ['../../../assets/vendor/xterm.mjs', 'text/javascript'],
  '/addon-unicode11.mjs': ['../../../assets/vendor/addon-unicode11.mjs', 'text/javascript'],
  '/addon-attach.mjs': ['../node_modules/@xterm/addon-attach/lib/addon-attach.mjs', 'text/javascript'],
};

/**
 * @param {import('node:test').TestContext} context
 * @returns {Promise<string>} the site's origin
 */
export async function startSite(context) {
  const server = createServer((request, response) => {
    const { pathname, searchParams } = new URL(request.url, 'http://site');
    if (pathname === '/example.html') {
      return response.writeHead(200, { 'Content-Type': 'text/html' }).end(example(searchParams.get('host')));
    }
    const [path, type] = FILES[pathname] ?? [];
    if (!path) return response.writeHead(404).end();
    return response.writeHead(200, { 'Content-Type': type }).end(read(path));
  });
  await new Promise((resolve) => { server.listen(0, '127.0.0.1', resolve); });
  atEnd(context, () => new Promise((resolve) => {
    server.close(resolve);
    server.closeAllConnections();
  }));
  return `http://127.0.0.1:${server.address().port}`;
}

function read(path) {
  return readFileSync(fileURLToPath(new URL(path, import.meta.url)), 'utf8');
}

/** A page around the example in the README, as it stands there but for webterm's host. */
function example(host) {
  const [, script] = read('../../../README.md').match(/```js\n(import [^`]*?AttachAddon[^]*?)```/);
  const packages = { '@xterm/xterm': './xterm.mjs', '@xterm/addon-attach': './addon-attach.mjs' };
  return `<!doctype html><meta charset="utf-8"><link rel="stylesheet" href="xterm.css"><div id="terminal"></div>
    <script type="importmap">${JSON.stringify({ imports: packages })}</script>
    <script type="module">${script.replace('127.0.0.1:8080', host)}</script>`;
}

/**
 * Opens the page on webterm's raw address; fails the test at its end if a script failed in it.
 *
 * @param {string} site  its origin
 * @param {string} url  that of webterm's own page
 * @param {{rows?: number | string, cols?: number | string, path?: string}} [options]
 */
export async function openAttached(context, browser, site, url, { rows = 24, cols = 80, path = 'raw' } = {}) {
  const page = await browser.newPage({ viewport: { width: 1600, height: 1000 } });
  const complaints = [];
  page.on('pageerror', (error) => complaints.push(error.message));
  atEnd(context, () => {
    if (complaints.length > 0) throw new Error(`the page complained: ${complaints.join('\n')}`);
  });
  const sent = [];
  page.on('websocket', (socket) => socket.on('framesent', ({ payload }) => sent.push(payload)));
  const socket = new URL(`${path}?rows=${rows}&cols=${cols}`, url);
  socket.protocol = 'ws:';
  const asked = new URLSearchParams({ socket: socket.href });
  if (Number(rows) > 0) asked.set('rows', rows);
  if (Number(cols) > 0) asked.set('cols', cols);
  await page.goto(`${site}/attach.html?${asked}`);
  return new Attached(page, complaints, sent);
}

export class Attached extends Viewer {
  /** @returns {Promise<{code: number, reason: string}>} what the connection was closed with */
  closed() {
    return eventually('the connection is closed', () => (
      this.page.evaluate(() => document.getElementById('stage').closed)
    ));
  }

  /** Clicks into a cell, counted from 1. */
  async click(column, row) {
    const box = await this.page.locator('.xterm-screen').boundingBox();
    const { cols, rows } = await this.grid();
    const x = box.x + (box.width * (column - 0.5)) / cols;
    const y = box.y + (box.height * (row - 0.5)) / rows;
    await this.page.mouse.click(x, y);
  }
}
