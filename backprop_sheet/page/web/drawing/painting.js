/** Drawing into a picture of inputs, with mouse, finger or pen. */

import { followStrokes } from "./strokes.js";

/** @typedef {import("../network/content.js").Grid} Grid */
/** @typedef {import("../state/state.js").Page} Page */

/**
 * Have a reader draw into a picture: a stroke sets the places that it goes over to 1, or to 0 if it
 * began at a place above 0.
 *
 * @param {Page} page
 * @param {SVGGElement} element the picture
 * @param {Grid} grid
 */
export function allowPainting(page, element, grid) {
  const stroke = new Stroke(page, element, grid);
  followStrokes(element, {
    begin: (event) => stroke.begin(event),
    goOn: (event) => stroke.goOn(event),
  });
}

class Stroke {
  /** @type {Record<string, number>} what is to be set with the next frame */
  #waiting = {};
  #number = 1;
  /** @type {number[]} */
  #last = [];

  /**
   * @param {Page} page
   * @param {SVGGElement} element
   * @param {Grid} grid
   */
  constructor(page, element, grid) {
    this.page = page;
    this.element = element;
    this.grid = grid;
  }

  /** @param {PointerEvent} event */
  begin(event) {
    const at = this.#pointOf(event);
    const name = this.#placeAt(at);
    this.#last = at;
    if (!name) return;
    this.#number = this.page.start(name) > 0 ? 0 : 1;
    this.#set(name);
  }

  /** @param {PointerEvent} event one of those that follow; all places on the way are gone over */
  goOn(event) {
    const at = this.#pointOf(event);
    const way = Math.hypot(at[0] - this.#last[0], at[1] - this.#last[1]);
    const steps = Math.ceil(way / this.grid.radius);
    for (let step = 1; step <= steps; step++) {
      const part = step / steps;
      const name = this.#placeAt(at.map((end, axis) => end * part + this.#last[axis] * (1 - part)));
      if (name) this.#set(name);
    }
    this.#last = at;
  }

  /** @param {PointerEvent} event @returns {number[]} in the drawing's pixels */
  #pointOf({ clientX, clientY }) {
    const matrix = this.element.getScreenCTM()?.inverse();
    const { x, y } = new DOMPoint(clientX, clientY).matrixTransform(matrix);
    return [x, y];
  }

  /** @param {number[]} point */
  #placeAt([x, y]) {
    const { places, radius } = this.grid;
    const near = ([, left, top] = places[0]) =>
      Math.abs(left - x) <= radius && Math.abs(top - y) <= radius;
    return places.find(near)?.[0];
  }

  /** @param {string} name */
  #set(name) {
    if (Object.keys(this.#waiting).length === 0) requestAnimationFrame(() => this.#give());
    this.#waiting[name] = this.#number;
  }

  #give() {
    const waiting = this.#waiting;
    this.#waiting = {};
    const before = this.element.getBoundingClientRect().top;
    this.page.set(waiting);
    // What is said above the drawing may be longer now: the picture stays under the finger.
    scrollBy(0, this.element.getBoundingClientRect().top - before);
  }
}
