/** The asked quantity itself: its name, its number, what it is, and its formula. */

import { made } from "../elements.js";
import { cellOf, mathElement, nameOf } from "../network/formulas.js";
import { asking, equalResult, operandsOf, rightSide } from "./equations.js";
import { meaningOf } from "./meanings.js";
import { folded, HANDFUL, note, rowName, showing } from "./pieces.js";
import { plainAddress } from "./sheetcell.js";

/** @typedef {import("../network/content.js").Formula} Formula */
/** @typedef {import("./panel.js").Panel} Panel */

/**
 * The name of the asked quantity, its number, its cell, and what it is.
 *
 * @param {Panel} panel
 */
export function heading(panel) {
  const { page, row, next } = panel;
  const { asked, content } = page;
  const { kind, label, mathml } = content.quantities[asked];
  const title = made("h2", "name", mathElement(mathml));
  title.setAttribute("aria-label", label);
  title.tabIndex = -1;
  const number = equalResult(panel, panel.entry(asked));
  const cell = cellOf(page, asked, row);
  const what = [
    next ? `${kind} after the step` : kind,
    ...(cell ? [`cell ${plainAddress(cell)}`] : []),
    ...(content.settings.includes(asked) ? [] : [rowName(page, row)]),
  ];
  const about = made("span", "quiet what", what.join(" · "));
  const look = next ? "title current" : "title";
  const line = made("div", look, title, number, ...showing(page, asked, next), about);
  return [line, made("p", "meaning", meaningOf(page, asked))];
}

/**
 * The formula of the asked quantity, and the names in it with their numbers.
 *
 * @param {Panel} panel
 */
export function working(panel) {
  const { page, row } = panel;
  const { asked, training } = page;
  const formula = training.rule(asked, row);
  if (!formula) return [];
  if (training.repeats(asked, formula)) return [made("p", "", "It keeps its number in this row.")];
  const { mathml, short } = page.content.quantities[asked];
  const left = made("span", "left", mathElement(mathml));
  const right = rightSide(panel, formula, row, panel.entry(asked), short);
  const equation = made("div", "equation block", left, right);
  return [equation, ...note(page, [formula], row - 1), ...operandButtons(panel, formula)];
}

/**
 * @param {Panel} panel
 * @param {Formula} formula
 */
function operandButtons(panel, formula) {
  const operands = operandsOf(formula);
  if (operands.length === 0) return [];
  const buttons = operands.map((operand) =>
    asking(panel, nameOf(operand), {
      entry: panel.entry(operand),
      above: Array.isArray(operand),
    }),
  );
  return [
    made("div", "aside", made("h3", "", "From"), folded(panel, "from", buttons, 2 * HANDFUL)),
  ];
}
