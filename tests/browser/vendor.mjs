/**
 * Refreshes and verifies the libraries under assets/vendor/, which lie there unchanged.
 *
 *   node vendor.mjs --verify    every file is the one that the manifest names (offline)
 *   node vendor.mjs --refresh   fetch the packages in the manifest's versions and write the hashes anew
 *
 * To take another version, change it in assets/vendor/manifest.json and refresh. Lives here and not beside
 * the files because everything of a script's kind under assets/ is served.
 */

import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const VENDOR = fileURLToPath(new URL('../../assets/vendor/', import.meta.url));
const MANIFEST = 'manifest.json';

/** @returns {string[]} what is wrong, one line each; empty when all is as the manifest says */
export function verify() {
  const files = readManifest().packages.flatMap((pack) => pack.files);
  const wrong = files.flatMap((file) => {
    const found = hashOf(file.as);
    return found === file.sha256 ? [] : [`${file.as}: the manifest says ${file.sha256}, found ${found}`];
  });
  const known = new Set([MANIFEST, ...files.map((file) => file.as)]);
  const strange = readdirSync(VENDOR).filter((name) => !known.has(name));
  return [...wrong, ...strange.map((name) => `${name}: not in the manifest`)];
}

function refresh() {
  const manifest = readManifest();
  for (const pack of manifest.packages) {
    const unpacked = download(`${pack.name}@${pack.version}`);
    for (const file of pack.files) {
      writeFileSync(join(VENDOR, file.as), readFileSync(join(unpacked, 'package', file.path)));
      file.sha256 = hashOf(file.as);
    }
    rmSync(unpacked, { recursive: true });
  }
  writeFileSync(join(VENDOR, MANIFEST), `${JSON.stringify(manifest, null, 2)}\n`);
}

function download(specifier) {
  const dir = mkdtempSync(join(tmpdir(), 'vendor-'));
  execFileSync('npm', ['pack', '--silent', '--pack-destination', dir, specifier], { stdio: 'inherit' });
  const [tarball] = readdirSync(dir);
  execFileSync('tar', ['-xzf', join(dir, tarball), '-C', dir]);
  return dir;
}

function readManifest() {
  return JSON.parse(readFileSync(join(VENDOR, MANIFEST), 'utf8'));
}

function hashOf(name) {
  try {
    return createHash('sha256').update(readFileSync(join(VENDOR, name))).digest('hex');
  } catch {
    return 'no such file';
  }
}

function main([command]) {
  if (command === '--refresh') refresh();
  else if (command !== '--verify') {
    console.error('usage: node vendor.mjs --verify | --refresh');
    return 2;
  }
  const wrong = verify();
  for (const line of wrong) console.error(line);
  return wrong.length === 0 ? 0 : 1;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) process.exitCode = main(process.argv.slice(2));
