/** The gradient of a digit's log-probability, back through the stages to the picture. */

import { softmax, winner } from "./forward.js";

/** @typedef {import("./content.js").Common} Common */
/** @typedef {import("./content.js").Convolution} Convolution */
/** @typedef {import("./content.js").Stage} Stage */
/** @typedef {import("./forward.js").Maps} Maps */

/**
 * ∂ ln p / ∂x of each value of the normalised image.
 *
 * @param {Stage[]} stages
 * @param {Maps[]} maps what `forward` gave
 * @param {number} digit whose probability p is
 */
export function backward(stages, maps, digit) {
  const chances = softmax(maps[maps.length - 1].values);
  // ∂ ln p_k / ∂z_j = [j = k] − p_j
  let slopes = chances.map((chance, place) => Number(place === digit) - chance);
  for (let stage = stages.length - 1; stage >= 0; stage--) {
    slopes = through(stages[stage], maps[stage], maps[stage + 1], slopes);
  }
  return slopes;
}

/**
 * From the slopes of what a stage gave to those of what it took.
 *
 * @param {Stage} stage
 * @param {Maps} taken
 * @param {Maps} given
 * @param {Float64Array} slopes
 */
function through(stage, taken, given, slopes) {
  if (stage.kind === "convolution") return throughConvolution(stage, taken, given, slopes);
  return throughPooling(stage, taken, given, slopes);
}

/**
 * @param {Common & Convolution} stage
 * @param {Maps} taken
 * @param {Maps} given
 * @param {Float64Array} slopes
 */
function throughConvolution(stage, taken, { channels, rows, columns, sums }, slopes) {
  const { size, padding, weights, scales, rectified } = stage;
  const found = new Float64Array(taken.values.length);
  const area = size * size;
  for (let out = 0; out < channels; out++) {
    for (let row = 0; row < rows; row++) {
      for (let column = 0; column < columns; column++) {
        const at = (out * rows + row) * columns + column;
        if (rectified && sums && sums[at] <= 0) continue;
        const slope = slopes[at] * scales[out];
        if (slope === 0) continue;
        const kernels = out * taken.channels * area;
        spread(found, taken, { slope, weights, kernels, size }, row - padding, column - padding);
      }
    }
  }
  return found;
}

/**
 * Add slope · w to every value of the window that a kernel looks at.
 *
 * @param {Float64Array} found
 * @param {Maps} taken
 * @param {{slope: number, weights: Float32Array, kernels: number, size: number}} kernel
 * @param {number} top the window's first row and column; they may lie in the padding
 * @param {number} left
 */
function spread(found, { channels, rows, columns }, kernel, top, left) {
  const { slope, weights, kernels, size } = kernel;
  const firstRow = Math.max(0, -top);
  const lastRow = Math.min(size, rows - top);
  const firstColumn = Math.max(0, -left);
  const lastColumn = Math.min(size, columns - left);
  for (let channel = 0; channel < channels; channel++) {
    for (let row = firstRow; row < lastRow; row++) {
      const start = (channel * rows + top + row) * columns + left;
      const weight = kernels + (channel * size + row) * size;
      for (let column = firstColumn; column < lastColumn; column++) {
        found[start + column] += slope * weights[weight + column];
      }
    }
  }
}

/**
 * A mean passes its slope on in equal parts, a maximum to the value that was the largest.
 *
 * @param {Stage} stage
 * @param {Maps} taken
 * @param {Maps} given
 * @param {Float64Array} slopes
 */
function throughPooling({ kind, size }, taken, { channels, rows, columns }, slopes) {
  const found = new Float64Array(taken.values.length);
  let at = 0;
  for (let channel = 0; channel < channels; channel++) {
    for (let row = 0; row < rows; row++) {
      const start = (channel * taken.rows + row * size) * taken.columns;
      for (let column = 0; column < columns; column++, at++) {
        const corner = start + column * size;
        if (kind === "max") found[winner(taken.values, taken.columns, corner, size)] += slopes[at];
        else share(found, taken.columns, corner, size, slopes[at] / size ** 2);
      }
    }
  }
  return found;
}

/**
 * @param {Float64Array} found
 * @param {number} columns
 * @param {number} corner
 * @param {number} size
 * @param {number} part
 */
function share(found, columns, corner, size, part) {
  for (let row = 0; row < size; row++) {
    for (let column = 0; column < size; column++) found[corner + row * columns + column] += part;
  }
}
