/** Equations that wrap, whose names can be asked, and whose hidden numbers stay hidden. */

import { made } from "../elements.js";
import {
  DIGITS,
  fromAbove,
  inNumbers,
  inSymbols,
  mathElement,
  nameOf,
  numberMath,
  UNKNOWN,
} from "../network/formulas.js";
import { rounded } from "../network/numbers.js";

/** @typedef {import("../network/content.js").Formula} Formula */
/** @typedef {import("../state/state.js").Page} Page */

const SUMS = new Set(["+", "−"]);
/** From so many factors on, a product may wrap, too. */
const LONG_PRODUCT = 3;

/**
 * A button with what is on it.
 *
 * @param {(string | Node)[]} parts
 * @param {() => void} press
 * @param {string} [name] its class
 */
export function button(parts, press, name = "") {
  const element = made("button", name, ...parts);
  element.type = "button";
  element.addEventListener("click", press);
  return element;
}

/**
 * MathML that may wrap: a browser never breaks a formula, so each term is one of its own.
 *
 * @param {string} mathml
 */
export function wrapping(mathml) {
  const whole = mathElement(mathml);
  const terms = divided([...whole.children], (part) => SUMS.has(operator(part)));
  const pieces = terms.flatMap((term) => {
    const factors = divided(term, (part) => operator(part) === "·");
    return factors.length < LONG_PRODUCT ? [term] : factors;
  });
  const formulas = pieces.map((piece) => {
    if (operator(piece[0])) piece[0].setAttribute("form", "infix");
    const formula = mathElement("");
    formula.append(...piece);
    return formula;
  });
  return made("span", "wrapping", ...formulas);
}

/** @param {Element} part */
const operator = (part) => (part.localName === "mo" ? (part.textContent ?? "") : "");

/**
 * Parts in pieces. After another operator, a minus is a sign of what follows and begins none.
 *
 * @param {Element[]} parts
 * @param {(part: Element) => boolean} begins whether a part begins another piece
 */
function divided(parts, begins) {
  /** @type {Element[][]} */
  const pieces = [];
  for (const part of parts) {
    const last = pieces.at(-1);
    if (last && (!begins(part) || operator(last[last.length - 1]))) last.push(part);
    else pieces.push([part]);
  }
  return pieces;
}

/**
 * @param {Formula} formula
 * @returns {import("../network/content.js").Operand[]}
 */
export const operandsOf = ([, ...operands]) => operands;

/**
 * A button that asks a quantity, with its number if that is given.
 *
 * @param {Page} page
 * @param {string} name
 * @param {{number?: string, above?: boolean}} [look] its number as MathML; whether that is from a
 *   row above
 */
export function asking(page, name, { number = "", above = false } = {}) {
  const { mathml } = page.content.quantities[name];
  const symbol = above ? fromAbove(mathml) : mathml;
  const math = mathElement(number ? `${symbol}<mo>=</mo>${number}` : symbol);
  const element = button([math], () => page.ask(name), "asking");
  element.setAttribute("aria-label", inOneLine(math));
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
 * A number as MathML, or a question mark.
 *
 * @param {number} number
 * @param {boolean} hidden
 */
export const numberOr = (number, hidden) =>
  hidden ? UNKNOWN : numberMath(rounded(number, DIGITS));

/**
 * What stands right of a quantity: its abbreviation, the formula in symbols and with its numbers, and
 * the result. Parts that say the same are left out.
 *
 * @param {Page} page
 * @param {Formula} formula
 * @param {number} row
 * @param {{hidden: boolean, short?: string}} look
 */
export function rightSide(page, formula, row, { hidden, short = "" }) {
  const [shape, ...operands] = formula;
  const parts = [];
  if (short) parts.push(equal(page, short));
  if (operands.length > 0) {
    parts.push(equal(page, inSymbols(page, formula), operands.map(nameOf)));
    if (page.content.shapes[shape][0] !== "{0}") {
      parts.push(equal(page, inNumbers(page, formula, row)));
    }
  }
  parts.push(equalResult(page, numberOr(page.training.value(formula, row), hidden)));
  return made("span", "right", ...parts);
}

/**
 * A part of an equation, from its equals sign on; names in it can be clicked to be asked.
 *
 * @param {Page} page
 * @param {string} mathml whose names bear their places
 * @param {string[]} [names]
 */
export function equal(page, mathml, names = []) {
  const element = wrapping(`<mo>=</mo>${mathml}`);
  element.classList.add("part");
  for (const part of /** @type {NodeListOf<MathMLElement>} */ (element.querySelectorAll(".name"))) {
    part.addEventListener("click", () => page.ask(names[Number(part.dataset.place)]));
  }
  return element;
}

/**
 * A result after its equals sign.
 *
 * @param {Page} page
 * @param {string} mathml
 */
export const equalResult = (page, mathml) => made("strong", "result", equal(page, mathml));
