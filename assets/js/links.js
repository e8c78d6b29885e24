/**
 * Opens links from the terminal: addresses found in the text, and hyperlinks that a program has set.
 *
 * A program's hyperlink can say one thing and lead elsewhere, so its target is shown while pointed at.
 */

import { WebLinksAddon } from '../vendor/addon-web-links.mjs';

const PROTOCOLS = new Set(['http:', 'https:', 'mailto:']);

/**
 * @param {import('../vendor/xterm.mjs').Terminal} terminal
 * @param {(target: string | null) => void} onPointed  told the target under the mouse, null when it has left
 */
export function openLinks(terminal, onPointed) {
  terminal.options.linkHandler = {
    allowNonHttpProtocols: true,
    activate: (_event, target) => open(target),
    hover: (_event, target) => onPointed(target),
    leave: () => onPointed(null),
  };
  terminal.loadAddon(new WebLinksAddon((_event, target) => open(target)));
}

function open(target) {
  if (!URL.canParse(target) || !PROTOCOLS.has(new URL(target).protocol)) return;
  window.open(target, '_blank', 'noopener,noreferrer');
}
