/** Formulas that wrap between their terms. */

import { made } from "../elements.js";
import { mathElement } from "../network/formulas.js";

const SUMS = new Set(["+", "−"]);
/** From so many factors on, a product may wrap, too. */
const LONG_PRODUCT = 3;

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
