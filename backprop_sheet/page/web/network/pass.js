/** The pass through a row, quantity by quantity, as it is written on a board. */

/** @typedef {import("./training.js").Training} Training */

/**
 * A stop on the way: a quantity, or the number of a weight in the row below.
 *
 * @typedef {object} Stop
 * @property {"forward" | "back" | "gradients" | "update"} stage
 * @property {string} name
 * @property {boolean} next whether its number in the row below is meant
 */

const MEASURED = new Set(["mean error", "measure"]);
const FOR_UPDATES = new Set(["learning rate", "mean gradient", "clipped gradient", "state"]);

/**
 * What a number is called where that of the same quantity in the row below is another one.
 *
 * @param {string} name
 * @param {boolean} next
 */
export const keyOf = (name, next) => (next ? `next ${name}` : name);

/**
 * The stops of the pass through a row: from the inputs to the error, back, the gradients, then what
 * follows from them for the weights. Each follows all that it is computed from.
 *
 * @param {Training} training
 * @param {number} row
 * @returns {Stop[]}
 */
export function passOf(training, row) {
  const { quantities, forward, backward, trained, gradients } = training.content;
  /** @type {Stop[]} */
  const stops = [];
  const visited = new Set(Object.keys(training.given));
  /** @type {(stage: Stop["stage"], name: string) => void} */
  const visit = (stage, name) => {
    if (visited.has(name)) return;
    visited.add(name);
    const formula = training.rule(name, row);
    if (!formula || training.repeats(name, formula)) return;
    for (const operand of formula.slice(1)) {
      if (typeof operand === "string") visit(stage, operand);
    }
    stops.push({ stage, name, next: false });
  };
  const ofKinds = (/** @type {Set<string>} */ kinds) =>
    Object.keys(quantities).filter((name) => kinds.has(quantities[name].kind));
  for (const name of [...forward, ...ofKinds(MEASURED)]) visit("forward", name);
  for (const name of backward) visit("back", name);
  for (const name of trained) visit("gradients", String(gradients[name]));
  for (const name of ofKinds(FOR_UPDATES)) visit("update", name);
  for (const name of trained) {
    if (training.update(name, row)) stops.push({ stage: "update", name, next: true });
  }
  return stops;
}

/**
 * The place of each stop in a pass, by its key.
 *
 * @param {Stop[]} pass
 */
export const placesOf = (pass) =>
  new Map(pass.map(({ name, next }, place) => [keyOf(name, next), place]));
