/** JupyterLab's page as a test wants to use it: with the mouse and the keyboard, reading what its terminals show. */

import { eventually } from '../../browser/support/eventually.mjs';

/** The terminal among the running sessions, where an open tab of it is another item. */
const RUNNING = '.jp-RunningSessions-item:has([title="Shut Down"]):has([data-icon="ui-components:terminal"])';

/**
 * @param {import('playwright-core').Browser} browser
 * @param {string} url  the address of JupyterLab
 * @param {string} workspace  each keeps its own tabs
 */
export async function openLab(browser, url, workspace) {
  const page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
  const lab = new Lab(page);
  page.on('console', (message) => {
    if (message.type() === 'error') lab.complaints.push(message.text());
  });
  page.on('pageerror', (error) => lab.complaints.push(error.message));
  await page.goto(new URL(`lab/workspaces/${workspace}`, url).href);
  await page.waitForSelector('.jp-LauncherCard');
  return lab;
}

class Lab {
  complaints = [];

  constructor(page) {
    this.page = page;
  }

  /** Opens a terminal by the launcher's card, as people do. */
  async newTerminal() {
    await this.page.click('.jp-LauncherCard[title^="Start a new terminal"]');
    return eventually('there is a terminal', async () => (await this.terminals())[0]);
  }

  /** Opens the terminal that the panel of running sessions names. */
  async openRunning() {
    await this.showRunning();
    await this.page.click(`${RUNNING} .jp-RunningSessions-itemLabel`);
    return eventually('there is a terminal', async () => (await this.terminals())[0]);
  }

  /** Shuts it down in that panel. */
  async shutDownRunning() {
    await this.showRunning();
    await this.page.hover(RUNNING);
    await this.page.click(`${RUNNING} .jp-RunningSessions-itemShutdown`);
  }

  async showRunning() {
    const isShown = await this.page.isVisible('#jp-running-sessions');
    if (!isShown) await this.page.click('[data-id="jp-running-sessions"]');
    await this.page.waitForSelector(RUNNING);
  }

  /** How many terminals the panel names. */
  running() {
    return this.page.locator(RUNNING).count();
  }

  /** @returns {Promise<Array<{name: string, status: string, cols: number, rows: number, text: string}>>} */
  terminals() {
    return this.page.evaluate(() => {
      const widgets = Array.from(globalThis.jupyterapp?.shell.widgets('main') ?? []);
      return widgets.filter(({ content }) => content?._term).map(({ content }) => {
        const { _term: terminal, session } = content;
        const { active } = terminal.buffer;
        const lines = Array.from({ length: active.length }, (_, y) => active.getLine(y).translateToString(true));
        const { cols, rows } = terminal;
        return { name: session.name, status: session.connectionStatus, cols, rows, text: lines.join('\n').trimEnd() };
      });
    });
  }

  async text() {
    return (await this.terminals()).map(({ text }) => text).join('\n');
  }

  /** Waits until its only terminal shows this. */
  async shows(text) {
    await eventually(`JupyterLab shows ${text}`, async () => (await this.text()).includes(text));
  }

  async enter(line) {
    await this.page.keyboard.type(line);
    await this.page.keyboard.press('Enter');
  }

  /** Reloads once what is open is saved in the workspace. */
  async reload() {
    const { name } = (await this.terminals())[0];
    await eventually('the workspace is saved', async () => {
      const answer = await this.page.request.get(this.page.url().replace('/lab/workspaces/', '/lab/api/workspaces/'));
      return (await answer.text()).includes(`terminal:${name}`);
    });
    await this.page.reload();
  }
}
