/** Kept curves in a link: what each was trained with. */

import { curveOf, freeStroke, keepCurve, MOST_KEPT, refusalToKeep } from "../curve/kept.js";
import { numbersOf, readNumbers } from "./numbers.js";
import { wholeWithin } from "./parts.js";
import { COMPARED, KEPT } from "./words.js";

/** @typedef {import("../curve/kept.js").Curve} Curve */
/** @typedef {import("../state/state.js").Page} Page */

/**
 * The parts of a link that keep the page's curves.
 *
 * @param {Page} page
 */
export function keptParts({ content, kept }) {
  return kept.map((curve, place) => {
    const parts = [encodeURIComponent(curve.name), ...numbersOf(content, curve)];
    return `${curveKey(curve, kept.slice(0, place))}=${parts.join(";")}`;
  });
}

/**
 * Keep the curve that a part of a link describes: its name, then its numbers.
 *
 * @param {Page} page
 * @param {string} part
 */
export function readKept(page, part) {
  const [key] = part.split("=", 1);
  const [word, ofStroke] = key.split("@");
  const [escapedName, ...parts] = part.slice(key.length + 1).split(";");
  /** @type {string[]} */
  const odd = [];
  const numbers = readNumbers(page, parts, odd);
  const stroke = ofStroke ? wholeWithin(ofStroke, 1, MOST_KEPT) - 1 : freeStroke(page.kept);
  const isTaken = page.kept.some((curve) => curve.stroke === stroke);
  if (odd.length > 0 || isTaken || refusalToKeep(page, numbers.epochs)) throw new RangeError(part);
  const name = decodeURIComponent(escapedName);
  const compared = word === COMPARED;
  keepCurve(page, curveOf(page.content, { name, ...numbers, compared }), stroke);
}

/**
 * The word of a kept curve, with its stroke unless that follows from the curves before it.
 *
 * @param {Curve} curve
 * @param {Curve[]} before
 */
function curveKey({ compared, stroke }, before) {
  const word = compared ? COMPARED : KEPT;
  return stroke === freeStroke(before) ? word : `${word}@${stroke + 1}`;
}
