/** The page's own words in a link: what the reader chose. */

import { wholeWithin } from "./parts.js";

/** @typedef {import("../state/state.js").Page} Page */

/**
 * A word of the page's own: how it is written, empty if there is nothing to say, and how it is read.
 * Reading throws RangeError if the text makes no sense.
 *
 * @typedef {{write: (page: Page) => string, read: (page: Page, text: string) => void}} Word
 */

/** The words of the number of epochs, and of kept curves: chosen ones, and compared rates. */
export const EPOCHS = "epochs";
export const KEPT = "keep";
export const COMPARED = "rate";
const FLAG = "1";
/** Stands for all numbers: no quantity can be called so. */
const ALL = "*";

/** @type {Record<string, Word>} */
export const WORDS = {
  epoch: {
    write: (page) => (page.epoch ? String(page.epoch) : ""),
    read: (page, text) => page.choose(wholeWithin(text, 0, page.lastEpoch), page.content.sample),
  },
  sample: {
    write: (page) => (page.sample === page.content.sample ? "" : String(page.sample)),
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

/** @param {string} key whether it is the word of a kept curve */
export const isOfCurve = (key) => key === KEPT || key === COMPARED;

/** @param {string} key whether it is any of the page's own words */
export const isOwn = (key) => Object.hasOwn(WORDS, key) || key === EPOCHS || isOfCurve(key);

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
