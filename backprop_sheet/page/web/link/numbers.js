/** Numbers in a link: those that differ from the ones that the page opened with. */

import { checkEpochs, checkNumber } from "../state/accepted.js";
import { differences } from "../state/differences.js";
import { assign, copied } from "../state/startnumbers.js";
import { attempt, wholeWithin } from "./parts.js";
import { EPOCHS, isOwn } from "./words.js";

/** @typedef {import("../network/content.js").Content} Content */
/** @typedef {import("../state/state.js").Page} Page */
/** @typedef {import("../state/startnumbers.js").Numbers} Numbers */

/**
 * The parts of a link that numbers take.
 *
 * @param {Content} content
 * @param {Numbers} numbers
 * @returns {string[]}
 */
export function numbersOf(content, numbers) {
  const several = content.samples.length > 1;
  const all = differences(content, numbers).map(({ name, sample, number }) => {
    const sign = isOwn(name) ? "@" : "";
    return `${sign}${encodeURIComponent(name)}${sample && several ? `@${sample}` : ""}=${number}`;
  });
  return numbers.epochs === content.epochs ? all : [...all, `${EPOCHS}=${numbers.epochs}`];
}

/**
 * The numbers that the page opened with, but for those that parts of a link give.
 *
 * @param {Page} page
 * @param {string[]} parts
 * @param {string[]} odd gets the parts that make no sense
 * @returns {Numbers}
 */
export function readNumbers(page, parts, odd) {
  const numbers = copied(page.content);
  for (const part of parts) attempt(part, odd, () => readNumber(page, part, numbers));
  return numbers;
}

/**
 * @param {Page} page
 * @param {string} part such as w5=0.7, i1@3=0.4 or epochs=100
 * @param {Numbers} numbers get the number
 */
function readNumber(page, part, numbers) {
  const [key, text, ...more] = part.split("=");
  const number = text ? Number(text) : NaN;
  if (more.length > 0) throw new RangeError(part);
  if (key === EPOCHS) {
    checkEpochs(page.content, number);
    numbers.epochs = number;
    return;
  }
  const [escapedName, ofSample = "1"] = key.replace(/^@/, "").split("@");
  const name = decodeURIComponent(escapedName);
  const sample = wholeWithin(ofSample, 1, numbers.samples.length);
  checkNumber(page.content, name, number);
  assign(page.content, numbers, name, number, sample);
}
