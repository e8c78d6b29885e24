/**
 * Keeps the page within what can be seen of the window, where an on-screen keyboard covers a part of it
 * without making the window smaller (Safari).
 *
 * Knows nothing of what is on the page.
 */

/**
 * @param {HTMLElement} root  gets the custom properties --height and --top
 * @param {VisualViewport | null} viewport
 */
export function fitInto(root, viewport = window.visualViewport) {
  if (!viewport) return;
  const fit = () => {
    // Who has zoomed in wants to see a part of the page, not a smaller page.
    if (viewport.scale !== 1) return;
    root.style.setProperty('--height', `${viewport.height}px`);
    root.style.setProperty('--top', `${viewport.offsetTop}px`);
  };
  viewport.addEventListener('resize', fit);
  viewport.addEventListener('scroll', fit);
}
