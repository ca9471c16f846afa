/** The parts of an answer: what a quantity is, its formula, its chain, its cell, what it goes into. */

import { made } from "../elements.js";
import { chainOf, quantityOf } from "../network/chain.js";
import {
  asName,
  cellFormula,
  cellOf,
  inBrackets,
  mathElement,
  nameOf,
  textsGiving,
  UNKNOWN,
} from "../network/formulas.js";
import { keyOf } from "../network/pass.js";
import {
  asking,
  button,
  equal,
  equalResult,
  numberOr,
  operandsOf,
  rightSide,
} from "./equations.js";
import { meaning } from "./meanings.js";
import { usesOf } from "./uses.js";

/** @typedef {import("../network/chain.js").Step} Step */
/** @typedef {import("../network/content.js").Formula} Formula */
/** @typedef {import("../state/state.js").Page} Page */
/** @typedef {import("./uses.js").Use} Use */

/** The most entries of a list that are shown at once. */
const HANDFUL = 5;
/** The most steps of a chain that are shown at once; of more, the factors and the nearest to them. */
const MOST_STEPS = 8;
const NEAREST = 3;

/**
 * A row by its epoch and, if there are several, its sample.
 *
 * @param {Page} page
 * @param {number} row
 */
export function rowName({ samples }, row) {
  const epoch = `epoch ${Math.floor(row / samples.length)}`;
  return samples.length > 1 ? `${epoch}, sample ${(row % samples.length) + 1}` : epoch;
}

/**
 * The name of the asked quantity, its number, its cell, and what it is.
 *
 * @param {Page} page
 */
export function heading(page) {
  const { asked, content } = page;
  const { kind, label, mathml } = content.quantities[asked];
  const title = made("h2", "name", mathElement(mathml));
  title.setAttribute("aria-label", label);
  title.tabIndex = -1;
  const number = equalResult(page, numberOr(page.number(asked), page.isHidden(asked)));
  const cell = cellOf(page, asked, page.row);
  const inRow = content.settings.includes(asked) ? [] : [rowName(page, page.row)];
  const what = [kind, ...(cell ? [`cell ${plainAddress(cell)}`] : []), ...inRow].join(" · ");
  const of = quantityOf(page, asked);
  const words = meaning(kind, of && content.quantities[of].label);
  const line = made("div", "title", title, number, ...showing(page, asked));
  return [line, made("p", "quiet", what), made("p", "meaning", words)];
}

/** @param {string} address */
const plainAddress = (address) => address.replaceAll("$", "");

/**
 * A button that shows a number which is to be guessed first.
 *
 * @param {Page} page
 * @param {string} name
 * @param {boolean} [next]
 */
function showing(page, name, next = false) {
  const key = keyOf(name, next);
  if (!page.isHidden(name, next) || page.isAhead(key)) return [];
  return [button(["Show"], () => page.reveal(key), "show")];
}

/**
 * The formula of the asked quantity, and the names in it with their numbers.
 *
 * @param {Page} page
 */
export function working(page) {
  const { asked, row, training } = page;
  const formula = training.rule(asked, row);
  if (!formula) return [];
  if (training.repeats(asked, formula)) return [made("p", "", "It keeps its number in this row.")];
  const { mathml, short } = page.content.quantities[asked];
  const look = { hidden: page.isHidden(asked), short };
  const left = made("span", "left", mathElement(mathml));
  const equation = made("div", "equation block", left, rightSide(page, formula, row, look));
  return [equation, ...note(page, [formula], row - 1), ...operandButtons(page, formula)];
}

/**
 * Says what the arrow in formulas means, if there is one.
 *
 * @param {Page} page
 * @param {Formula[]} formulas
 * @param {number} above the row that it stands for
 */
function note(page, formulas, above) {
  if (!formulas.some((formula) => operandsOf(formula).some(Array.isArray))) return [];
  return [made("p", "quiet", `↑ from the row above: ${rowName(page, above)}`)];
}

