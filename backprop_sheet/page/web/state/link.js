/**
 * The page's state in the fragment of its address, such as
 * `#eta=0.7&w5=0.7&epochs=100&epoch=30&ask=dE_dw1`.
 *
 * A number is written under its name, one of a sample as `i1@3=0.4`, a number that is called like
 * one of the page's own words as `@ask=0.7`. A kept curve whose stroke is not the first free one says
 * which it has: `keep@3=`. What the page opens with is left out.
 */

import { curveOf, freeStroke, keepCurve, MOST_KEPT, refusalToKeep } from "../curve/kept.js";
import { checkEpochs, checkNumber } from "./accepted.js";
import { differences } from "./differences.js";
import { assign, copied } from "./startnumbers.js";

/** @typedef {import("../network/content.js").Content} Content */
/** @typedef {import("./differences.js").Difference} Difference */
/** @typedef {import("./state.js").Curve} Curve */
/** @typedef {import("./startnumbers.js").Numbers} Numbers */
/** @typedef {import("./state.js").Page} Page */

/**
 * A word of the page's own: how it is written, empty if there is nothing to say, and how it is read.
 * Reading throws RangeError if the text makes no sense.
 *
 * @typedef {{write: (page: Page) => string, read: (page: Page, text: string) => void}} Word
 */

/** Milliseconds that the state rests before it is written: browsers refuse to write more often. */
const REST = 300;
/** The letters of a link that are read: more would keep the page busy for seconds. */
const LONGEST = 300_000;
const MOST_NAMED = 5;
const LONGEST_NAME = 30;
const EPOCHS = "epochs";
const KEPT = "keep";
const COMPARED = "rate";
const KEYS_OF_CURVES = [KEPT, COMPARED];
const FLAG = "1";
/** Stands for all numbers: no quantity can be called so. */
const ALL = "*";

/** @type {Record<string, Word>} */
const WORDS = {
  epoch: {
    write: (page) => (page.epoch ? String(page.epoch) : ""),
    read: (page, text) => page.choose(wholeWithin(text, 0, page.lastEpoch), 1),
  },
  sample: {
    write: (page) => (page.sample > 1 ? String(page.sample) : ""),
    read: (page, text) => page.choose(page.epoch, wholeWithin(text, 1, page.samples.length)),
  },
  // Before what is asked: a stop asks its own quantity, and the reader may have asked another since.
  walk: {
    write: (page) => (page.walked < 0 ? "" : String(page.walked)),
    read: (page, text) => page.walk(wholeWithin(text, 0, page.pass.length - 1)),
  },
  ask: {
    write: (page) => page.asked,
    read: (page, text) => {
      page.asked = knownQuantity(page, text);
      page.changed("asked");
    },
  },
  log: {
    write: (page) => (page.logarithmic ? FLAG : ""),
    read: (page, text) => {
      page.logarithmic = flagOf(text);
      page.changed("curves");
    },
  },
  hide: {
    write: (page) => (page.hidden ? FLAG : ""),
    read: (page, text) => {
      page.hidden = flagOf(text);
      page.changed("hidden");
    },
  },
  show: {
    write: ({ hidden, revealed, keys }) => {
      if (!hidden) return "";
      return keys.every((key) => revealed.has(key))
        ? ALL
        : [...revealed].map(encodeURIComponent).join();
    },
    read: (page, text) => page.reveal(...(text === ALL ? page.keys : keysIn(page, text))),
  },
  theme: {
    write: (page) => page.theme,
    read: (page, text) => {
      if (text !== "light" && text !== "dark") throw new RangeError(text);
      page.setTheme(text);
    },
  },
};

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
  const kept = page.kept.map(
    (curve, place) =>
      `${curveKey(curve, page.kept.slice(0, place))}=${[encodeURIComponent(curve.name), ...numbersOf(page.content, curve)].join(";")}`,
  );
  const words = Object.entries(WORDS).map(([word, { write }]) => [word, write(page)]);
  const said = words
    .filter(([, text]) => text)
    .map(([word, text]) => `${word}=${encodeURIComponent(text)}`);
  return [...numbersOf(page.content, page), ...kept, ...said].join("&");
}

/**
 * @param {Content} content
 * @param {Numbers} numbers
 * @returns {string[]}
 */
function numbersOf(content, numbers) {
  const several = content.samples.length > 1;
  const all = differences(content, numbers).map(({ name, sample, number }) => {
    const own =
      Object.hasOwn(WORDS, name) || name === EPOCHS || KEYS_OF_CURVES.includes(name) ? "@" : "";
    return `${own}${encodeURIComponent(name)}${sample && several ? `@${sample}` : ""}=${number}`;
  });
  return numbers.epochs === content.epochs ? all : [...all, `${EPOCHS}=${numbers.epochs}`];
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
  const isKept = (/** @type {string} */ part) => KEYS_OF_CURVES.includes(part.split(/[=@]/, 1)[0]);
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

/**
 * The numbers that the page opened with, but for those that parts of a link give.
 *
 * @param {Page} page
 * @param {string[]} parts
 * @param {string[]} odd gets the parts that make no sense
 * @returns {Numbers}
 */
function readNumbers(page, parts, odd) {
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

/**
 * Keep the curve that a part of a link describes: its name, then its numbers.
 *
 * @param {Page} page
 * @param {string} part
 */
function readKept(page, part) {
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

/**
 * Do what a part of a link says.
 *
 * @param {string} part
 * @param {string[]} odd gets the part if it makes no sense
 * @param {() => void} doIt
 */
function attempt(part, odd, doIt) {
  try {
    doIt();
  } catch (error) {
    if (!(error instanceof RangeError || error instanceof URIError)) throw error;
    odd.push(part);
  }
}

/**
 * A whole number between two others.
 *
 * @param {string} text
 * @param {number} low
 * @param {number} high
 */
function wholeWithin(text, low, high) {
  const number = /^\d+$/.test(text) ? Number(text) : NaN;
  if (!(number >= low && number <= high)) throw new RangeError(text);
  return number;
}

/** @param {string} text */
function flagOf(text) {
  if (text !== FLAG) throw new RangeError(text);
  return true;
}

/**
 * @param {Page} page
 * @param {string} name
 */
function knownQuantity({ content }, name) {
  if (!Object.hasOwn(content.quantities, name)) throw new RangeError(name);
  return name;
}

/**
 * The keys of the numbers that a list names.
 *
 * @param {Page} page
 * @param {string} text
 */
function keysIn({ keys }, text) {
  const named = text.split(",").map(decodeURIComponent);
  if (!named.every((key) => keys.includes(key))) throw new RangeError(text);
  return named;
}

/** @param {Page} page */
function clearChoices(page) {
  page.row = 0;
  page.asked = "";
  page.walked = -1;
  page.hidden = false;
  page.revealed.clear();
  page.logarithmic = false;
  page.kept = [];
  page.theme = "";
}
