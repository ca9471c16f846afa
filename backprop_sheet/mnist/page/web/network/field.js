/** What a value of a map follows from: its window, and on earlier maps and the picture its field. */

/** @typedef {import("./content.js").Stage} Stage */

/**
 * A value of a map. Level 0 is the picture, level 1 what the first stage gives, and so on; behind
 * the last stage's level come the probabilities, a map each.
 *
 * @typedef {object} Place
 * @property {number} level
 * @property {number} map
 * @property {number} row
 * @property {number} column
 *
 * Rows and columns of a map, the last ones included; some may lie in the padding around it.
 *
 * @typedef {object} Window
 * @property {number} top
 * @property {number} left
 * @property {number} bottom
 * @property {number} right
 * @property {number} map the only map that it is on; -1 if it is on all of them
 */

/**
 * The windows that a value follows from, by level, from the picture on. The last one is the value's
 * own place or, for a probability, that of the scores.
 *
 * @param {Stage[]} stages
 * @param {Place} place
 * @returns {Window[]}
 */
export function fieldOf(stages, { level, map, row, column }) {
  const isChance = level > stages.length; // softmax takes all ten scores
  const own = { top: row, left: column, bottom: row, right: column, map: isChance ? -1 : map };
  const windows = [own];
  for (const stage of stages.slice(0, level).reverse()) windows.unshift(below(stage, windows[0]));
  return windows;
}

/**
 * The window that a stage takes for values of a window.
 *
 * @param {Stage} stage
 * @param {Window} window
 * @returns {Window}
 */
function below(stage, { top, left, bottom, right, map }) {
  const { size } = stage;
  if (stage.kind === "convolution") {
    const before = stage.padding;
    const after = size - 1 - before;
    return {
      top: top - before,
      left: left - before,
      bottom: bottom + after,
      right: right + after,
      map: -1,
    };
  }
  const last = size - 1;
  return {
    top: top * size,
    left: left * size,
    bottom: bottom * size + last,
    right: right * size + last,
    map,
  };
}

/**
 * The part of a window that lies on a map.
 *
 * @param {Window} window
 * @param {{rows: number, columns: number}} size
 * @returns {Window}
 */
export const onMap = ({ top, left, bottom, right, map }, { rows, columns }) => ({
  top: Math.max(0, top),
  left: Math.max(0, left),
  bottom: Math.min(rows - 1, bottom),
  right: Math.min(columns - 1, right),
  map,
});
