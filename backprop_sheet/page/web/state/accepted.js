/** Which numbers a reader may give. */

import { withMinus } from "../network/numbers.js";

/** @typedef {import("../network/content.js").Content} Content */
/** @typedef {import("../network/content.js").Range} Range */

/**
 * @param {Content} content
 * @param {string} name
 * @param {number} number
 * @throws {RangeError} the name is not that of a given number, or the number is not accepted
 */
export function checkNumber({ given, quantities, ranges }, name, number) {
  const quantity = quantities[name];
  if (!Object.hasOwn(given, name) || quantity.kind === "counter") {
    throw new RangeError(`${name} is not a given number`);
  }
  const range = ranges[name];
  if (!Number.isFinite(number) || (range && !accepts(range, number))) {
    const assigned = `${quantity.label} = ${withMinus(number)}`;
    throw new RangeError(`${assigned}: takes ${range?.words ?? "a number"}`);
  }
}

/**
 * @param {Content} content
 * @param {number} epochs
 * @throws {RangeError} the number is not accepted
 */
export function checkEpochs({ most }, epochs) {
  if (!Number.isInteger(epochs) || epochs < 1 || epochs > most) {
    throw new RangeError(`epochs = ${withMinus(epochs)}: takes a whole number from 1 to ${most}`);
  }
}

/**
 * Whether a given number is a whole one.
 *
 * @param {Content} content
 * @param {string} name
 */
export const takesWhole = ({ ranges }, name) => ranges[name]?.whole ?? false;

/**
 * @param {Range} range
 * @param {number} number
 */
function accepts({ low, high, above, below, whole, only }, number) {
  return (
    (low === undefined || number >= low) &&
    (high === undefined || number <= high) &&
    (above === undefined || number > above) &&
    (below === undefined || number < below) &&
    (!whole || Number.isInteger(number)) &&
    (!only || only.includes(number))
  );
}
