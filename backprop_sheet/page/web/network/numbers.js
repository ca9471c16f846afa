/** Numbers as people write them. */

/**
 * A number with at most so many significant digits: 0.05, 1.37, 5.07e-4; zero has no sign.
 *
 * @param {number} number
 * @param {number} digits
 */
export function rounded(number, digits) {
  if (!Number.isFinite(number)) return "–";
  if (Number.isInteger(number) && Math.abs(number) < 1e12) return String(number + 0);
  const size = Math.abs(Number(number.toPrecision(digits))); // 999999.7 is 1e6
  if (size < 1e-4 || size >= 10 ** digits) {
    const [mantissa, exponent] = number.toExponential(digits - 1).split("e");
    return `${Number(mantissa)}e${Number(exponent)}`;
  }
  return String(Number(number.toPrecision(digits)));
}

/**
 * A number for reading, with a minus sign in place of a hyphen.
 *
 * @param {number} number
 * @param {number} [digits]
 */
export function shown(number, digits = 5) {
  return withMinus(rounded(number, digits));
}

/** @param {number | string} number whose hyphens become minus signs */
export const withMinus = (number) => String(number).replace(/-/g, "−");

/** Thousands in groups: 1,612,903 or 10 000. */
const GROUPED = /^\d{1,3}([,.'’\s])\d{3}(\1\d{3})*$/;

/**
 * The number that a reader typed; NaN if it is none. A comma may stand for the point; where a whole
 * number is asked for, it can only stand between thousands.
 *
 * @param {string} text
 * @param {boolean} [whole]
 */
export function typed(text, whole = false) {
  const signed = text.trim().replaceAll("−", "-");
  const plain = whole
    ? signed.replace(GROUPED, (groups, separator) => groups.replaceAll(separator, ""))
    : signed.replace(/^(-?\d*),(\d+)$/, "$1.$2");
  return plain === "" ? NaN : Number(plain);
}

/**
 * The number from a low to a high one that is nearest to a number.
 *
 * @param {number} number
 * @param {number} low
 * @param {number} high
 */
export const within = (number, low, high) => Math.max(low, Math.min(number, high));
