/**
 * Draws with WebGL where the browser has it; without it, and after its context was lost, xterm.js'
 * own DOM renderer takes over.
 */

import { WebglAddon } from '../vendor/addon-webgl.mjs';

/** Rounding explains a difference of so many device pixels between two ways to measure an element. */
const ROUNDING_DEVICE = 2;

/**
 * @param {import('../vendor/xterm.mjs').Terminal} terminal  already open
 * @param {(name: 'webgl' | 'dom') => void} onRenderer  told which renderer draws from now on
 */
export function useBestRenderer(terminal, onRenderer) {
  const addon = new WebglAddon();
  addon.onContextLoss(() => {
    addon.dispose();
    onRenderer('dom');
  });
  try {
    withPlausibleObserver(() => terminal.loadAddon(addon));
    onRenderer('webgl');
  } catch {
    onRenderer('dom');
  }
}

/**
 * The addon makes its canvas as large as the browser says it is in device pixels. Where a pixel ratio is
 * emulated (developer tools, headless screenshots), browsers name the pixels of the real screen there, and
 * the picture would be cut to a corner of itself; such measurements are kept from the addon.
 */
function withPlausibleObserver(load) {
  const original = window.ResizeObserver;
  window.ResizeObserver = class extends original {
    constructor(callback) {
      super((entries, observer) => {
        const plausible = entries.filter(isPlausible);
        if (plausible.length > 0) callback(plausible, observer);
      });
    }
  };
  try {
    load();
  } finally {
    window.ResizeObserver = original;
  }
}

function isPlausible({ contentRect, devicePixelContentBoxSize }) {
  if (!devicePixelContentBoxSize) return true;
  const [{ inlineSize }] = devicePixelContentBoxSize;
  return Math.abs(inlineSize - contentRect.width * devicePixelRatio) <= ROUNDING_DEVICE;
}
