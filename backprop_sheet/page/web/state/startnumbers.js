/** The numbers that a training starts from. */

import { byName } from "../network/content.js";

/** @typedef {import("../network/content.js").Content} Content */

/**
 * @typedef {object} Numbers
 * @property {Record<string, number>} given by name
 * @property {number[][]} samples
 * @property {number} epochs
 */

/**
 * A copy that changes by itself.
 *
 * @param {Numbers} numbers
 * @returns {Numbers}
 */
export function copied({ given, samples, epochs }) {
  return { given: byName(given), samples: samples.map((sample) => [...sample]), epochs };
}

/**
 * Put a number among the others. The inputs and targets of the first sample stand among the given
 * numbers, too.
 *
 * @param {Content} content
 * @param {Numbers} numbers
 * @param {string} name
 * @param {number} number
 * @param {number} sample that an input or target belongs to, from 1
 */
export function assign({ sampled }, { given, samples }, name, number, sample) {
  const place = sampled.indexOf(name);
  const start = number + 0; // -0 is 0, as where Python reads it
  if (place >= 0) samples[sample - 1][place] = start;
  if (place < 0 || sample === 1) given[name] = start;
}
