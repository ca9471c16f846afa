/** Formulas of the network in MathML, in symbols and with numbers. */

import { made } from "../../../../page/web/elements.js";
import { inBrackets, mathElement, numberMath } from "../../../../page/web/network/formulas.js";
import { rounded } from "../../../../page/web/network/numbers.js";
import { wrapping } from "../../../../page/web/question/wrapping.js";

const DIGITS = 5;

/** @param {string} text */
export const row = (text) => `<mrow>${text}</mrow>`;
/** @param {string} name */
export const mi = (name) => `<mi>${name}</mi>`;
/** @param {string} sign */
export const mo = (sign) => `<mo>${sign}</mo>`;
/** @param {string} whole @param {string} index */
export const sub = (whole, index) => `<msub>${row(whole)}${row(index)}</msub>`;
/** @param {string} whole @param {string} power */
export const sup = (whole, power) => `<msup>${row(whole)}${row(power)}</msup>`;
/** @param {string} above @param {string} under */
export const fraction = (above, under) => `<mfrac>${row(above)}${row(under)}</mfrac>`;
/** @param {string} index */
export const sigma = (index) => `<munder>${mo("∑")}${row(index)}</munder>`;
/** @param {string} argument */
export const ln = (argument) => `${mi("ln")}${mo("&#x2061;")}${argument}`; // applies it, with a space

/**
 * The largest of some numbers, in pieces between which the formula may wrap.
 *
 * @param {...string} parts
 */
export const max = (...parts) =>
  parts.map((part, place) => {
    const begin = place === 0 ? `${mi("max")}${mo("(")}` : "";
    return begin + part + mo(place === parts.length - 1 ? ")" : ",");
  });

/** @param {number} number at the start of a sum */
export const num = (number) => numberMath(rounded(number, DIGITS));
/** @param {number} number behind a sign of multiplication: one below 0 has brackets */
export const factor = (number) => inBrackets(rounded(number, DIGITS));

/** @param {number} number one more number of a sum, with its sign */
export const plus = (number) => mo(number < 0 ? "−" : "+") + num(Math.abs(number));

/** @param {number[]} numbers */
export const sum = ([first, ...others]) => num(first) + others.map(plus).join("");

/**
 * A sum that says below each of its numbers what it is.
 *
 * @param {[number, string][]} terms numbers and, in MathML, their names
 */
export const namedSum = (terms) =>
  terms
    .map(([number, name], place) => {
      const sign = place === 0 ? "" : mo(number < 0 ? "−" : "+");
      const shown = num(place === 0 ? number : Math.abs(number));
      return `${sign}<munder>${row(shown)}${row(name)}</munder>`;
    })
    .join("");

/**
 * An equation that wraps: its left side, then each further side behind an equals sign. The last one
 * is the result, if there are several.
 *
 * @param {string} left
 * @param {...(string | string[])} sides MathML, in pieces that stay whole or to wrap by its terms
 */
export const equation = (left, ...sides) =>
  made(
    "div",
    "equation",
    ...sides.map((side, place) => {
      const [first, ...others] = [side].flat();
      const begin = wrapping((place === 0 ? left : "") + mo("=") + first);
      begin.append(...others.map((piece) => mathElement(piece)));
      return place && place === sides.length - 1 ? made("strong", "", begin) : begin;
    }),
  );
