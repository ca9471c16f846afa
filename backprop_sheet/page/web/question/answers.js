/** The parts of an answer: what a quantity is, its formula, its chain, its cell, what it goes into. */

import { made } from "../elements.js";
import { chainOf } from "../network/chain.js";
import { cellFormula, cellOf, mathElement, nameOf, slot } from "../network/formulas.js";
import { keyOf } from "../network/pass.js";
import { isAhead, isHidden } from "../state/hidden.js";
import { asking, button, equal, equalResult, operandsOf, rightSide } from "./equations.js";
import { meaningOf } from "./meanings.js";
import { usesOf } from "./uses.js";

/** @typedef {import("../network/chain.js").Step} Step */
/** @typedef {import("../network/content.js").Formula} Formula */
/** @typedef {import("../network/content.js").Operand} Operand */
/** @typedef {import("../state/state.js").Page} Page */
/** @typedef {import("./panel.js").Entry} Entry */
/** @typedef {import("./panel.js").Panel} Panel */
/** @typedef {import("./uses.js").Use} Use */

/** The most entries of a list that are shown at once. */
const HANDFUL = 5;
/** Of the steps that lead to a chain's first factor: the most that are all shown; how many of more. */
const MOST_LEADING = 6;
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
 * @param {Panel} panel
 */
export function heading(panel) {
  const { page, row, next } = panel;
  const { asked, content } = page;
  const { kind, label, mathml } = content.quantities[asked];
  const title = made("h2", "name", mathElement(mathml));
  title.setAttribute("aria-label", label);
  title.tabIndex = -1;
  const number = equalResult(panel, panel.entry(asked));
  const cell = cellOf(page, asked, row);
  const what = [
    next ? `${kind} after the step` : kind,
    ...(cell ? [`cell ${plainAddress(cell)}`] : []),
    ...(content.settings.includes(asked) ? [] : [rowName(page, row)]),
  ];
  const about = made("span", "quiet what", what.join(" · "));
  const look = next ? "title current" : "title";
  const line = made("div", look, title, number, ...showing(page, asked, next), about);
  return [line, made("p", "meaning", meaningOf(page, asked))];
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
  if (!isHidden(page, name, next) || isAhead(page, key)) return [];
  return [button(["Show"], () => page.reveal(key), "show")];
}

/**
 * The formula of the asked quantity, and the names in it with their numbers.
 *
 * @param {Panel} panel
 */
export function working(panel) {
  const { page, row } = panel;
  const { asked, training } = page;
  const formula = training.rule(asked, row);
  if (!formula) return [];
  if (training.repeats(asked, formula)) return [made("p", "", "It keeps its number in this row.")];
  const { mathml, short } = page.content.quantities[asked];
  const left = made("span", "left", mathElement(mathml));
  const right = rightSide(panel, formula, row, panel.entry(asked), short);
  const equation = made("div", "equation block", left, right);
  return [equation, ...note(page, [formula], row - 1), ...operandButtons(panel, formula)];
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
 * @param {Panel} panel
 * @param {Formula} formula
 */
function operandButtons(panel, formula) {
  const operands = operandsOf(formula);
  if (operands.length === 0) return [];
  const buttons = operands.map((operand) =>
    asking(panel, nameOf(operand), {
      entry: panel.entry(operand),
      above: Array.isArray(operand),
    }),
  );
  return [
    made("div", "aside", made("h3", "", "From"), folded(panel, "from", buttons, 2 * HANDFUL)),
  ];
}

/**
 * A list cut to a handful; a button opens the other entries.
 *
 * @param {Panel} panel
 * @param {"from" | "leading" | "uses"} key what the list is called
 * @param {Node[]} entries
 * @param {number} most
 */
function folded({ opened }, key, entries, most) {
  const items = entries.map((entry) => made("li", "", entry));
  const list = made("ul", key, ...items);
  const cut = items.slice(most);
  if (cut.length < 2 || opened.has(key)) return list;
  const more = button([`and ${cut.length} more`], () => {
    opened.add(key);
    more.remove();
    list.replaceChildren(...items);
    cut[0].querySelector("button")?.focus();
  });
  for (const item of cut) item.remove();
  return made("div", "folded", list, more);
}

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

/**
 * The asked quantity's cell in the sheet.
 *
 * @param {Panel} panel
 */
export function cell({ page, row }) {
  const address = cellOf(page, page.asked, row);
  if (!page.content.sheet) return [];
  if (!address)
    return [made("p", "quiet", "It has no column in the sheet: other cells contain it.")];
  const formula = cellFormula(page, page.asked, row);
  const title = made("h3", "", `Cell ${plainAddress(address)}`);
  if (!formula) return [made("div", "aside", title, made("p", "", "A typed number."))];
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
 * @param {Panel} panel
 */
export function update(panel) {
  const { page, next } = panel;
  const { asked, row, training, content } = page;
  if (next || !content.trained.includes(asked)) return [];
  const title = made("h3", "", "Next");
  const formula = training.update(asked, row);
  if (!formula) return [title, made("p", "", "It keeps its number in the next row.")];
  const line = made("div", "", useLine(panel, { name: asked, row: row + 1, formula }));
  line.append(...showing(page, asked, true));
  return [title, line, ...note(page, [formula], row)];
}

/**
 * What the asked quantity goes into.
 *
 * @param {Panel} panel
 */
export function goesInto(panel) {
  const { page, next } = panel;
  const { asked, row, content } = page;
  if (next) return [];
  const isNext = (/** @type {Use} */ use) => use.name === asked && content.trained.includes(asked);
  const uses = usesOf(page, asked).filter((use) => !isNext(use));
  if (uses.length === 0) return goesNowhere(panel);
  const below = uses.filter((use) => use.row > row).map(({ formula }) => formula);
  const lines = uses.map((use) => useLine(panel, use));
  const here = uses.filter((use) => use.row === row).map(({ formula }) => formula);
  const notes =
    note(page, below, row).length > 0 ? note(page, below, row) : note(page, here, row - 1);
  return [made("h3", "", "Goes into"), folded(panel, "uses", lines, HANDFUL), ...notes];
}

/**
 * The total error goes into no formula, and yet the way back is from it: with partials of its own.
 *
 * @param {Panel} panel
 */
function goesNowhere(panel) {
  const { page } = panel;
  const { content, training, row, asked } = page;
  const gradients = new Set(Object.values(content.gradients));
  const isFirst = (/** @type {string} */ name) =>
    !operandsOf(training.rule(name, row) ?? [0]).some((operand) => gradients.has(nameOf(operand)));
  const first = content.backward.filter(isFirst);
  if (content.quantities[asked].kind !== "total error" || first.length === 0) {
    return [made("p", "quiet", "Nothing else here uses it.")];
  }
  const buttons = first.map((name) => asking(panel, name, { entry: panel.entry(name) }));
  const words = "No formula uses its number: the way back begins with its partials.";
  return [made("p", "quiet", words), folded(panel, "from", buttons, 2 * HANDFUL)];
}

/**
 * @param {Panel} panel
 * @param {Use} use
 */
function useLine(panel, { name, row, formula }) {
  const { page } = panel;
  const left = asking(panel, name);
  const where = row > page.row ? [made("span", "quiet", ` of ${rowName(page, row)} `)] : [];
  const right = rightSide(panel, formula, row, panel.entry(name, row));
  return made("div", "equation", left, ...where, right);
}
