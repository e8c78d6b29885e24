/** Rules that hold for the files of the page as they lie there. */

import assert from 'node:assert/strict';
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import test from 'node:test';
import { verify } from '../vendor.mjs';

const ASSETS = new URL('../../../assets/', import.meta.url);
const read = (path) => readFileSync(new URL(path, ASSETS), 'utf8');
const html = read('index.html');
/** Where the page begins in each mode. */
const ENTRIES = ['shared.js', 'per-viewer.js', 'named.js', 'watch.js'];
/** What only other pages need. */
const OTHERS = ['picture.js'];
const styles = readdirSync(new URL('css/', ASSETS)).map((name) => `css/${name}`);
const modules = readdirSync(new URL('js/', ASSETS)).filter((name) => name.endsWith('.js'));

function importsOf(path) {
  return [...read(path).matchAll(/^import (?:\{[^}]*\} from )?'([^']+)';/gm)].map(([, target]) => target);
}

test('vendored files are the ones that the manifest names', () => {
  assert.deepEqual(verify(), []);
});

test('modules import each other by relative paths to files that are there', () => {
  for (const name of modules) {
    for (const target of importsOf(`js/${name}`)) {
      assert.match(target, /^\.\.?\//, `${name} imports ${target}`);
      assert.ok(existsSync(new URL(target, new URL(`js/${name}`, ASSETS))), `${name} imports ${target}`);
    }
  }
});

test('every module is imported, and none imports itself in a circle', () => {
  const reached = new Set();
  const visit = (name, path) => {
    assert.ok(!path.includes(name), `a circle: ${[...path, name].join(' → ')}`);
    reached.add(name);
    for (const target of importsOf(`js/${name}`)) {
      if (target.startsWith('./')) visit(target.slice(2), [...path, name]);
    }
  };
  for (const entry of [...ENTRIES, ...OTHERS]) visit(entry, []);
  assert.deepEqual([...reached].sort(), [...modules].sort());
});

for (const entry of ENTRIES) {
  const mode = entry.replace('.js', '');
  const page = inMode(mode);

  test(`the ${mode} page asks ahead for every module that it will need, and no other`, () => {
    const preloaded = [...page.matchAll(/rel="modulepreload" href="static\/@VERSION@\/([^"]+)"/g)].map(([, path]) => path);
    assert.deepEqual(preloaded.sort(), [...neededBy(`js/${entry}`)].sort());
  });

  test(`the ${mode} page names its files relatively, below the versioned path, and all are there`, () => {
    const addresses = [...page.matchAll(/\b(?:href|src)="([^"]*)"/g)].map(([, address]) => address);
    assert.ok(addresses.length > 0);
    for (const address of addresses) {
      assert.match(address, /^static\/@VERSION@\//);
      assert.ok(existsSync(new URL(address.replace('static/@VERSION@/', ''), ASSETS)), address);
    }
  });

  test(`the ${mode} page has one stage`, () => {
    assert.equal(page.match(/id="stage"/g).length, 1);
  });
}

/** As build.rs makes it. */
function inMode(mode) {
  const isKept = (line) => {
    const modes = line.match(/data-mode="([^"]*)"/)?.[1];
    return modes === undefined || modes.split(' ').includes(mode);
  };
  return html.replaceAll('@MODE@', mode).split('\n').filter(isKept).join('\n');
}

/** What a module imports, and what that imports, without itself; each by its path below assets/. */
function neededBy(path, found = new Set()) {
  for (const target of importsOf(path)) {
    const { pathname } = new URL(target, `file:///${path}`);
    const needed = pathname.slice(1);
    if (found.has(needed)) continue;
    found.add(needed);
    if (needed.startsWith('js/')) neededBy(needed, found);
  }
  return found;
}

test('the page has no inline script, style or handler', () => {
  assert.doesNotMatch(html, /<script(?![^>]*\bsrc=)/);
  assert.doesNotMatch(html, /<style\b|\bstyle=|\son[a-z]+=/);
});

test('nothing of ours sets markup as text, evaluates text, or names another host', () => {
  const ours = [...modules.map((name) => `js/${name}`), ...styles, 'index.html'];
  for (const path of ours) {
    assert.doesNotMatch(read(path), /innerHTML|outerHTML|insertAdjacentHTML|document\.write\(|\beval\(|new Function/, path);
    assert.doesNotMatch(read(path), /https?:\/\//, path);
  }
});

for (const theme of ['dark', 'light']) {
  test(`colours of text reach AA contrast on the background of the ${theme} theme`, () => {
    const [, rules] = read('css/theme.css').match(new RegExp(`data-theme="${theme}"\\] \\{([^}]*)\\}`));
    const colours = Object.fromEntries(
      [...rules.matchAll(/--term-([a-z-]+):\s*(#[0-9a-f]{6});/g)].map(([, name, value]) => [name, value]),
    );
    const text = Object.keys(colours).filter((name) => (
      !['background', 'black', 'cursor-accent', 'selection', 'selection-inactive'].includes(name)
    ));
    assert.equal(text.length, 17);
    for (const name of text) {
      const ratio = contrast(colours[name], colours.background);
      assert.ok(ratio >= 4.5, `${name}: ${ratio.toFixed(2)}`);
    }
    for (const background of ['selection', 'selection-inactive']) {
      const ratio = contrast(colours.foreground, colours[background]);
      assert.ok(ratio >= 4.5, `text on ${background}: ${ratio.toFixed(2)}`);
    }
  });
}

for (const theme of ['dark', 'light']) {
  test(`the text of the ${theme} bar and panels can be read`, () => {
    const [, rules] = read('css/theme.css').match(new RegExp(`\\[data-theme="${theme}"\\] \\{([^}]*)\\}`));
    const colour = (name) => rules.match(new RegExp(`--${name}:\\s*(#[0-9a-f]{6});`))[1];
    for (const [text, background] of [
      ['bar-foreground', 'bar-background'], ['bar-faint', 'bar-background'], ['bar-current', 'bar-background'],
      ['bar-current', 'term-background'], ['bar-faint', 'term-background'], ['bar-foreground', 'term-background'],
      ['bar-foreground', 'panel-background'], ['choice-first-text', 'choice-first'], ['choice-bad-text', 'choice-bad'],
    ]) {
      const ratio = contrast(colour(text), colour(background));
      assert.ok(ratio >= 4.5, `${text} on ${background}: ${ratio.toFixed(2)}`);
    }
    for (const [mark, background] of [['bar-accent', 'bar-background'], ['bar-accent', 'term-background']]) {
      const ratio = contrast(colour(mark), colour(background));
      assert.ok(ratio >= 3, `${mark} on ${background}: ${ratio.toFixed(2)}`);
    }
  });
}

/** WCAG 2.2, "contrast ratio" and "relative luminance". */
function contrast(one, other) {
  const [light, dark] = [luminance(one), luminance(other)].sort((a, b) => b - a);
  return (light + 0.05) / (dark + 0.05);
}

function luminance(hex) {
  const [red, green, blue] = [1, 3, 5].map((at) => {
    const value = Number.parseInt(hex.slice(at, at + 2), 16) / 255;
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}
