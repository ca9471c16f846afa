/**
 * The network forward: an image → the maps of each stage and the ten probabilities, in float64.
 *
 * A convolution adds its bias and then, channel by channel, the sum of the products of each window.
 * `terms.js` adds in the same order, so that what it shows is the map's value to the last bit.
 */

/** @typedef {import("./content.js").Content} Content */
/** @typedef {import("./content.js").Convolution} Convolution */
/** @typedef {import("./content.js").Common} Common */
/** @typedef {import("./content.js").Stage} Stage */

/**
 * Maps of one size, one behind the other, each row by row.
 *
 * @typedef {object} Maps
 * @property {number} channels
 * @property {number} rows
 * @property {number} columns
 * @property {Float64Array} values
 * @property {Float64Array} [sums] of a convolution: its values before ReLU and BatchNorm
 */

/** Rows and columns of the image. */
export const SIZE = 28;

/**
 * @param {ArrayLike<number>} image grey values from 0 to 255, row by row
 * @param {Pick<Content, "mean" | "deviation">} content
 * @returns {Maps} the image as the first stage takes it
 */
export function normalised(image, { mean, deviation }) {
  const values = Float64Array.from(image, (grey) => (grey / 255 - mean) / deviation);
  return { channels: 1, rows: SIZE, columns: SIZE, values };
}

/**
 * The maps that lead from an image to its scores: the normalised image, then what each stage gives.
 *
 * @param {Stage[]} stages
 * @param {Maps} image
 */
export function forward(stages, image) {
  const found = [image];
  for (const stage of stages) found.push(given(stage, found[found.length - 1]));
  return found;
}

/**
 * @param {Stage} stage
 * @param {Maps} taken
 */
function given(stage, taken) {
  if (stage.kind === "convolution") return convolved(stage, taken);
  return stage.kind === "max" ? pooled(stage, taken, largest) : pooled(stage, taken, mean);
}

/**
 * a = s·max(0, b + Σ w·x) + t.
 *
 * @param {Common & Convolution} stage
 * @param {Maps} taken
 * @returns {Maps}
 */
function convolved(stage, taken) {
  const { shape, size, weights, biases, scales, shifts, rectified } = stage;
  const [channels, rows, columns] = shape;
  const padded = withPadding(taken, stage.padding);
  const place = rows * columns;
  const sums = new Float64Array(channels * place);
  const values = new Float64Array(channels * place);
  const add = size === 3 ? addProductsOfThree : addProducts;
  for (let out = 0; out < channels; out++) {
    const map = sums.subarray(out * place, (out + 1) * place).fill(biases[out]);
    for (let channel = 0; channel < taken.channels; channel++) {
      const start = (out * taken.channels + channel) * size * size;
      add(map, columns, padded[channel], weights.subarray(start, start + size * size));
    }
    for (let at = out * place; at < (out + 1) * place; at++) {
      const sum = rectified ? Math.max(0, sums[at]) : sums[at];
      values[at] = scales[out] * sum + shifts[out];
    }
  }
  return { channels, rows, columns, values, sums };
}

/**
 * Each map with zeros around it.
 *
 * @param {Maps} taken
 * @param {number} padding
 */
function withPadding({ channels, rows, columns, values }, padding) {
  const width = columns + 2 * padding;
  return Array.from({ length: channels }, (_, channel) => {
    const padded = new Float64Array((rows + 2 * padding) * width);
    for (let row = 0; row < rows; row++) {
      const start = (channel * rows + row) * columns;
      padded.set(values.subarray(start, start + columns), (row + padding) * width + padding);
    }
    return padded;
  });
}

/**
 * Add to each place of a map the products of the window below it and a kernel.
 *
 * @param {Float64Array} map
 * @param {number} columns of the map
 * @param {Float64Array} padded
 * @param {Float32Array} kernel
 */
function addProducts(map, columns, padded, kernel) {
  const size = Math.sqrt(kernel.length);
  const width = columns + size - 1;
  for (let at = 0; at < map.length; at++) {
    const corner = Math.floor(at / columns) * width + (at % columns);
    let sum = 0;
    for (let place = 0; place < kernel.length; place++) {
      sum += kernel[place] * padded[corner + Math.floor(place / size) * width + (place % size)];
    }
    map[at] += sum;
  }
}

/**
 * The same for 3 × 3 kernels, in a third of the time: a stroke is to be answered at once.
 *
 * @param {Float64Array} map
 * @param {number} columns
 * @param {Float64Array} padded
 * @param {Float32Array} kernel
 */
function addProductsOfThree(map, columns, padded, kernel) {
  const [a, b, c, d, e, f, g, h, i] = kernel;
  const width = columns + 2;
  let corner = 0;
  for (let start = 0; start < map.length; start += columns, corner += 2) {
    for (let at = start; at < start + columns; at++, corner++) {
      const middle = corner + width;
      const lower = middle + width;
      map[at] +=
        a * padded[corner] +
        b * padded[corner + 1] +
        c * padded[corner + 2] +
        d * padded[middle] +
        e * padded[middle + 1] +
        f * padded[middle + 2] +
        g * padded[lower] +
        h * padded[lower + 1] +
        i * padded[lower + 2];
    }
  }
}

/**
 * @param {Common} stage
 * @param {Maps} taken
 * @param {(values: Float64Array, columns: number, corner: number, size: number) => number} one
 * @returns {Maps}
 */
function pooled({ shape, size }, taken, one) {
  const [channels, rows, columns] = shape;
  const values = new Float64Array(channels * rows * columns);
  let at = 0;
  for (let channel = 0; channel < channels; channel++) {
    for (let row = 0; row < rows; row++) {
      const start = (channel * taken.rows + row * size) * taken.columns;
      for (let column = 0; column < columns; column++) {
        values[at++] = one(taken.values, taken.columns, start + column * size, size);
      }
    }
  }
  return { channels, rows, columns, values };
}

/**
 * @param {Float64Array} values
 * @param {number} columns
 * @param {number} corner
 * @param {number} size
 */
const largest = (values, columns, corner, size) => values[winner(values, columns, corner, size)];

/**
 * Where the largest value of a window is; the first one, if there are several.
 *
 * @param {Float64Array} values
 * @param {number} columns
 * @param {number} corner
 * @param {number} size
 */
export function winner(values, columns, corner, size) {
  let best = corner;
  for (let row = 0; row < size; row++) {
    const start = corner + row * columns;
    for (let at = start; at < start + size; at++) if (values[at] > values[best]) best = at;
  }
  return best;
}

/**
 * @param {Float64Array} values
 * @param {number} columns
 * @param {number} corner
 * @param {number} size
 */
function mean(values, columns, corner, size) {
  let sum = 0;
  for (let row = 0; row < size; row++) {
    const start = corner + row * columns;
    for (let at = start; at < start + size; at++) sum += values[at];
  }
  return sum / size ** 2;
}

/**
 * e^z / Σ e^z. The largest score is subtracted first: no power grows beyond all bounds.
 *
 * @param {Float64Array} scores
 */
export function softmax(scores) {
  const most = Math.max(...scores);
  const powers = scores.map((score) => Math.exp(score - most));
  const sum = powers.reduce((total, power) => total + power, 0);
  return powers.map((power) => power / sum);
}
