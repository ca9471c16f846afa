/** Equations that wrap, whose names can be asked, and whose hidden numbers stay hidden. */

import { buttonPiece, made } from "../elements.js";
import { fromAbove, inNumbers, inSymbols, mathElement, nameOf, slot } from "../network/formulas.js";
import { evaluate } from "../network/training.js";
import { wrapping } from "./wrapping.js";

/** @typedef {import("../network/content.js").Formula} Formula */
/** @typedef {import("./panel.js").Entry} Entry */
/** @typedef {import("./panel.js").Panel} Panel */

/** The most pieces of a formula that are all shown, and how many are of more. */
const MOST_PIECES = 12;
const FIRST_PIECES = 5;

/**
 * @param {Formula} formula
 * @returns {import("../network/content.js").Operand[]}
 */
export const operandsOf = ([, ...operands]) => operands;

/**
 * A button that asks a quantity, with its number if that is given.
 *
 * @param {Panel} panel
 * @param {string} name
 * @param {{entry?: Entry, above?: boolean}} [look] its number; whether that is from a row above
 */
export function asking(panel, name, { entry, above = false } = {}) {
  const { mathml } = panel.page.content.quantities[name];
  const symbol = above ? fromAbove(mathml) : mathml;
  const math = mathElement(entry ? `${symbol}<mo>=</mo>${slot(0)}` : symbol);
  const element = buttonPiece(math, () => panel.page.ask(name), { class: "asking" });
  const label = () => element.setAttribute("aria-label", inOneLine(math));
  label();
  if (entry) panel.fill(math, [entry], { after: label });
  return element;
}

/**
 * A formula's text in one line, for who hears it.
 *
 * @param {Element} math
 * @returns {string}
 */
function inOneLine(math) {
  if (math.childElementCount === 0) return math.textContent ?? "";
  const between = { mfrac: "/", msup: "^" }[math.localName] ?? "";
  return [...math.children].map(inOneLine).join(between);
}

/**
 * What stands right of a quantity: its abbreviation, the formula in symbols and with its numbers, and
 * the result. Parts that say the same are left out.
 *
 * @param {Panel} panel
 * @param {Formula} formula
 * @param {number} row
 * @param {Entry} result
 * @param {string} [short]
 */
export function rightSide(panel, formula, row, result, short = "") {
  const { page } = panel;
  const [shape, ...operands] = formula;
  const parts = [];
  if (short) parts.push(equal(panel, short));
  if (operands.length > 0) {
    parts.push(equal(panel, inSymbols(page, formula), { names: operands.map(nameOf) }));
    if (page.content.shapes[shape][0] !== "{0}") {
      const entries = operands.map((operand) => panel.entry(operand, row));
      panel.line(entries, (numbers) => evaluate(shape, numbers));
      parts.push(equal(panel, inNumbers(page, formula), { entries }));
    }
  }
  parts.push(equalResult(panel, result));
  return made("span", "right", ...parts);
}

/**
 * A part of an equation, from its equals sign on; names in it can be clicked to be asked.
 *
 * @param {Panel} panel
 * @param {string} mathml
 * @param {{names?: string[], entries?: Entry[]}} [places] what stands at the places that names and
 *   numbers in it bear
 */
export function equal(panel, mathml, { names = [], entries = [] } = {}) {
  const element = wrapping(`<mo>=</mo>${mathml}`);
  element.classList.add("part");
  for (const part of /** @type {NodeListOf<MathMLElement>} */ (element.querySelectorAll(".name"))) {
    part.addEventListener("click", () => panel.page.ask(names[Number(part.dataset.place)]));
  }
  panel.fill(element, entries, { bracketed: true });
  foldPieces(panel, element);
  return element;
}

/**
 * Has a very long formula begin with its first pieces; a button shows the others.
 *
 * @param {Panel} panel
 * @param {Element} element
 */
function foldPieces({ opened }, element) {
  const pieces = [...element.children];
  if (pieces.length <= MOST_PIECES || opened.has("pieces")) return;
  const cut = pieces.slice(FIRST_PIECES);
  for (const piece of cut) piece.remove();
  const more = buttonPiece(`… ${cut.length} more`, () => {
    opened.add("pieces");
    more.replaceWith(...cut);
  });
  element.append(more);
}

/**
 * A result after its equals sign.
 *
 * @param {Panel} panel
 * @param {Entry} entry
 */
export function equalResult(panel, entry) {
  const element = wrapping(`<mo>=</mo>${slot(0)}`);
  element.classList.add("part");
  panel.fill(element, [entry]);
  return made("strong", "result", element);
}
