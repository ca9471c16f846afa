/** Strokes as pixels, and strokes placed as MNIST's digits are. */

import { SIZE } from "../network/forward.js";

/** @typedef {[number, number]} Point x and y in pixels of the picture, from its upper left corner */
/** @typedef {Point[]} Stroke */

/** Half the width of a stroke and the width of its soft edge, in pixels: about MNIST's own. */
export const RADIUS = 1.2;
const SOFT = 1.3;
/** The longer side of a digit of MNIST, in pixels (LeCun, Cortes and Burges). */
const BOX = 20;
/** Strokes are enlarged this many times at most: the first move of a pen is no digit yet. */
const MOST_LARGER = 3;
const MIDDLE = SIZE / 2;

/**
 * The pixels of strokes: grey values from 0 (paper) to 255 (ink), row by row.
 *
 * @param {Stroke[]} strokes
 */
export function inked(strokes) {
  const picture = new Float64Array(SIZE * SIZE);
  for (const stroke of strokes) {
    for (const [place, point] of stroke.entries()) {
      ink(picture, stroke[Math.max(0, place - 1)], point);
    }
  }
  return picture.map((amount) => Math.round(255 * amount));
}

/**
 * Ink along a line: full up to its radius, then softly less.
 *
 * @param {Float64Array} picture from 0 to 1
 * @param {Point} start
 * @param {Point} end
 */
function ink(picture, start, end) {
  const reach = RADIUS + SOFT;
  const [left, right] = reached(start[0], end[0], reach);
  const [top, bottom] = reached(start[1], end[1], reach);
  for (let row = top; row <= bottom; row++) {
    for (let column = left; column <= right; column++) {
      const far = distance([column + 0.5, row + 0.5], start, end);
      const amount = Math.min(1, Math.max(0, 0.5 + (RADIUS - far) / SOFT));
      const at = row * SIZE + column;
      if (amount > picture[at]) picture[at] = amount;
    }
  }
}

/**
 * The first and the last pixel of a line's surroundings.
 *
 * @param {number} one
 * @param {number} other
 * @param {number} reach
 */
const reached = (one, other, reach) => [
  Math.max(0, Math.floor(Math.min(one, other) - reach)),
  Math.min(SIZE - 1, Math.ceil(Math.max(one, other) + reach)),
];

/**
 * From a point to the nearest one of a line.
 *
 * @param {Point} point
 * @param {Point} start
 * @param {Point} end
 */
function distance([x, y], [left, top], [right, bottom]) {
  const [across, down] = [right - left, bottom - top];
  const length = across ** 2 + down ** 2;
  const along = length ? ((x - left) * across + (y - top) * down) / length : 0;
  const part = Math.min(1, Math.max(0, along));
  return Math.hypot(x - left - part * across, y - top - part * down);
}

/**
 * Strokes scaled so that the longer side of what they ink has 20 pixels, and moved so that the
 * centre of its mass is in the middle, as MNIST's digits were. They keep their width.
 *
 * @param {Stroke[]} strokes
 */
export function fitted(strokes) {
  const points = strokes.flat();
  if (points.length === 0) return strokes;
  const [left, right] = ends(points.map(([x]) => x));
  const [top, bottom] = ends(points.map(([, y]) => y));
  const longer = Math.max(right - left, bottom - top);
  const scale = longer ? Math.min(MOST_LARGER, (BOX - 2 * RADIUS) / longer) : 1;
  const [x, y] = [(left + right) / 2, (top + bottom) / 2];
  const scaled = moved(strokes, [x, y], scale, [MIDDLE, MIDDLE]);
  return moved(scaled, centre(inked(scaled)), 1, [MIDDLE, MIDDLE]);
}

/** @param {number[]} numbers */
const ends = (numbers) => [
  numbers.reduce((low, number) => Math.min(low, number)),
  numbers.reduce((high, number) => Math.max(high, number)),
];

/**
 * Strokes scaled about a point, which is moved to another one.
 *
 * @param {Stroke[]} strokes
 * @param {Point} about
 * @param {number} scale
 * @param {Point} to
 * @returns {Stroke[]}
 */
const moved = (strokes, [x, y], scale, [right, down]) =>
  strokes.map((stroke) =>
    stroke.map(([left, top]) => [(left - x) * scale + right, (top - y) * scale + down]),
  );

/**
 * The centre of mass.
 *
 * @param {Float64Array} picture
 * @returns {Point}
 */
function centre(picture) {
  let [mass, right, down] = [0, 0, 0];
  for (const [at, grey] of picture.entries()) {
    mass += grey;
    right += grey * ((at % SIZE) + 0.5);
    down += grey * (Math.floor(at / SIZE) + 0.5);
  }
  return [right / mass, down / mass];
}
