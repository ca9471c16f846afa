/** Small grids of numbers, coloured as the maps are. */

import { made, piece } from "../../../../page/web/elements.js";
import { rounded, withMinus } from "../../../../page/web/network/numbers.js";

const DECIMALS = 3;
/** From here on, numbers have no room for so many decimals. */
const LARGE = 10;

/** @param {number} number with few digits: its place in the grid is small */
function briefly(number) {
  const text = Math.abs(number) < LARGE ? number.toFixed(DECIMALS) : rounded(number, 4);
  return withMinus(Number(text) === 0 ? text.replace("-", "") : text);
}

/**
 * A window, a kernel or products, row by row.
 *
 * @param {string} label what it is
 * @param {number[]} numbers
 * @param {number} most the number that has the deepest colour
 * @param {number} [marked] the place of the one that counts
 */
export function numberGrid(label, numbers, most, marked = -1) {
  const cells = numbers.map((number, place) => {
    const cell = made("span", place === marked ? "marked" : "", briefly(number));
    const part = Math.round((100 * Math.abs(number)) / (most || 1));
    const end = number > 0 ? "above" : "below";
    cell.style.background = `color-mix(in srgb, var(--tint-${end}) ${part}%, var(--tint-zero))`;
    return cell;
  });
  const grid = piece("span", { class: "grid tinted" }, ...cells);
  grid.style.setProperty("--across", String(Math.sqrt(numbers.length)));
  return made("span", "labelled", grid, made("small", "", label));
}
