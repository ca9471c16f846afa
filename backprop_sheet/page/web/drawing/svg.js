/** Small helpers for the parts of a drawing. */

import { svgPiece } from "../elements.js";
import { shown } from "../network/numbers.js";

/**
 * Text around a point.
 *
 * @param {number} x
 * @param {number} y the middle of its letters
 * @param {string} [text]
 * @param {string} [look] its class
 */
export function svgText(x, y, text = "", look = "") {
  const part = svgPiece("text", { x, y, class: look });
  part.textContent = text;
  return part;
}

const [MOST_SHOWN_DIGITS, MOST_BEFORE_POWER] = [4, 3];
/** The widths of signs that are narrower or wider than a digit, in digits. */
/** @type {Record<string, number>} */
const WIDTHS = { ".": 0.5, "−": 1.3 };

/**
 * How wide a number is, in digits.
 *
 * @param {string} text
 */
const digitsWide = (text) => [...text].reduce((wide, sign) => wide + (WIDTHS[sign] ?? 1), 0);

/**
 * A number with as many digits as there is room for, four at most; with a power of ten, if it has
 * less than three otherwise, and more so.
 *
 * @param {number} number
 * @param {number} room in digits
 */
export function brief(number, room) {
  let text = "";
  for (let digits = MOST_SHOWN_DIGITS; digits > 0; digits--) {
    text = shown(number, digits);
    if (digitsWide(text) <= room) return text;
    const power = digits <= MOST_BEFORE_POWER ? withPower(number, digits) : text;
    if (digitsWide(power) <= room) return power;
  }
  return text;
}

/**
 * @param {number} number
 * @param {number} digits
 */
function withPower(number, digits) {
  if (number === 0 || !Number.isFinite(number)) return shown(number, digits);
  const [mantissa, exponent] = number.toExponential(digits - 1).split("e");
  return `${Number(mantissa)}e${Number(exponent)}`.replaceAll("-", "−");
}

/**
 * A number for a place of a picture: .25, −.5, 1.0; as many decimals as the grid has, or as fit;
 * ≈0 where these say 0 of another number.
 *
 * @param {number} number
 * @param {number} decimals
 * @param {number} room in characters
 */
export function inPlace(number, decimals, room) {
  if (!Number.isFinite(number)) return "–";
  if (Number.isInteger(number)) return brief(number, room);
  let text = "";
  for (let left = decimals; left >= 0; left--) {
    text = number
      .toFixed(left)
      .replace(/^(-?)0\./, "$1.")
      .replace("-", "−");
    if (text.length <= room) break;
  }
  return /[1-9]/.test(text) ? text : "≈0";
}
