/**
 * Makes the grid fill the window: applies what fit.js has computed to xterm.js and to the page.
 *
 * Knows sizes only; what is shown, and who decides on the grid, is not its business.
 */

import { fontMeasure } from './font.js';
import { place, planFit, proposeGrid } from './fit.js';
import { unscaleMouse } from './mouse.js';

export class Stage {
  #host;
  #terminal;
  #measure;
  #scale = { x: 1, y: 1 };
  #onWindow;
  #renderer = 'dom';

  /**
   * @param {HTMLElement} host  the element that fills the window
   * @param {import('../vendor/xterm.mjs').Terminal} terminal  already open in it
   * @param {() => void} onWindow  called when the window has a new size
   */
  constructor(host, terminal, onWindow) {
    this.#host = host;
    this.#terminal = terminal;
    this.#measure = fontMeasure(terminal.options.fontFamily);
    this.#onWindow = onWindow;
    unscaleMouse(this.#screen, () => this.#scale);
    this.#followVisibleWindow();
    this.#observe();
  }

  /** @returns {import('./fit.js').Size} the window, in CSS pixels */
  get window() {
    return { width: this.#host.clientWidth, height: this.#host.clientHeight };
  }

  /** @returns {import('./fit.js').Grid} the grid that would fill this window at the base font size */
  proposal() {
    return proposeGrid(this.window, this.#measure, devicePixelRatio);
  }

  /** Each renderer rounds in its own way. @param {'webgl' | 'dom'} name */
  setRenderer(name) {
    this.#renderer = name;
    this.#host.dataset.renderer = name;
    this.fit();
  }

  /** Fits the grid in force into the window as it is now. */
  fit() {
    const { cols, rows } = this.#terminal;
    const plan = planFit({
      window: this.window,
      grid: { cols, rows },
      ratio: devicePixelRatio,
      measure: this.#measure,
      renderer: this.#renderer,
    });
    this.#scale = plan.scale;
    this.#apply({
      fontSize: plan.fontSize,
      letterSpacing: plan.letterSpacing,
      lineHeight: plan.lineHeight,
      scrollSensitivity: 1 / plan.scale.y,
    });
    this.#place();
  }

  get #screen() {
    return this.#terminal.element.querySelector('.xterm-screen');
  }

  /** Each changed option makes xterm.js build its glyphs anew, so the unchanged ones are left alone. */
  #apply(options) {
    for (const [name, value] of Object.entries(options)) {
      if (this.#terminal.options[name] !== value) this.#terminal.options[name] = value;
    }
  }

  #place() {
    const screen = this.#screen;
    const layout = { width: screen.offsetWidth, height: screen.offsetHeight };
    const { x, y } = place(this.window, layout, this.#scale, devicePixelRatio);
    const { style } = this.#terminal.element;
    style.setProperty('--grid-x', `${x}px`);
    style.setProperty('--grid-y', `${y}px`);
    style.setProperty('--grid-scale-x', this.#scale.x);
    style.setProperty('--grid-scale-y', this.#scale.y);
  }

  #observe() {
    new ResizeObserver(() => this.#windowChanged()).observe(this.#host);
    // In a hidden tab xterm.js puts its own layout off; this notices when it has caught up.
    new ResizeObserver(() => this.#place()).observe(this.#screen);
    this.#observeRatio();
  }

  /** Another zoom level, or a screen with other pixels. */
  #observeRatio() {
    const query = matchMedia(`(resolution: ${devicePixelRatio}dppx)`);
    query.addEventListener('change', () => {
      this.#windowChanged();
      this.#observeRatio();
    }, { once: true });
  }

  #windowChanged() {
    this.fit();
    this.#onWindow();
  }

  /** Where an on-screen keyboard lies over the page instead of shrinking it, use what is left above. */
  #followVisibleWindow() {
    const visible = window.visualViewport;
    if (!visible) return;
    visible.addEventListener('resize', () => {
      const isZoomed = visible.scale > 1.01;
      const isCovered = !isZoomed && visible.height < window.innerHeight - 1;
      const { style } = document.documentElement;
      if (isCovered) style.setProperty('--stage-height', `${visible.height}px`);
      else if (!isZoomed) style.removeProperty('--stage-height');
      if (isCovered) window.scrollTo(0, 0);
    });
  }
}
