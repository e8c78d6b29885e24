/** Headless Chromium, and the page in it as a test wants to ask it. */

import { existsSync } from 'node:fs';
import { chromium } from 'playwright-core';
import { atEnd } from './cleanup.mjs';
import { eventually } from './eventually.mjs';
import { differences, stateOfTerminal } from './state.mjs';

const CHROMIUM = '/usr/bin/chromium';

const QUIET = [
  '--no-sandbox', '--disable-quic', '--no-first-run', '--disable-background-networking',
  '--disable-component-update', '--disable-sync',
];

/** What xterm.js and the driver of a software renderer say on a busy machine. */
const SLOWNESS = /task queue exceeded allotted deadline|GPU stall due to ReadPixels/;

/** The page picks its renderer by what the browser has, so the browser is given it, or not. */
const RENDERERS = {
  webgl: ['--use-angle=swiftshader', '--enable-unsafe-swiftshader'],
  dom: ['--disable-gpu', '--disable-3d-apis'],
};

/**
 * @param {import('node:test').TestContext} context
 * @param {'webgl' | 'dom'} renderer
 */
export async function startBrowser(context, renderer = 'dom') {
  if (!existsSync(CHROMIUM)) throw new Error(`${CHROMIUM} is not there: install chromium (apt-get install chromium)`);
  const browser = await chromium.launch({ executablePath: CHROMIUM, args: [...QUIET, ...RENDERERS[renderer]] });
  atEnd(context, () => browser.close());
  return browser;
}

/**
 * Opens the page; fails the test at its end if the page has complained on its console or asked another host.
 *
 * @param {import('node:test').TestContext} context
 * @param {import('playwright-core').Browser} browser
 * @param {string} url
 * @param {import('playwright-core').BrowserContextOptions & {isTolerant?: boolean}} [options]
 *   `isTolerant`: the console may report connections that were lost
 */
export async function openPage(context, browser, url, { isTolerant = false, ...options } = {}) {
  const page = await browser.newPage({ viewport: { width: 1280, height: 800 }, ...options });
  const complaints = [];
  page.on('console', (message) => {
    const isLoss = isTolerant && /WebSocket connection|ERR_(CONNECTION|NETWORK|SOCKET|INTERNET|EMPTY)|status of 401/.test(message.text());
    const isExpected = isLoss || SLOWNESS.test(message.text());
    if (['error', 'warning'].includes(message.type()) && !isExpected) complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('request', (request) => {
    if (new URL(request.url()).origin !== new URL(url).origin) complaints.push(`asked ${request.url()}`);
  });
  const sent = [];
  page.on('websocket', (socket) => socket.on('framesent', ({ payload }) => sent.push(JSON.parse(payload))));
  atEnd(context, () => {
    if (complaints.length > 0) throw new Error(`the page complained: ${complaints.join('\n')}`);
  });
  await page.goto(url);
  return new Viewer(page, complaints, sent);
}

/** One viewer's page. */
export class Viewer {
  /** @param {Array[]} sent  the messages that the page has sent; it goes on growing */
  constructor(page, complaints, sent) {
    this.page = page;
    this.complaints = complaints;
    this.sent = sent;
  }

  type(text) {
    return this.page.keyboard.type(text);
  }

  press(key) {
    return this.page.keyboard.press(key);
  }

  /** Types a line and ends it. */
  async enter(line) {
    await this.type(line);
    await this.press('Enter');
  }

  title() {
    return this.page.title();
  }

  /** @returns {Promise<string>} 'connecting', 'live', 'read-only', 'reconnecting' or 'ended' */
  state() {
    return this.page.evaluate(() => document.documentElement.dataset.state);
  }

  status() {
    return this.page.textContent('#status .pill.shown');
  }

  renderer() {
    return this.page.evaluate(() => document.getElementById('stage').dataset.renderer);
  }

  /** @returns {Promise<string[]>} the rows of the screen, without what is blank at their ends */
  rows() {
    return this.page.evaluate(() => {
      const { terminal } = document.getElementById('stage');
      const { active } = terminal.buffer;
      const row = (y) => active.getLine(active.baseY + y)?.translateToString(true) ?? '';
      return Array.from({ length: terminal.rows }, (_, y) => row(y));
    });
  }

  async text() {
    return (await this.rows()).join('\n').trimEnd();
  }

  /** @returns {Promise<object>} every cell with its colours and attributes, scrollback, cursor, modes, title */
  terminalState() {
    return this.page.evaluate(stateOfTerminal);
  }

  /** Waits until two pages are the same in everything; says in what they differ when they stay different. */
  async showsTheSameAs(other) {
    let states;
    await eventually('both pages show the same', async () => {
      states = await Promise.all([this.terminalState(), other.terminalState()]);
      return JSON.stringify(states[0]) === JSON.stringify(states[1]);
    }).catch((error) => {
      throw new Error(`${error.message}:\n${differences(...states).join('\n')}`);
    });
  }

  /** @returns {Promise<{cols: number, rows: number}>} the grid that the terminal has */
  grid() {
    return this.page.evaluate(() => {
      const { cols, rows } = document.getElementById('stage').terminal;
      return { cols, rows };
    });
  }

  /** Where the grid lies in the window, and whether anything could be scrolled, in CSS pixels. */
  geometry() {
    return this.page.evaluate(() => {
      const { terminal } = document.getElementById('stage');
      const box = document.querySelector('.xterm-screen').getBoundingClientRect();
      const { scrollingElement: root } = document;
      return {
        window: { width: innerWidth, height: innerHeight },
        left: box.left,
        top: box.top,
        right: innerWidth - box.right,
        bottom: innerHeight - box.bottom,
        cell: { width: box.width / terminal.cols, height: box.height / terminal.rows },
        scrolls: root.scrollWidth > innerWidth || root.scrollHeight > innerHeight,
      };
    });
  }

  sees(text) {
    return eventually(`the screen shows ${JSON.stringify(text)}`, async () => (await this.text()).includes(text));
  }

  /** Waits for a row that is exactly this, so that a command's echo doesn't count as its output. */
  seesRow(row) {
    return eventually(`a row is ${JSON.stringify(row)}`, async () => (await this.rows()).includes(row));
  }

  isIn(state) {
    return eventually(`the state is ${state}`, async () => (await this.state()) === state);
  }

  async hasGrid(cols, rows) {
    let grid;
    await eventually(`the grid is ${cols}x${rows}`, async () => {
      grid = await this.grid();
      return grid.cols === cols && grid.rows === rows;
    }).catch((error) => {
      throw new Error(`${error.message}; it is ${grid.cols}x${grid.rows}`);
    });
  }

  /** Opens a socket of its own, from this page, and collects what comes. */
  openSocket() {
    return this.page.evaluate(() => new Promise((resolve, reject) => {
      const address = new URL('ws', document.baseURI);
      address.protocol = 'ws:';
      const socket = new WebSocket(address);
      window.rawSocket = { socket, received: [], closed: null };
      socket.onopen = () => resolve();
      socket.onerror = () => reject(new Error('the socket could not be opened'));
      socket.onmessage = ({ data }) => window.rawSocket.received.push(data);
      socket.onclose = ({ code, reason }) => { window.rawSocket.closed = { code, reason }; };
    }));
  }

  sendRaw(...message) {
    return this.page.evaluate((text) => window.rawSocket.socket.send(text), JSON.stringify(message));
  }

  received() {
    return this.page.evaluate(() => window.rawSocket.received.map((text) => JSON.parse(text)));
  }
}
