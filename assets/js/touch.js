/**
 * Scrolls by a finger: xterm.js 6 knows the mouse only.
 *
 * Through the scrollback the lines follow the finger. A program that fills the screen, or asked for the
 * mouse, gets wheel events instead, which xterm.js reports to it or turns into arrow keys.
 */

/** @param {import('../vendor/xterm.mjs').Terminal} terminal  already open */
export function scrollByTouch(terminal) {
  const screen = terminal.element.querySelector('.xterm-screen');
  let last = null;
  let remainder = 0;
  screen.addEventListener('touchstart', ({ touches }) => {
    last = touches.length === 1 ? touches[0].clientY : null;
    remainder = 0;
  }, { passive: true });
  screen.addEventListener('touchmove', ({ touches }) => {
    if (last === null || touches.length !== 1) return;
    const [{ clientX, clientY }] = touches;
    const way = last - clientY;
    last = clientY;
    if (belongsToProgram(terminal)) turnWheel(screen, { deltaY: way, clientX, clientY });
    else remainder = scroll(terminal, screen, remainder + way);
  }, { passive: true });
}

function belongsToProgram({ buffer, modes }) {
  return buffer.active.type === 'alternate' || modes.mouseTrackingMode !== 'none';
}

function turnWheel(screen, movement) {
  screen.dispatchEvent(new WheelEvent('wheel', { ...movement, bubbles: true, cancelable: true }));
}

/** @returns {number} what is left of the way after whole lines */
function scroll(terminal, screen, way) {
  const height = screen.getBoundingClientRect().height / terminal.rows;
  const lines = Math.trunc(way / height);
  if (lines !== 0) terminal.scrollLines(lines);
  return way - lines * height;
}
