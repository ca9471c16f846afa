/** Where a drawing has room: what a note or a disc may not cover. */

import { within } from "../network/numbers.js";

/** @typedef {import("../network/content.js").Layout} Layout */

/**
 * Left, top, right and bottom.
 *
 * @typedef {[number, number, number, number]} Rectangle
 */

const CHARACTER = 0.62;
const CAPTION_HEIGHT = 1.35;
const LABEL_HEIGHT = 1.35;
/** What is put somewhere may touch what is there. */
const TOUCHING = 1.5;

export class Room {
  /** @param {Layout} layout */
  constructor({ box, circles, grids, labels, captions, letter }) {
    const [left, top, width, height] = box;
    /** @type {Rectangle} */
    this.whole = [left, top, left + width, top + height];
    this.circles = circles.map(([, , x, y, radius]) => ({ x, y, radius }));
    /** @type {Rectangle[]} */
    this.standing = [
      ...labels.map(({ at, width, lines }) =>
        rectangleAround(at, [width, lines * LABEL_HEIGHT * letter]),
      ),
      ...captions.map(([text, x, y]) =>
        rectangleAround(
          [x, y - 0.5 * CAPTION_HEIGHT * letter],
          [text.length * CHARACTER * letter, CAPTION_HEIGHT * letter],
        ),
      ),
      ...grids.map(({ places, radius }) => around(places, radius)),
    ];
    /** @type {Rectangle[]} */
    this.taken = [];
  }

  clear() {
    this.taken = [];
  }

  /**
   * Take the first of some places that covers nothing; if each covers something, the one that covers
   * least.
   *
   * @param {number[][]} middles best first
   * @param {[number, number]} size width and height
   * @param {Rectangle[]} [others] what else is not to be covered
   * @returns {number[]} the middle of what was taken
   */
  take(middles, size, others = []) {
    const rectangles = middles.map((at) => this.#within(rectangleAround(at, size)));
    const found =
      rectangles.find((one) => this.#isFree(one) && !others.some((other) => overlap(one, other))) ??
      rectangles.reduce((best, one) => (this.#covered(one) < this.#covered(best) ? one : best));
    this.taken.push(found);
    const [left, top, right, bottom] = found;
    return [(left + right) / 2, (top + bottom) / 2];
  }

  /** @param {Rectangle} rectangle moved into the drawing @returns {Rectangle} */
  #within([left, top, right, bottom]) {
    const across = shiftInto(left, right, this.whole[0], this.whole[2]);
    const down = shiftInto(top, bottom, this.whole[1], this.whole[3]);
    return [left + across, top + down, right + across, bottom + down];
  }

  /** How much of what stands there a rectangle covers. @param {Rectangle} rectangle */
  #covered(rectangle) {
    const circles = this.circles.map(({ x, y, radius }) =>
      rectangleAround([x, y], [2 * radius, 2 * radius]),
    );
    return [...this.standing, ...this.taken, ...circles]
      .map((other) => common(rectangle, other))
      .reduce((sum, area) => sum + area, 0);
  }

  /** @param {Rectangle} rectangle */
  #isFree([left, top, right, bottom]) {
    const inner = /** @type {Rectangle} */ ([
      left + TOUCHING,
      top + TOUCHING,
      right - TOUCHING,
      bottom - TOUCHING,
    ]);
    return (
      ![...this.standing, ...this.taken].some((other) => overlap(inner, other)) &&
      !this.circles.some(({ x, y, radius }) => {
        const across = x - within(x, inner[0], inner[2]);
        const down = y - within(y, inner[1], inner[3]);
        return Math.hypot(across, down) < radius;
      })
    );
  }
}

/**
 * @param {number} start
 * @param {number} end
 * @param {number} first
 * @param {number} last
 */
const shiftInto = (start, end, first, last) => Math.max(first - start, 0) + Math.min(last - end, 0);

/**
 * @param {number[]} at
 * @param {[number, number]} size
 * @returns {Rectangle}
 */
const rectangleAround = ([x, y], [width, height]) => [
  x - width / 2,
  y - height / 2,
  x + width / 2,
  y + height / 2,
];

/**
 * The rectangle around places of a picture.
 *
 * @param {[string, number, number][]} places
 * @param {number} radius
 * @returns {Rectangle}
 */
export function around(places, radius) {
  const xs = places.map(([, x]) => x);
  const ys = places.map(([, , y]) => y);
  return [
    Math.min(...xs) - radius,
    Math.min(...ys) - radius,
    Math.max(...xs) + radius,
    Math.max(...ys) + radius,
  ];
}

/**
 * @param {Rectangle} one
 * @param {Rectangle} other
 */
const overlap = (one, other) =>
  one[0] < other[2] && other[0] < one[2] && one[1] < other[3] && other[1] < one[3];

/**
 * The area that two rectangles have in common.
 *
 * @param {Rectangle} one
 * @param {Rectangle} other
 */
const common = (one, other) =>
  Math.max(0, Math.min(one[2], other[2]) - Math.max(one[0], other[0])) *
  Math.max(0, Math.min(one[3], other[3]) - Math.max(one[1], other[1]));
