/** Where the asked number goes: the next number of a weight, and the formulas that use it. */

import { made } from "../elements.js";
import { nameOf } from "../network/formulas.js";
import { asking, operandsOf, rightSide } from "./equations.js";
import { folded, HANDFUL, note, rowName, showing } from "./pieces.js";
import { usesOf } from "./uses.js";

/** @typedef {import("./panel.js").Panel} Panel */
/** @typedef {import("./uses.js").Use} Use */

/**
 * The next number of the asked weight.
 *
 * @param {Panel} panel
 */
export function update(panel) {
  const { page, next } = panel;
  const { asked, row, training, content } = page;
  if (next || !content.trained.includes(asked)) return [];
  const title = made("h3", "", "Next");
  const formula = training.update(asked, row);
  if (!formula) return [title, made("p", "", "It keeps its number in the next row.")];
  const line = made("div", "", useLine(panel, { name: asked, row: row + 1, formula }));
  line.append(...showing(page, asked, true));
  return [title, line, ...note(page, [formula], row)];
}

/**
 * What the asked quantity goes into.
 *
 * @param {Panel} panel
 */
export function goesInto(panel) {
  const { page, next } = panel;
  const { asked, row, content } = page;
  if (next) return [];
  const isNext = (/** @type {Use} */ use) => use.name === asked && content.trained.includes(asked);
  const uses = usesOf(page, asked).filter((use) => !isNext(use));
  if (uses.length === 0) return goesNowhere(panel);
  const below = uses.filter((use) => use.row > row).map(({ formula }) => formula);
  const lines = uses.map((use) => useLine(panel, use));
  const here = uses.filter((use) => use.row === row).map(({ formula }) => formula);
  const notes =
    note(page, below, row).length > 0 ? note(page, below, row) : note(page, here, row - 1);
  return [made("h3", "", "Goes into"), folded(panel, "uses", lines, HANDFUL), ...notes];
}

/**
 * The total error goes into no formula, and yet the way back is from it: with partials of its own.
 *
 * @param {Panel} panel
 */
function goesNowhere(panel) {
  const { page } = panel;
  const { content, training, row, asked } = page;
  const gradients = new Set(Object.values(content.gradients));
  const isFirst = (/** @type {string} */ name) =>
    !operandsOf(training.rule(name, row) ?? [0]).some((operand) => gradients.has(nameOf(operand)));
  const first = content.backward.filter(isFirst);
  if (content.quantities[asked].kind !== "total error" || first.length === 0) {
    return [made("p", "quiet", "Nothing else here uses it.")];
  }
  const buttons = first.map((name) => asking(panel, name, { entry: panel.entry(name) }));
  const words = "No formula uses its number: the way back begins with its partials.";
  return [made("p", "quiet", words), folded(panel, "from", buttons, 2 * HANDFUL)];
}

/**
 * @param {Panel} panel
 * @param {Use} use
 */
function useLine(panel, { name, row, formula }) {
  const { page } = panel;
  const left = asking(panel, name);
  const where = row > page.row ? [made("span", "quiet", ` of ${rowName(page, row)} `)] : [];
  const right = rightSide(panel, formula, row, panel.entry(name, row));
  return made("div", "equation", left, ...where, right);
}
