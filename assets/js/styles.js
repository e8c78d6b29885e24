/**
 * Lets xterm.js style itself under a Content-Security-Policy without 'unsafe-inline'.
 *
 * xterm.js creates style elements and writes style attributes; the policy blocks both. Scripts may
 * still use constructed style sheets and the CSSOM, so the two ways are led there:
 *   - document.createElement('style') yields an element whose text feeds an adopted style sheet;
 *   - span.setAttribute('style', …) sets span.style.cssText.
 * Must run before a terminal is opened. Nothing else on the page creates styles or spans with styles.
 */

const ELEMENT_NAME = 'adopted-style';

class AdoptedStyle extends HTMLElement {
  #sheet = new CSSStyleSheet();

  get textContent() {
    return [...this.#sheet.cssRules].map((rule) => rule.cssText).join('\n');
  }

  set textContent(css) {
    this.#sheet.replaceSync(css);
  }

  connectedCallback() {
    document.adoptedStyleSheets = [...document.adoptedStyleSheets, this.#sheet];
  }

  disconnectedCallback() {
    document.adoptedStyleSheets = document.adoptedStyleSheets.filter((sheet) => sheet !== this.#sheet);
  }
}

export function adoptInlineStyles() {
  customElements.define(ELEMENT_NAME, AdoptedStyle);
  adoptStyleElements();
  adoptSpanAttributes();
}

function adoptStyleElements() {
  const createElement = document.createElement.bind(document);
  document.createElement = (name, options) => createElement(name === 'style' ? ELEMENT_NAME : name, options);
}

function adoptSpanAttributes() {
  HTMLSpanElement.prototype.setAttribute = function setAttribute(name, value) {
    if (name === 'style') this.style.cssText = value;
    else Element.prototype.setAttribute.call(this, name, value);
  };
}
