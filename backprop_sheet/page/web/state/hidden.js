/** Which numbers are hidden: to be guessed first, or not reached by the walk. */

import { keyOf } from "../network/pass.js";

/** @typedef {import("./state.js").Page} Page */

/**
 * Whether the walk has not reached a number yet.
 *
 * @param {Page} page
 * @param {string} key
 */
export function isAhead({ walked, places }, key) {
  return walked >= 0 && (places.get(key) ?? -1) > walked;
}

/**
 * Whether the walk has reached a number.
 *
 * @param {Page} page
 * @param {string} key
 */
export const isReached = ({ walked, places }, key) => (places.get(key) ?? Infinity) <= walked;

/**
 * Whether a number of the chosen row is hidden. What the walk has passed is no longer hidden.
 *
 * @param {Page} page
 * @param {string} name
 * @param {boolean} [next] whether the number of the row below is meant
 */
export function isHidden(page, name, next = false) {
  const { hidden, revealed, given, walked, places } = page;
  const key = keyOf(name, next);
  if (isAhead(page, key)) return true;
  if (!hidden || revealed.has(key) || (name in given && !next)) return false;
  return walked < 0 || (places.get(key) ?? walked) === walked;
}

/**
 * Whether a number is hidden in a row. In rows that are not chosen, all computed numbers are while
 * numbers have to be guessed; below the chosen row, they are during a walk, too. The weights of the
 * row below are what the pass through the chosen row leads to: they show up as it does.
 *
 * @param {Page} page
 * @param {string} name
 * @param {number} row
 */
export function isHiddenIn(page, name, row) {
  if (row === page.row) return isHidden(page, name);
  if (!page.hidden && page.walked < 0) return false;
  if (!page.training.computes(name, row)) return false;
  const { trained } = page.content;
  if (row === page.row + 1 && trained.includes(name)) return isHidden(page, name, true);
  return page.hidden || row > page.row;
}
