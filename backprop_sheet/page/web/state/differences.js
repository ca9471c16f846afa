/** What differs from the numbers that the page opened with. */

/** @typedef {import("../network/content.js").Content} Content */
/** @typedef {import("./startnumbers.js").Numbers} Numbers */

/**
 * A number that differs.
 *
 * @typedef {object} Difference
 * @property {string} name
 * @property {number} sample the sample that it belongs to, from 1; 0 if all samples have it
 * @property {number} number
 */

/**
 * The given numbers that differ, and those of samples.
 *
 * @param {Content} content
 * @param {Numbers} numbers
 * @returns {Difference[]}
 */
export function differences({ given, sampled, samples }, numbers) {
  /** @type {Difference[]} */
  const found = [];
  for (const [name, number] of Object.entries(numbers.given)) {
    if (!sampled.includes(name) && number !== given[name]) found.push({ name, sample: 0, number });
  }
  for (const [place, sample] of numbers.samples.entries()) {
    for (const [column, number] of sample.entries()) {
      if (number === samples[place][column]) continue;
      found.push({ name: sampled[column], sample: place + 1, number });
    }
  }
  return found;
}