/**
 * @param {Page} page
 * @param {Formula} formula
 */
function operandButtons(page, formula) {
  const operands = operandsOf(formula);
  if (operands.length === 0) return [];
  const buttons = operands.map((operand) => {
    const name = nameOf(operand);
    const number = page.training.operand(operand, page.row);
    return asking(page, name, {
      number: numberOr(number, page.isHidden(name)),
      above: Array.isArray(operand),
    });
  });
  return [made("h3", "", "From"), folded(page, "from", buttons, 3 * HANDFUL)];
}

/** What was folded out for the asked quantity. @type {{asked: string, keys: Set<string>}} */
const open = { asked: "", keys: new Set() };

/**
 * A list cut to a handful; a button opens the other entries. Of steps, it is the first that are cut.
 *
 * @param {Page} page
 * @param {"from" | "steps" | "uses"} key what the list is called
 * @param {HTMLElement[]} entries
 * @param {number} most
 */
function folded({ asked }, key, entries, most) {
  if (open.asked !== asked) {
    open.asked = asked;
    open.keys.clear();
  }
  const items = entries.map((entry) => made("li", "", entry));
  const list = made("ul", key, ...items);
  const cut = key === "steps" ? items.slice(0, -most) : items.slice(most);
  if (cut.length < 2 || open.keys.has(key)) return list;
  const words = key === "steps" ? `${cut.length} steps before these` : `and ${cut.length} more`;
  const more = button([words], () => {
    open.keys.add(key);
    more.remove();
    list.replaceChildren(...items);
    cut[0].querySelector("button")?.focus();
  });
  for (const item of cut) item.remove();
  return key === "steps" ? made("div", "folded", more, list) : made("div", "folded", list, more);
}

/**
 * The chain rule of the asked gradient, with the numbers that its steps have in the drawing.
 *
 * @param {Page} page
 */
export function chain(page) {
  const steps = chainOf(page, page.asked);
  const factors = steps.filter((step) => step.factor);
  if (steps.length === 0 || (steps.length === 1 && steps[0].name === page.asked)) return [];
  const { mathml } = page.content.quantities[page.asked];
  const leading = steps.filter((step) => !step.factor);
  const parts = [];
  if (factors[0].name !== page.asked) {
    const symbols = factors.map(({ symbol, name }, place) =>
      name ? asName(symbol, place) : symbol,
    );
    const names = factors.map((step) => step.name);
    const left = made("span", "left", mathElement(mathml));
    parts.push(made("div", "equation", left, equal(page, symbols.join("<mo>·</mo>"), names)));
  }
  const lines = [...leading, ...factors].map((step) => stepLine(page, step));
  const most = lines.length <= MOST_STEPS ? MOST_STEPS : factors.length + NEAREST;
  parts.push(folded(page, "steps", lines, most));
  if (factors.length > 1) parts.push(productLine(page, factors));
  return [made("h3", "", "By the chain rule"), ...parts];
}

/**
 * @param {Page} page
 * @param {Step} step
 */
const isHiddenStep = (page, { name, formula }) =>
  name
    ? page.isHidden(name)
    : operandsOf(formula).some((operand) => page.isHidden(nameOf(operand)));

/**
 * @param {Page} page
 * @param {Step} step
 */
function stepLine(page, step) {
  const { number, name, symbol, formula, factor } = step;
  const left = name ? asking(page, name) : made("span", "left", mathElement(symbol));
  const hidden = isHiddenStep(page, step);
  const right =
    name === page.asked // its formula stands above
      ? equalResult(page, numberOr(page.number(name), hidden))
      : rightSide(page, formula, page.row, { hidden });
  const look = factor ? "equation step factor" : "equation step";
  return made("div", look, made("span", "place", String(number)), left, right);
}

/**
 * The product of a chain's factors, with numbers.
 *
 * @param {Page} page
 * @param {Step[]} factors
 */
