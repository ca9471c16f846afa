/** The chain rule: the factors of a gradient from the error back, and their places in the drawing. */

import { nameOf, partial } from "./formulas.js";

/** @typedef {import("./content.js").Formula} Formula */
/** @typedef {import("../state/state.js").Page} Page */

/**
 * A link of the drawing that a number stands at: from `lower` to `upper`, which uses it.
 *
 * @typedef {{upper: string, lower: string, number: number}} Light
 */

/**
 * A factor of a chain, or what leads to one.
 *
 * @typedef {object} Step
 * @property {number} number where it stands in the chain, from 1; what is computed side by side, such
 *   as ∂E/∂o1 and ∂E/∂o2, has the same number
 * @property {string} name the quantity that it is; empty for a local partial, such as ∂h1/∂w1
 * @property {string} symbol in MathML
 * @property {Formula} formula
 * @property {boolean} factor whether the gradient is a product with it
 * @property {[string, string][]} links what it goes through: pairs of upper and lower
 */

/**
 * The quantity that each gradient is of.
 *
 * @param {Page} page
 * @param {string} gradient
 * @returns {string} empty if it is no gradient
 */
export function quantityOf({ content }, gradient) {
  return Object.keys(content.gradients).find((name) => content.gradients[name] === gradient) ?? "";
}

/**
 * The quantities that use another in the forward pass.
 *
 * @param {Page} page
 * @param {string} lower
 */
export function usersInPass({ content }, lower) {
  return Object.keys(content.slopes).filter((upper) => lower in content.slopes[upper]);
}

/**
 * The steps of the chain that gives a gradient, from the error back.
 *
 * @param {Page} page
 * @param {string} gradient
 * @returns {Step[]} empty if it is no gradient
 */
export function chainOf(page, gradient) {
  const of = quantityOf(page, gradient);
  if (!of) return [];
  const { content } = page;
  const path = content.paths[of];
  const [, lower] = path[0];
  const first = String(content.gradients[lower]);
  /** @type {Step[]} */
  const steps = [];
  const depths = depthsTo(page, first);
  for (const [name, number] of [...depths].sort((one, two) => one[1] - two[1])) {
    steps.push(gradientStep(page, name, number, name === first));
  }
  let number = depths.get(first) ?? 0;
  for (const [upper, under] of path.slice(1)) {
    number += 1;
    const formula = content.slopes[upper][under];
    const symbol = partial(page, upper, under);
    steps.push({ number, name: "", symbol, formula, factor: true, links: [[upper, under]] });
  }
  return steps;
}

/**
 * @param {Page} page
 * @param {string} name
 * @param {number} number
 * @param {boolean} factor
 * @returns {Step}
 */
function gradientStep(page, name, number, factor) {
  const of = quantityOf(page, name);
  const formula = /** @type {Formula} */ (page.training.rule(name, page.row));
  /** @type {[string, string][]} */
  const links = usersInPass(page, of).map((upper) => [upper, of]);
  return { number, name, symbol: page.content.quantities[name].mathml, formula, factor, links };
}

/**
 * The gradients that lead to one, each with the length of its way from the error.
 *
 * @param {Page} page
 * @param {string} goal
 * @returns {Map<string, number>}
 */
function depthsTo(page, goal) {
  const gradients = new Set(Object.values(page.content.gradients));
  /** @type {Map<string, number>} */
  const depths = new Map();
  /** @type {(name: string) => number} */
  const visit = (name) => {
    const known = depths.get(name);
    if (known !== undefined) return known;
    const [, ...operands] = page.training.rule(name, page.row) ?? [0];
    const above = operands.map(nameOf).filter((operand) => gradients.has(operand));
    const depth = 1 + Math.max(0, ...above.map(visit));
    depths.set(name, depth);
    return depth;
  };
  if (goal in page.content.quantities) visit(goal);
  return depths;
}

/**
 * What is lit in the drawing for the asked quantity: its chain if it is a gradient, else what it is
 * computed from.
 *
 * @param {Page} page
 * @returns {Light[]}
 */
export function lights(page) {
  if (!page.asked) return [];
  const steps = chainOf(page, page.asked);
  if (steps.length > 0) {
    return steps.flatMap(({ number, links }) =>
      links.map(([upper, lower]) => ({ upper, lower, number })),
    );
  }
  const slopes = page.content.slopes[page.asked] ?? {};
  return Object.keys(slopes).map((lower) => ({ upper: page.asked, lower, number: 0 }));
}
