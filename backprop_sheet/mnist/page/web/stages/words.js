/** What levels, stages and values are called, and what a stage does, in a few words. */

/** @typedef {import("../network/content.js").Stage} Stage */
/** @typedef {import("../network/field.js").Place} Place */
/** @typedef {import("../state/state.js").Page} Page */

/** @param {number} number @param {string} thing */
const counted = (number, thing) => `${number} ${thing}${number === 1 ? "" : "s"}`;

/** @param {Stage} stage */
export function whatItDoes({ kind, size }) {
  const window = `${size}\u00a0×\u00a0${size}`; // on one line
  if (kind === "max") return `keeps the largest of each ${window}`;
  if (kind === "mean") return "the mean of each map is a digit’s score";
  if (size === 1) return "weighs all maps: one for each digit";
  return `seeks patterns in ${window} windows`;
}

/**
 * What the maps of a level are called: by the first layer of their stage.
 *
 * @param {Page} page
 * @param {number} level
 */
export function nameOf({ stages }, level) {
  if (level === 0) return "picture";
  return level > stages.length ? "softmax" : stages[level - 1].layers[0];
}

/** @param {Stage} stage what its maps are, such as 8 maps of 28 × 28 */
export function sizeOf({ shape: [channels, rows, columns] }) {
  if (rows * columns === 1) return counted(channels, "number");
  return `${counted(channels, "map")} of ${rows} × ${columns}`;
}

/**
 * A value by its name, counted from 1: Conv2d-1, map 3, row 5, column 7.
 *
 * @param {Page} page
 * @param {Place} place
 */
export function placeName(page, { level, map, row, column }) {
  const name = nameOf(page, level);
  if (level > page.stages.length) return `probability of ${map}`;
  const { channels, rows, columns } = page.sizeOf(level);
  if (rows * columns === 1) return `${name}, score of ${map}`;
  const where = `row ${row + 1}, column ${column + 1}`;
  return channels === 1 ? `${name}, ${where}` : `${name}, map ${map + 1}, ${where}`;
}

/** @param {number} chance in percent */
export const percent = (chance) =>
  chance > 0 && chance < 0.00005 ? "< 0.01 %" : `${(100 * chance).toFixed(2)} %`;
