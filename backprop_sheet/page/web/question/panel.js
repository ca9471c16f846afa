/** The numbers of the card: one has the same digits all over it, and only what changed is touched. */

import { writeText } from "../elements.js";
import {
  DIGITS,
  inBrackets,
  mathElement,
  nameOf,
  numberMath,
  UNKNOWN,
} from "../network/formulas.js";
import { rounded } from "../network/numbers.js";
import { isHiddenIn } from "../state/hidden.js";

/** @typedef {import("../network/content.js").Formula} Formula */
/** @typedef {import("../network/content.js").Operand} Operand */
/** @typedef {import("../state/state.js").Page} Page */

/**
 * A number of the card.
 *
 * @typedef {object} Entry
 * @property {string} key the same for the same number
 * @property {() => number} value
 * @property {boolean} hidden
 *
 * A place in which one is shown.
 *
 * @typedef {object} Slot
 * @property {Element} element
 * @property {Entry} entry
 * @property {boolean} bracketed whether a number below 0 has brackets
 * @property {() => void} after what follows from another text
 * @property {string} text
 */

const ALL_DIGITS = 17;
const ANY_DIGITS = /[\d.]+/g;

export class Panel {
  /**
   * @param {Page} page
   * @param {Set<string>} opened the lists that were folded out
   */
  constructor(page, opened) {
    this.page = page;
    this.opened = opened;
    const stop = page.pass[page.walked];
    /** Whether the walk is at the weight's number in the row below: then that is what is asked. */
    this.next = Boolean(stop?.next && stop.name === page.asked);
    /** The row of the asked number; it may be the one after the last. */
    this.row = page.row + Number(this.next);
    /** @type {Slot[]} */
    this.slots = [];
    /** @type {{entries: Entry[], result: (numbers: number[]) => number}[]} */
    this.lines = [];
  }

  /**
   * A quantity's number in a row.
   *
   * @param {Operand} operand
   * @param {number} [row]
   * @returns {Entry}
   */
  entry(operand, row = this.row) {
    const { page } = this;
    const name = nameOf(operand);
    const inRow = Array.isArray(operand) ? row - operand[1] : row;
    const isSetting = page.content.settings.includes(name);
    return {
      key: isSetting ? name : `${name} ${inRow}`,
      value: () => numberIn(page, name, inRow),
      hidden: isHiddenIn(page, name, inRow),
    };
  }

  /**
   * The numbers that go into a formula. Its result comes out of them as they are shown.
   *
   * @param {Entry[]} entries
   * @param {(numbers: number[]) => number} result
   */
  line(entries, result) {
    this.lines.push({ entries, result });
  }

  /**
   * Fill the places that an element has for numbers, now and whenever they change.
   *
   * @param {Element} element
   * @param {Entry[]} entries
   * @param {{bracketed?: boolean, after?: () => void}} [look]
   */
  fill(element, entries, { bracketed = false, after = () => {} } = {}) {
    for (const place of /** @type {NodeListOf<MathMLElement>} */ (
      element.querySelectorAll(".slot")
    )) {
      const entry = entries[Number(place.dataset.place)];
      this.slots.push({ element: place, entry, bracketed, after, text: "" });
    }
  }

  /** Write the numbers as they are now. */
  refresh() {
    const digits = this.#digits();
    for (const slot of this.slots) {
      const { key, value, hidden } = slot.entry;
      write(slot, hidden ? "?" : rounded(value(), digits.get(key) ?? DIGITS));
    }
  }

  /**
   * The digits of each number: as few as let the result of every line come out. Where a line needs
   * more, all of its numbers have them, and then wherever else these stand.
   *
   * @returns {Map<string, number>}
   */
  #digits() {
    /** @type {Map<string, number>} */
    const digits = new Map();
    const lines = this.lines.map(({ entries, result }) => {
      const numbers = entries.map(({ value }) => value());
      return { entries, result, numbers, wanted: rounded(result(numbers), DIGITS) };
    });
    const of = (/** @type {Entry} */ { key }) => digits.get(key) ?? DIGITS;
    for (let settled = false; !settled; ) {
      settled = true;
      for (const { entries, result, numbers, wanted } of lines) {
        const shown = numbers.map((number, place) => Number(rounded(number, of(entries[place]))));
        const most = Math.max(...entries.map(of));
        if (most >= ALL_DIGITS || rounded(result(shown), DIGITS) === wanted) continue;
        const more = entries.every((entry) => of(entry) === most) ? most + 1 : most;
        for (const { key } of entries) digits.set(key, more);
        settled = false;
      }
    }
    return digits;
  }
}

/**
 * A quantity's number; in the row after the last, what its formula gives.
 *
 * @param {Page} page
 * @param {string} name
 * @param {number} row
 */
function numberIn(page, name, row) {
  const { training } = page;
  if (row < training.rows) return page.number(name, row);
  const formula = training.rule(name, row);
  return formula ? training.value(formula, row) : page.number(name);
}

/** @param {string} text a number's */
const signsIn = (text) => text.replace(ANY_DIGITS, "");

/**
 * Where a number has the signs that it had, only its digits are written again.
 *
 * @param {Slot} slot
 * @param {string} text
 */
function write(slot, text) {
  if (text === slot.text) return;
  const { element, bracketed, after } = slot;
  const [mantissa, exponent] = text.match(ANY_DIGITS) ?? [];
  if (slot.text && mantissa && signsIn(text) === signsIn(slot.text)) {
    const numbers = element.querySelectorAll("mn");
    writeText(numbers[0], mantissa);
    if (exponent) writeText(numbers[numbers.length - 1], exponent);
  } else {
    const plain = bracketed ? inBrackets(text) : numberMath(text);
    element.replaceChildren(...mathElement(text === "?" ? UNKNOWN : plain).children);
  }
  slot.text = text;
  after();
}