function productLine(page, factors) {
  const { asked, row, training } = page;
  const values = factors.map(({ formula }) => training.value(formula, row));
  const texts = textsGiving(values, (numbers) => numbers.reduce((one, other) => one * other));
  const shown = factors.map((step, place) =>
    isHiddenStep(page, step) ? UNKNOWN : inBrackets(texts[place]),
  );
  const result = equalResult(page, numberOr(page.number(asked), page.isHidden(asked)));
  const left = made("span", "left", mathElement(page.content.quantities[asked].mathml));
  const product = equal(page, shown.join("<mo>·</mo>"));
  return made("div", "equation product", left, product, result);
}

/**
 * The asked quantity's cell in the sheet.
 *
 * @param {Page} page
 */
export function cell(page) {
  const address = cellOf(page, page.asked, page.row);
  if (!page.content.sheet) return [];
  if (!address)
    return [made("p", "quiet", "It has no column in the sheet: other cells contain it.")];
  const formula = cellFormula(page, page.asked, page.row);
  const title = made("h3", "", `Cell ${plainAddress(address)}`);
  if (!formula) return [title, made("p", "", "A typed number.")];
  const code = made("code", "", formula);
  const copy = button(["Copy"], () => {
    const select = () => {
      getSelection()?.selectAllChildren(code);
      copy.textContent = "Selected";
    };
    const copied = () => {
      copy.textContent = "Copied";
    };
    if (navigator.clipboard) navigator.clipboard.writeText(formula).then(copied, select);
    else select();
  });
  copy.setAttribute("aria-label", "Copy the cell's formula");
  return [title, made("div", "cell", code, copy)];
}

/**
 * The next number of the asked weight.
 *
 * @param {Page} page
 */
export function update(page) {
  const { asked, row, training, content } = page;
  if (!content.trained.includes(asked)) return [];
  const title = made("h3", "", "Next");
  const formula = training.update(asked, row);
  if (!formula) return [title, made("p", "", "It keeps its number in the next row.")];
  const use = { name: asked, row: row + 1, formula };
  const isCurrent = page.walked >= 0 && page.pass[page.walked].next;
  const line = made("div", isCurrent ? "current" : "", useLine(page, use));
  line.append(...showing(page, asked, true));
  return [title, line, ...note(page, [formula], row)];
}

/**
 * What the asked quantity goes into.
 *
 * @param {Page} page
 */
export function goesInto(page) {
  const { asked, row, content } = page;
  const isNext = (/** @type {Use} */ use) => use.name === asked && content.trained.includes(asked);
  const uses = usesOf(page, asked).filter((use) => !isNext(use));
  if (uses.length === 0) return [made("p", "quiet", "Nothing else here uses it.")];
  const below = uses.filter((use) => use.row > row).map(({ formula }) => formula);
  const lines = uses.map((use) => useLine(page, use));
  const here = uses.filter((use) => use.row === row).map(({ formula }) => formula);
  const notes =
    note(page, below, row).length > 0 ? note(page, below, row) : note(page, here, row - 1);
  return [made("h3", "", "Goes into"), folded(page, "uses", lines, HANDFUL), ...notes];
}

/**
 * @param {Page} page
 * @param {Use} use
 */
function useLine(page, { name, row, formula }) {
  const below = row > page.row;
  const hidden = below ? isHiddenBelow(page, name) : page.isHidden(name);
  const left = asking(page, name);
  const where = below ? [made("span", "quiet", ` of ${rowName(page, row)} `)] : [];
  const right = rightSide(page, formula, row, { hidden });
  return made("div", "equation", left, ...where, right);
}

/**
 * Whether the number of a quantity in a row below is hidden.
 *
 * @param {Page} page
 * @param {string} name
 */
function isHiddenBelow(page, name) {
  if (page.content.trained.includes(name)) return page.isHidden(name, true);
  return page.hidden || page.walked >= 0;
}
