/** JupyterLab, nginx and webterm, put together as README says; all of them end with the test. */

import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import net from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { atEnd } from '../../browser/support/cleanup.mjs';
import { eventually } from '../../browser/support/eventually.mjs';

/** Where tests/jupyterlab.sh has put JupyterLab. */
const VENV = process.env.WEBTERM_JUPYTERLAB;

const CONFIG = new URL('../nginx.conf', import.meta.url);

/** So that JupyterLab asks nothing on the network, and nobody about it. */
const SETTINGS = {
  disabledExtensions: { '@jupyterlab/apputils-extension:announcements': true },
};

/**
 * @param {import('node:test').TestContext} context
 * @param {{webterm: string, root: string, base?: string}} options
 *   `webterm`: the address of webterm's page; `root`: the folder that JupyterLab shows; `base`: what its
 *   addresses begin with
 * @returns {Promise<string>} the address of JupyterLab
 */
export async function startLab(context, { webterm, root, base = '/' }) {
  const folder = mkdtempSync(join(tmpdir(), 'webterm-jupyterlab-'));
  atEnd(context, () => rmSync(folder, { recursive: true }));
  const jupyter = startJupyter(context, folder, root, base);
  const proxy = await startNginx(context, folder, webterm, base);
  await eventually('JupyterLab answers through nginx', async () => {
    for (const program of [jupyter, proxy]) program.assertRuns();
    const answer = await fetch(new URL('api', proxy.url)).catch(() => null);
    return answer?.ok;
  });
  return proxy.url;
}

function startJupyter(context, folder, root, base) {
  if (!VENV) throw new Error('WEBTERM_JUPYTERLAB is not set: run tests/jupyterlab.sh');
  for (const name of ['config/labconfig', 'data', 'runtime']) mkdirSync(join(folder, name), { recursive: true });
  writeFileSync(join(folder, 'config/labconfig/page_config.json'), JSON.stringify(SETTINGS));
  return start(context, join(VENV, 'bin/jupyter-lab'), [
    '--no-browser', '--allow-root',
    `--ServerApp.sock=${join(folder, 'jupyter.sock')}`,
    `--ServerApp.root_dir=${root}`,
    `--ServerApp.base_url=${base}`,
    '--ServerApp.allow_remote_access=True',
    '--IdentityProvider.token=',
    '--LabApp.expose_app_in_browser=True',
  ], {
    HOME: folder,
    JUPYTER_CONFIG_DIR: join(folder, 'config'),
    JUPYTER_DATA_DIR: join(folder, 'data'),
    JUPYTER_RUNTIME_DIR: join(folder, 'runtime'),
  });
}

async function startNginx(context, folder, webterm, base) {
  const port = await freePort();
  const values = { FOLDER: folder, WEBTERM: new URL(webterm).host, PORT: port, BASE: base };
  const config = readFileSync(CONFIG, 'utf8').replace(/@([A-Z]+)@/g, (_, name) => values[name]);
  const path = join(folder, 'nginx.conf');
  writeFileSync(path, config);
  const program = start(context, 'nginx', ['-c', path, '-p', folder, '-e', 'stderr']);
  return { ...program, url: `http://127.0.0.1:${port}${base}` };
}

function start(context, path, args, environment = {}) {
  const child = spawn(path, args, {
    stdio: ['ignore', 'ignore', 'pipe'],
    env: { ...process.env, ...environment },
  });
  let said = '';
  let hasEnded = false;
  child.stderr.setEncoding('utf8').on('data', (text) => { said += text; });
  const ended = new Promise((resolve) => {
    child.once('error', (error) => { said += error.message; resolve(); });
    child.once('exit', resolve);
  }).then(() => { hasEnded = true; });
  atEnd(context, async () => {
    child.kill('SIGTERM');
    await ended;
  });
  const assertRuns = () => {
    if (hasEnded) throw new Error(`${path} has ended: ${said}`);
  };
  return { assertRuns, said: () => said };
}

/** nginx can't be told to find one. */
async function freePort() {
  const server = net.createServer();
  await new Promise((resolve) => { server.listen(0, '127.0.0.1', resolve); });
  const { port } = server.address();
  await new Promise((resolve) => { server.close(resolve); });
  return port;
}
