/**
 * The page's state in the fragment of its address, such as
 * `#eta=0.7&w5=0.7&epochs=100&epoch=30&ask=dE_dw1`.
 *
 * A number is written under its name, one of a sample as `i1@3=0.4`, a number that is called like
 * one of the page's own words as `@ask=0.7`. A kept curve whose stroke is not the first free one says
 * which it has: `keep@3=`. What the page opens with is left out.
 */

import { MOST_KEPT } from "../curve/kept.js";
import { keptParts, readKept } from "./curves.js";
import { numbersOf, readNumbers } from "./numbers.js";
import { attempt } from "./parts.js";
import { EPOCHS, isOfCurve, WORDS } from "./words.js";

/** @typedef {import("../state/state.js").Page} Page */

/** Milliseconds that the state rests before it is written: browsers refuse to write more often. */
const REST = 300;
/** The letters of a link that are read: more would keep the page busy for seconds. */
const LONGEST = 300_000;
const MOST_NAMED = 5;
const LONGEST_NAME = 30;

/**
 * Have the page follow its address, and the address follow the page.
 *
 * @param {Page} page
 * @param {HTMLElement} place where to say what of a link is not understood
 */
export function followLink(page, place) {
  const read = () => {
    const odd = readLink(page, location.hash.slice(1));
    place.textContent = odd.length
      ? `Ignored, as this page does not know it: ${partsListed(odd)}`
      : "";
  };
  read();
  window.addEventListener("hashchange", read);
  let waiting = 0;
  const writeSoon = () => {
    clearTimeout(waiting);
    waiting = setTimeout(() => writeLink(page), REST);
  };
  page.follow(["numbers", "row", "asked", "walk", "hidden", "curves", "look"], writeSoon);
}

/** @param {string[]} odd parts of a link */
function partsListed(odd) {
  const named = odd.slice(0, MOST_NAMED).map((part) => part.slice(0, LONGEST_NAME));
  return `${named.join(", ")}${odd.length > MOST_NAMED ? " and more" : ""}`;
}

/**
 * Put the state into the address.
 *
 * @param {Page} page
 */
export function writeLink(page) {
  const fragment = linkOf(page);
  try {
    history.replaceState(null, "", fragment ? `#${fragment}` : location.pathname + location.search);
  } catch {
    // a frame may not have the right to change its address
  }
}

/**
 * The state as a fragment.
 *
 * @param {Page} page
 */
export function linkOf(page) {
  const words = Object.entries(WORDS).map(([word, { write }]) => [word, write(page)]);
  const said = words
    .filter(([, text]) => text)
    .map(([word, text]) => `${word}=${encodeURIComponent(text)}`);
  return [...numbersOf(page.content, page), ...keptParts(page), ...said].join("&");
}

/**
 * Give the page the state that a fragment says, and else the one that it opens with.
 *
 * @param {Page} page
 * @param {string} fragment anybody may have written it
 * @returns {string[]} the parts that make no sense
 */
export function readLink(page, fragment) {
  /** @type {string[]} */
  const odd = [];
  const parts = partsOf(fragment, odd);
  const isWord = (/** @type {string} */ part) => Object.hasOwn(WORDS, part.split("=")[0]);
  const isKept = (/** @type {string} */ part) => isOfCurve(part.split(/[=@]/, 1)[0]);
  const numbers = parts.filter((part) => !isWord(part) && !isKept(part));
  clearChoices(page);
  const start = readNumbers(page, numbers, odd);
  attempt(`${EPOCHS}=${start.epochs}`, odd, () => page.startFrom(start));
  for (const [place, part] of parts.filter(isKept).entries()) {
    if (place < MOST_KEPT) attempt(part, odd, () => readKept(page, part));
    else odd.push(part);
  }
  for (const [word, { read }] of Object.entries(WORDS)) {
    const part = parts.findLast((one) => one.startsWith(`${word}=`));
    if (part) attempt(part, odd, () => read(page, decodeURIComponent(part.slice(word.length + 1))));
  }
  page.changed("curves", "asked", "walk", "hidden", "look");
  return odd;
}

/**
 * The parts of a fragment, as far as it is read.
 *
 * @param {string} fragment
 * @param {string[]} odd gets the one that is cut off
 */
function partsOf(fragment, odd) {
  const parts = fragment.slice(0, LONGEST).split("&");
  if (fragment.length > LONGEST) odd.push(parts.pop() ?? "");
  return parts.filter((part) => part !== "");
}

/** @param {Page} page */
function clearChoices(page) {
  page.row = page.content.sample - 1;
  page.asked = "";
  page.walked = -1;
  page.hidden = false;
  page.revealed.clear();
  page.logarithmic = false;
  page.kept = [];
  page.theme = "";
}
