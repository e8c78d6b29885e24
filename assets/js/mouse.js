/**
 * Lets xterm.js find the right cell under the mouse while the grid is drawn scaled.
 *
 * xterm.js divides distances in the window by the size of a cell before scaling. So each mouse event is
 * given the coordinates that it would have without scaling, before any other listener sees it.
 */

const EVENTS = [
  'mousedown', 'mouseup', 'mousemove', 'mouseover', 'mouseout', 'click', 'dblclick', 'auxclick',
  'contextmenu', 'wheel', 'pointerdown', 'pointerup', 'pointermove',
];

/** A drag that begins on the terminal goes on outside; all else outside is none of the terminal's. */
const PRESSES = new Set(['mousedown', 'pointerdown']);

/**
 * @param {HTMLElement} screen  the element whose upper left corner stays where it is
 * @param {() => {x: number, y: number}} currentScale
 */
export function unscaleMouse(screen, currentScale) {
  const terminal = screen.closest('.xterm');
  let isOurs = false;
  const unscale = (event) => {
    const isWithin = terminal.contains(event.target);
    if (PRESSES.has(event.type)) isOurs = isWithin;
    if (!isWithin && !isOurs) return;
    const scale = currentScale();
    if (scale.x === 1 && scale.y === 1) return;
    const corner = screen.getBoundingClientRect();
    const x = corner.left + (event.clientX - corner.left) / scale.x;
    const y = corner.top + (event.clientY - corner.top) / scale.y;
    for (const [name, value] of Object.entries({ clientX: x, clientY: y, pageX: x, pageY: y })) {
      Object.defineProperty(event, name, { value, configurable: true });
    }
  };
  for (const type of EVENTS) window.addEventListener(type, unscale, { capture: true, passive: true });
}
