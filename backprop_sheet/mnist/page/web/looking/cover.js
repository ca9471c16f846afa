/**
 * How the lead of the answer falls when a part of the picture is covered (Zeiler and Fergus,
 * Visualizing and understanding convolutional networks, 2014). `mnist look` draws the same numbers.
 */

import { SIZE } from "../network/forward.js";

/** Rows and columns of the paper that covers the surroundings of a pixel. */
export const COVER = 5;
const BESIDE = (COVER - 1) / 2;

/**
 * The digit with the highest score of all but one.
 *
 * @param {Float64Array} scores
 * @param {number} digit
 */
export function rival(scores, digit) {
  const others = [...scores.keys()].filter((other) => other !== digit);
  return others.reduce((best, other) => (scores[other] > scores[best] ? other : best));
}

/**
 * The score of a digit less the highest other one.
 *
 * @param {Float64Array} scores
 * @param {number} digit
 */
export const lead = (scores, digit) => scores[digit] - scores[rival(scores, digit)];

/**
 * The picture with paper around a pixel.
 *
 * @param {Float64Array} picture
 * @param {number} pixel
 */
export function covered(picture, pixel) {
  const found = picture.slice();
  const [row, column] = [Math.floor(pixel / SIZE), pixel % SIZE];
  const [left, right] = [Math.max(0, column - BESIDE), Math.min(SIZE, column + BESIDE + 1)];
  for (let y = Math.max(0, row - BESIDE); y < Math.min(SIZE, row + BESIDE + 1); y++) {
    found.fill(0, y * SIZE + left, y * SIZE + right);
  }
  return found;
}

/**
 * The pixels with ink around them, row by row: to cover others changes nothing.
 *
 * @param {Float64Array} picture
 */
export const parts = (picture) =>
  [...picture.keys()].filter((pixel) =>
    covered(picture, pixel).some((grey, place) => grey !== picture[place]),
  );
