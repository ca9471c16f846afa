/** What stands in the cells of the table, and how wide its columns are. */

import { rounded, shown } from "../network/numbers.js";
import { isHiddenIn } from "../state/hidden.js";

/** @typedef {import("../state/state.js").Page} Page */

const DIGITS = 6;
/** The letters of the longest usual numbers, −0.000123456 and −1.23456e−12. */
const LETTERS = 12;
/** Pixels on both sides of a cell's text, together, and the width of a letter in sizes of the font. */
const PADDING = 16;
const LETTER = 0.61;
const COUNTER = "counter";

/**
 * A number with six significant digits, zeros at the end too, so that columns line up. A number
 * that has fewer digits is written as it is: 0.05.
 *
 * @param {number} number
 */
export function inCell(number) {
  const short = rounded(number, DIGITS);
  if (!Number.isFinite(number) || Number(short) === number) return shown(number, DIGITS);
  const [mantissa, exponent] = short.split("e");
  const written =
    exponent === undefined
      ? number.toPrecision(DIGITS)
      : `${Number(mantissa).toFixed(DIGITS - 1)}e${exponent}`;
  return written.replace(/-/g, "−");
}

/** The columns of a table: which there are, and where. */
export class Columns {
  /**
   * @param {Page} page
   * @param {number} fontSize in pixels
   */
  constructor({ content, training: { rows } }, fontSize) {
    const { columns, quantities, samples } = content;
    const digits = String(rows).length;
    const isCounter = (/** @type {string} */ name) => quantities[name].kind === COUNTER;
    const width = (/** @type {number} */ letters) =>
      Math.ceil(letters * LETTER * fontSize) + PADDING;
    /** The names of the quantities, without the epoch and the sample, which stand before each row. */
    this.names = columns.filter((name) => !isCounter(name));
    this.labels = this.names.map((name) => quantities[name].label);
    this.places = new Map(this.names.map((name, place) => [name, place]));
    /** What stands before each row. */
    this.heads = samples.length > 1 ? ["epoch", "sample"] : ["epoch"];
    this.headWidths = this.heads.map((head) => width(Math.max(digits, head.length)));
    this.headWidth = this.headWidths.reduce((sum, each) => sum + each, 0);
    this.widths = this.labels.map((label) => width(Math.max(LETTERS, [...label].length)));
    /** The left edge of each column, and the right one of the last; from the first column. */
    this.edges = [0];
    for (const each of this.widths) this.edges.push((this.edges.at(-1) ?? 0) + each);
    this.colors = new Map(
      Object.entries(content.roles).flatMap(([color, names]) => names.map((name) => [name, color])),
    );
  }

  /** The number of columns after those that stand before each row. */

  get count() {
    return this.names.length;
  }

  /** The width of these, in pixels. */
  get width() {
    return this.edges[this.count];
  }

  /**
   * The column at a distance from the left edge of the first.
   *
   * @param {number} left
   */
  at(left) {
    let [low, high] = [0, this.count - 1];
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (this.edges[middle] <= left) low = middle;
      else high = middle - 1;
    }
    return low;
  }
}

/**
 * Whether a number is given in a row, so that it may be changed there.
 *
 * @param {Page} page
 * @param {string} name
 * @param {number} row
 */
export function isGivenIn({ training, given, samples }, name, row) {
  return row < samples.length && name in given && training.rule(name, row) === null;
}

/**
 * What a cell shows.
 *
 * @param {Page} page
 * @param {string} name
 * @param {number} row
 */
export function cellText(page, name, row) {
  return isHiddenIn(page, name, row) ? "?" : inCell(page.training.number(name, row));
}

/**
 * What stands before a row.
 *
 * @param {Page} page
 * @param {number} row
 */
export function headTexts({ samples }, row) {
  const count = samples.length;
  return [Math.floor(row / count), (row % count) + 1].map(String);
}
