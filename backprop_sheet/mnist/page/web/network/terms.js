/** How a value comes about: the windows that it looks at, the products and the sums. */

import { winner } from "./forward.js";

/** @typedef {import("./content.js").Common} Common */
/** @typedef {import("./content.js").Convolution} Convolution */
/** @typedef {import("./content.js").Pooling} Pooling */
/** @typedef {import("./field.js").Place} Place */
/** @typedef {import("./forward.js").Maps} Maps */

/**
 * What a convolution makes of one of the maps that it takes.
 *
 * @typedef {object} Term
 * @property {number} map
 * @property {number[]} window row by row; zeros in the padding
 * @property {number[]} kernel
 * @property {number[]} products
 * @property {number} sum
 *
 * How a convolution's value comes about: a = s·max(0, z) + t with z = b + Σ terms.
 *
 * @typedef {object} Convolved
 * @property {Term[]} terms
 * @property {number} bias
 * @property {number} z
 * @property {number} rectified z, or 0 if ReLU follows and z is below 0
 * @property {number} scale
 * @property {number} shift
 * @property {number} value
 */

/**
 * @param {Common & Convolution} stage
 * @param {Maps} taken
 * @param {Place} place
 * @returns {Convolved}
 */
export function convolvedAt(stage, taken, { map, row, column }) {
  const { size, padding, weights, biases, scales, shifts } = stage;
  const area = size * size;
  const terms = Array.from({ length: taken.channels }, (_, channel) => {
    const start = (map * taken.channels + channel) * area;
    const kernel = Array.from(weights.subarray(start, start + area));
    const window = windowOf(taken, channel, row - padding, column - padding, size);
    const products = kernel.map((weight, place) => weight * window[place]);
    return { map: channel, window, kernel, products, sum: sumOf(products) };
  });
  const bias = biases[map];
  const z = terms.reduce((total, { sum }) => total + sum, bias);
  const rectified = stage.rectified ? Math.max(0, z) : z;
  const [scale, shift] = [scales[map], shifts[map]];
  return { terms, bias, z, rectified, scale, shift, value: scale * rectified + shift };
}

/**
 * @param {Common & Pooling} stage
 * @param {Maps} taken
 * @param {Place} place
 * @returns {{window: number[], best: number}} its window, row by row, and where in it the largest is
 */
export function pooledAt({ size }, taken, { map, row, column }) {
  const window = windowOf(taken, map, row * size, column * size, size);
  return { window, best: winner(Float64Array.from(window), size, 0, size) };
}

/** @param {number[]} numbers */
export const sumOf = (numbers) => numbers.reduce((total, number) => total + number, 0);

/**
 * @param {Maps} taken
 * @param {number} map
 * @param {number} top
 * @param {number} left
 * @param {number} size
 */
function windowOf(taken, map, top, left, size) {
  return Array.from({ length: size * size }, (_, place) =>
    valueAt(taken, map, top + Math.floor(place / size), left + (place % size)),
  );
}

/**
 * A value of a map; 0 around it.
 *
 * @param {Maps} maps
 * @param {number} map
 * @param {number} row
 * @param {number} column
 */
export function valueAt({ rows, columns, values }, map, row, column) {
  if (row < 0 || column < 0 || row >= rows || column >= columns) return 0;
  return values[(map * rows + row) * columns + column];
}
