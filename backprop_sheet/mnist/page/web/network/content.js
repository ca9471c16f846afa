/**
 * What the page knows of its network. Python writes it (`mnist/page/content.py`).
 *
 * A stage is a convolution with what follows it, or a pooling. Numbers come as base64: float32,
 * the lowest byte first; images as bytes.
 *
 * @typedef {object} Given a stage as it is in the file
 * @property {"convolution" | "max" | "mean"} kind
 * @property {string[]} layers the names of its layers
 * @property {[number, number, number]} shape channels, rows and columns of the maps that it gives
 * @property {number} field the receptive field of its values, in pixels of the picture
 * @property {number} jump the distance between two neighbours, likewise
 * @property {number} size rows and columns of its windows
 * @property {number} [padding] rows and columns of zeros around each map that a convolution takes
 * @property {boolean} [rectified] whether ReLU follows
 * @property {boolean} [normalised] whether BatchNorm follows
 * @property {string} [weights] by map out, map in, row and column of the kernel
 * @property {string} [biases]
 * @property {string} [scales] s of each map: what BatchNorm multiplies by
 * @property {string} [shifts] t of each map: what BatchNorm adds
 *
 * @typedef {object} Pooling
 * @property {"max" | "mean"} kind
 *
 * @typedef {object} Convolution
 * @property {"convolution"} kind
 * @property {number} padding
 * @property {boolean} rectified
 * @property {boolean} normalised
 * @property {Float32Array} weights
 * @property {Float32Array} biases
 * @property {Float32Array} scales
 * @property {Float32Array} shifts
 *
 * @typedef {Pick<Given, "layers" | "shape" | "field" | "jump" | "size">} Common
 * @typedef {Common & (Pooling | Convolution)} Stage
 *
 * @typedef {object} Content
 * @property {number} parameters how many numbers the network has learnt
 * @property {{recipe: string, epochs: number, digits: string, accuracy: number}} training how it
 *   learnt them, and the share of the test digits that it read correctly
 * @property {number} mean
 * @property {number} deviation the first stage takes (grey/255 − mean)/deviation
 * @property {Given[]} stages
 * @property {Record<string, string>} examples a test digit of each kind
 * @property {{above: string, below: string}} tints the colours of numbers above and below 0
 */

/** @param {string} text base64 */
const bytes = (text) => Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));

/** @param {string} [text] */
const numbers = (text = "") => new Float32Array(bytes(text).buffer);

/** @returns {Content} what the page's file holds */
export function readContent() {
  const element = /** @type {HTMLElement} */ (document.getElementById("content"));
  return JSON.parse(element.textContent ?? "");
}

/**
 * A stage with its numbers.
 *
 * @param {Given} given
 * @returns {Stage}
 */
export function stageOf(given) {
  const { kind, layers, shape, field, jump, size } = given;
  const common = { layers, shape, field, jump, size };
  if (kind !== "convolution") return { ...common, kind };
  return {
    ...common,
    kind,
    padding: given.padding ?? 0,
    rectified: given.rectified ?? false,
    normalised: given.normalised ?? false,
    weights: numbers(given.weights),
    biases: numbers(given.biases),
    scales: numbers(given.scales),
    shifts: numbers(given.shifts),
  };
}

/**
 * The test digits by their kind: grey values from 0 (paper) to 255 (ink), row by row.
 *
 * @param {Content} content
 */
export const examplesOf = ({ examples }) =>
  Object.entries(examples).map(([digit, text]) => ({ digit: Number(digit), image: bytes(text) }));
