/**
 * Measures the terminal's font the way xterm.js does: the advance of a W, and the font's line height.
 */

/** @returns {import('./fit.js').Measure} */
export function fontMeasure(fontFamily) {
  const context = new OffscreenCanvas(1, 1).getContext('2d');
  return (fontSize) => {
    context.font = `${fontSize}px ${fontFamily}`;
    const metrics = context.measureText('W');
    return {
      width: metrics.width,
      height: metrics.fontBoundingBoxAscent + metrics.fontBoundingBoxDescent,
    };
  };
}
