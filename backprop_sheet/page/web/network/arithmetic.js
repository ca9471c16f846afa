/** Arithmetic that breaks off where Python raises an error, so that trainings end alike. */

/** A number cannot be computed. */
export class Broken extends Error {}

/** @param {number} x @returns {number} */
function whole(x) {
  if (!Number.isFinite(x)) throw new Broken();
  return x;
}

/** @param {number} x */
export const exp = (x) => whole(Math.exp(x));

/** @param {number} x */
export const log = (x) => whole(Math.log(x));

/** @param {number} x */
export const sqrt = (x) => whole(Math.sqrt(x));

/** @param {number} x */
export const floor = (x) => whole(Math.floor(x));

/** @param {number} x */
export const square = (x) => whole(x * x);

/** @param {number} x @param {number} y */
export const power = (x, y) => whole(x ** y);

/** @param {number} x @param {number} y */
export function over(x, y) {
  if (y === 0) throw new Broken();
  return x / y;
}

/**
 * What is left of x after whole times y; it has the sign of y.
 *
 * @param {number} x
 * @param {number} y
 */
export function mod(x, y) {
  const rest = whole(x % y);
  return rest !== 0 && rest < 0 !== y < 0 ? rest + y : rest;
}

/**
 * Whether all numbers of a row are finite.
 *
 * @param {Float64Array} table
 * @param {number} place where the row begins
 * @param {number} width
 */
export function finite(table, place, width) {
  for (let at = place; at < place + width; at++) {
    if (!Number.isFinite(table[at])) return false;
  }
  return true;
}
