/**
 * Lets tabs be dragged to another place, by mouse, pen and finger.
 *
 * A finger lifts a tab by resting on it; moved at once, it scrolls the bar. A tab that was lifted and let
 * go where it was is told as held. Knows the elements of the bar, not what they stand for.
 */

/** A mouse that moves so far, in CSS pixels, drags; a finger that does so before it has rested scrolls. */
const SLACK = 5;
const REST_MS = 400;

/** So near to the end of the bar, in CSS pixels, it scrolls by so much. */
const EDGE = 28;
const EDGE_STEP = 10;

export class Drag {
  #list;
  #listener;
  #grip = null;

  /**
   * @param {HTMLElement} list  whose children are dragged
   * @param {object} listener
   * @param {(element: HTMLElement, index: number) => void} listener.onDrop  where it lies now
   * @param {() => void} listener.onCancel  it does not lie where it should
   * @param {(element: HTMLElement) => void} listener.onHold  a finger rested on it
   */
  constructor(list, listener) {
    this.#list = list;
    this.#listener = listener;
    list.addEventListener('pointerdown', (event) => this.#begin(event));
    list.addEventListener('pointermove', (event) => this.#move(event));
    list.addEventListener('pointerup', (event) => this.#end(event));
    list.addEventListener('pointercancel', (event) => this.#cancel(event));
    // What was lifted is moved, not scrolled.
    list.addEventListener('touchmove', (event) => this.isLifted && event.preventDefault(), { passive: false });
  }

  get isLifted() {
    return this.#grip?.isLifted ?? false;
  }

  #begin(event) {
    const element = [...this.#list.children].find((child) => child.contains(event.target));
    if (!event.isPrimary || event.button !== 0 || !element || event.target.closest('.tab-close, input')) return;
    this.#release();
    const grip = {
      element, pointer: event.pointerId, x: event.clientX, y: event.clientY, isTouch: event.pointerType === 'touch',
      offset: event.clientX - element.getBoundingClientRect().left, isLifted: false, hasMoved: false, timer: null,
    };
    if (grip.isTouch) grip.timer = setTimeout(() => this.#lift(), REST_MS);
    this.#grip = grip;
  }

  #move(event) {
    const grip = this.#grip;
    if (grip?.pointer !== event.pointerId) return;
    const isFar = Math.hypot(event.clientX - grip.x, event.clientY - grip.y) > SLACK;
    if (!grip.isLifted && isFar && grip.isTouch) this.#release();
    else if (!grip.isLifted && isFar) this.#lift();
    grip.hasMoved ||= isFar;
    if (this.isLifted && grip.hasMoved) this.#follow(event.clientX);
  }

  #lift() {
    const grip = this.#grip;
    grip.isLifted = true;
    grip.element.classList.add('lifted');
    grip.element.setPointerCapture(grip.pointer);
    if (grip.isTouch) navigator.vibrate?.(10);
  }

  /** The tab follows the pointer, and changes places with those whose middle it passes. */
  #follow(x) {
    const { element, offset } = this.#grip;
    this.#scrollAt(x);
    const left = x - offset - this.#list.getBoundingClientRect().left + this.#list.scrollLeft;
    const middle = left + element.offsetWidth / 2;
    const others = [...this.#list.children].filter((child) => child !== element);
    const index = others.filter((child) => middleOf(child) < middle).length;
    if (this.#list.children[index] !== element) this.#list.insertBefore(element, others[index] ?? null);
    element.style.setProperty('transform', `translateX(${left - element.offsetLeft}px)`);
  }

  #scrollAt(x) {
    const { left, right } = this.#list.getBoundingClientRect();
    if (x < left + EDGE) this.#list.scrollLeft -= EDGE_STEP;
    else if (x > right - EDGE) this.#list.scrollLeft += EDGE_STEP;
  }

  #end(event) {
    const grip = this.#grip;
    if (grip?.pointer !== event.pointerId) return;
    this.#release();
    if (!grip.isLifted) return;
    window.addEventListener('click', swallow, { capture: true, once: true });
    setTimeout(() => window.removeEventListener('click', swallow, { capture: true }), 0);
    if (grip.hasMoved) this.#listener.onDrop(grip.element, [...this.#list.children].indexOf(grip.element));
    else this.#listener.onHold(grip.element);
  }

  #cancel(event) {
    const wasLifted = this.isLifted;
    if (this.#grip?.pointer === event.pointerId) this.#release();
    if (wasLifted) this.#listener.onCancel();
  }

  #release() {
    const grip = this.#grip;
    this.#grip = null;
    if (grip === null) return;
    clearTimeout(grip.timer);
    grip.element.classList.remove('lifted');
    grip.element.style.removeProperty('transform');
  }
}

function middleOf({ offsetLeft, offsetWidth }) {
  return offsetLeft + offsetWidth / 2;
}

/** The click at the end of a drag is none. */
function swallow(event) {
  event.preventDefault();
  event.stopPropagation();
}
