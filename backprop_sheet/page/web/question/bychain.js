/** The chain rule in an answer: the asked gradient as a product, and each of its factors. */

import { made } from "../elements.js";
import { chainOf } from "../network/chain.js";
import { mathElement, nameOf, slot } from "../network/formulas.js";
import { isHidden } from "../state/hidden.js";
import { asking, equal, equalResult, operandsOf, rightSide } from "./equations.js";
import { folded } from "./pieces.js";

/** @typedef {import("../network/chain.js").Step} Step */
/** @typedef {import("../state/state.js").Page} Page */
/** @typedef {import("./panel.js").Entry} Entry */
/** @typedef {import("./panel.js").Panel} Panel */

/** Of the steps that lead to a chain's first factor: the most that are all shown; how many of more. */
const MOST_LEADING = 6;
const NEAREST = 3;

/**
 * The chain rule of the asked gradient: the product of its factors, then each of them. They bear the
 * numbers that they have in the drawing.
 *
 * @param {Panel} panel
 */
export function chain(panel) {
  const { page } = panel;
  const steps = chainOf(page, page.asked);
  const factors = steps.filter((step) => step.factor);
  if (steps.length === 0 || (steps.length === 1 && steps[0].name === page.asked)) return [];
  const lines = factors.map((step) => made("li", "", stepLine(panel, step)));
  const leading = steps.filter((step) => !step.factor).sort((one, two) => two.number - one.number);
  if (leading.length > 0) {
    const most = leading.length <= MOST_LEADING ? MOST_LEADING : NEAREST;
    const entries = leading.map((step) => stepLine(panel, step));
    const list = folded(panel, "leading", entries, most);
    lines[0].append(made("div", "under", made("span", "quiet", "from"), list));
  }
  const product = factors[0].name === page.asked ? [] : [productOf(panel, factors)];
  return [made("h3", "", "By the chain rule"), ...product, made("ul", "steps", ...lines)];
}

/** Whether the chain rule gives the asked gradient as a product. @param {Page} page */
export const isProduct = (page) => {
  const [first] = chainOf(page, page.asked).filter((step) => step.factor);
  return Boolean(first && first.name !== page.asked);
};

/**
 * The number of a chain's step.
 *
 * @param {Panel} panel
 * @param {Step} step
 * @returns {Entry}
 */
function entryOf(panel, { name, symbol, formula }) {
  if (name) return panel.entry(name);
  const { page } = panel;
  return {
    key: symbol,
    value: () => page.training.value(formula, page.row),
    hidden: operandsOf(formula).some((operand) => isHidden(page, nameOf(operand))),
  };
}

/** @param {Step} step */
const placeOf = ({ number }) => made("span", "place", String(number));

/**
 * @param {Panel} panel
 * @param {Step} step
 */
const leftOf = (panel, { name, symbol }) =>
  name ? asking(panel, name) : made("span", "left", mathElement(symbol));

/**
 * @param {Panel} panel
 * @param {Step} step
 */
function stepLine(panel, step) {
  const { page } = panel;
  const entry = entryOf(panel, step);
  const right =
    step.name === page.asked // its formula stands above
      ? equalResult(panel, entry)
      : rightSide(panel, step.formula, page.row, entry);
  const look = step.factor ? "equation step factor" : "equation step";
  return made("div", look, placeOf(step), leftOf(panel, step), right);
}

/**
 * A gradient as the product of its chain's factors: in symbols, each under its number, and with
 * numbers.
 *
 * @param {Panel} panel
 * @param {Step[]} factors
 */
function productOf(panel, factors) {
  const { page } = panel;
  const { mathml } = page.content.quantities[page.asked];
  const symbols = factors.flatMap((step, place) => [
    made("span", "sign", place ? "·" : "="),
    made("span", "over", placeOf(step), leftOf(panel, step)),
  ]);
  const parts = [];
  if (factors.length > 1) {
    const entries = factors.map((step) => entryOf(panel, step));
    panel.line(entries, (numbers) => numbers.reduce((one, other) => one * other));
    const places = entries.map((_, place) => slot(place));
    parts.push(equal(panel, places.join("<mo>·</mo>"), { entries }));
  }
  parts.push(equalResult(panel, panel.entry(page.asked)));
  const left = made("span", "left", mathElement(mathml));
  const rule = made("span", "rule", left, ...symbols);
  return made("div", "equation product", rule, made("span", "right", ...parts));
}
