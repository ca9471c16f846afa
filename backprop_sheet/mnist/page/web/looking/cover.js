/**
 * How the probability of the answer falls when a part of the picture is covered (Zeiler and Fergus,
 * Visualizing and understanding convolutional networks, 2014).
 */

import { SIZE } from "../network/forward.js";

/** Rows and columns of the paper that covers a part, and of the steps that it is moved by. */
export const COVER = 4;
const STEP = 2;

/**
 * A part of the picture that is covered.
 *
 * @typedef {object} Covered
 * @property {number} top
 * @property {number} left
 * @property {number} chance what is left of the answer's probability
 */

/** @returns {[number, number][]} row and column of each part's upper left corner */
export function parts() {
  const starts = Array.from({ length: (SIZE - COVER) / STEP + 1 }, (_, place) => place * STEP);
  return starts.flatMap((top) =>
    starts.map((left) => /** @type {[number, number]} */ ([top, left])),
  );
}

/**
 * @param {ArrayLike<number>} picture
 * @param {number} top
 * @param {number} left
 */
export function covered(picture, top, left) {
  const found = Float64Array.from(picture);
  for (let row = top; row < top + COVER; row++) {
    found.fill(0, row * SIZE + left, row * SIZE + left + COVER);
  }
  return found;
}

/**
 * How much the probability falls at each pixel: the mean over the parts that it lies in.
 *
 * @param {Covered[]} found
 * @param {number} chance of the answer when nothing is covered
 */
export function falls(found, chance) {
  const sums = new Float64Array(SIZE * SIZE);
  const counts = new Float64Array(SIZE * SIZE);
  for (const part of found) {
    for (let row = part.top; row < part.top + COVER; row++) {
      for (let column = part.left; column < part.left + COVER; column++) {
        sums[row * SIZE + column] += chance - part.chance;
        counts[row * SIZE + column] += 1;
      }
    }
  }
  return sums.map((sum, at) => (counts[at] ? sum / counts[at] : 0));
}
