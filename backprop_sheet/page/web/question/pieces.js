/** What several parts of an answer have: lists that fold, rows by name, hidden numbers to show. */

import { buttonPiece, made } from "../elements.js";
import { keyOf } from "../network/pass.js";
import { isAhead, isHidden } from "../state/hidden.js";
import { operandsOf } from "./equations.js";

/** @typedef {import("../network/content.js").Formula} Formula */
/** @typedef {import("../state/state.js").Page} Page */
/** @typedef {import("./panel.js").Panel} Panel */

/** The most entries of a list that are shown at once. */
export const HANDFUL = 5;

/**
 * A list cut to a handful; a button opens the other entries.
 *
 * @param {Panel} panel
 * @param {"from" | "leading" | "uses"} key what the list is called
 * @param {Node[]} entries
 * @param {number} most
 */
export function folded({ opened }, key, entries, most) {
  const items = entries.map((entry) => made("li", "", entry));
  const list = made("ul", key, ...items);
  const cut = items.slice(most);
  if (cut.length < 2 || opened.has(key)) return list;
  const more = buttonPiece(`and ${cut.length} more`, () => {
    opened.add(key);
    more.remove();
    list.replaceChildren(...items);
    cut[0].querySelector("button")?.focus();
  });
  for (const item of cut) item.remove();
  return made("div", "folded", list, more);
}

/**
 * A row by its epoch and, if there are several, its sample.
 *
 * @param {Page} page
 * @param {number} row
 */
export function rowName({ samples }, row) {
  const epoch = `epoch ${Math.floor(row / samples.length)}`;
  return samples.length > 1 ? `${epoch}, sample ${(row % samples.length) + 1}` : epoch;
}

/**
 * Says what the arrow in formulas means, if there is one.
 *
 * @param {Page} page
 * @param {Formula[]} formulas
 * @param {number} above the row that it stands for
 */
export function note(page, formulas, above) {
  if (!formulas.some((formula) => operandsOf(formula).some(Array.isArray))) return [];
  return [made("p", "quiet", `↑ from the row above: ${rowName(page, above)}`)];
}

/**
 * A button that shows a number which is to be guessed first.
 *
 * @param {Page} page
 * @param {string} name
 * @param {boolean} [next]
 */
export function showing(page, name, next = false) {
  const key = keyOf(name, next);
  if (!isHidden(page, name, next) || isAhead(page, key)) return [];
  return [buttonPiece("Show", () => page.reveal(key), { class: "show" })];
}
