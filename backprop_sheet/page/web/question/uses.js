/** What a quantity goes into: the formulas that use its number, in its row and in rows below. */

/** @typedef {import("../network/content.js").Formula} Formula */
/** @typedef {import("../state/state.js").Page} Page */

/**
 * A formula that uses a number.
 *
 * @typedef {object} Use
 * @property {string} name the quantity that the formula gives
 * @property {number} row where it gives it; it may be the one after the last
 * @property {Formula} formula
 */

/**
 * The formulas that use the number that a quantity has in the chosen row. What only repeats it in a
 * row below is left out, and so is what needs numbers of a row that has not been trained.
 *
 * @param {Page} page
 * @param {string} name
 * @returns {Use[]}
 */
export function usesOf(page, name) {
  const { training, content, row } = page;
  const isSetting = content.settings.includes(name);
  const below = new Set([0, 1, training.samples.length]);
  const uses = [...below].flatMap((up) =>
    Object.keys(content.quantities).flatMap((user) => {
      const formula = training.rule(user, row + up);
      if (!formula || training.repeats(user, formula)) return [];
      const rows = rowsAbove(formula, content.settings);
      const used = isSetting
        ? formula.includes(name) && Math.min(...rows, 1) === up
        : formula.slice(1).some((operand) => isFromAbove(operand, name, up));
      const known = row + up < training.rows || rows.every((above) => above > 0);
      return used && known ? [{ name: user, row: row + up, formula }] : [];
    }),
  );
  return uses;
}

/**
 * @param {Formula[number]} operand
 * @param {string} name
 * @param {number} up
 */
const isFromAbove = (operand, name, up) =>
  Array.isArray(operand) ? operand[0] === name && operand[1] === up : operand === name && up === 0;

/**
 * How many rows up the numbers of a formula are. A setting is in no row: it goes with the others, so
 * that η goes into the weights of the row below, whose gradients are those of the chosen one.
 *
 * @param {Formula} formula
 * @param {string[]} settings
 */
function rowsAbove([, ...operands], settings) {
  return operands.flatMap((operand) => {
    if (Array.isArray(operand)) return [operand[1]];
    return settings.includes(operand) ? [] : [0];
  });
}
