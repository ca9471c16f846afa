/** Formulas in MathML, in symbols or with numbers, and as a spreadsheet has them. */

/** @typedef {import("./content.js").Formula} Formula */
/** @typedef {import("./content.js").Operand} Operand */
/** @typedef {import("../state/state.js").Page} Page */

/** The significant digits of a result. */
export const DIGITS = 6;
/** What stands for a hidden number. */
export const UNKNOWN = "<mi>?</mi>";

/**
 * A template with its places filled.
 *
 * @param {string} template
 * @param {string[]} texts
 */
const filled = (template, texts) => template.replace(/\{(\d+)\}/g, (_, place) => texts[place]);

/** @param {Operand} operand */
export const nameOf = (operand) => (Array.isArray(operand) ? operand[0] : operand);

/** @param {string} text */
const row = (text) => `<mrow>${text}</mrow>`;

/**
 * A name that bears its place in a formula.
 *
 * @param {string} mathml
 * @param {number} place
 */
export const asName = (mathml, place) =>
  `<mrow class="name" data-place="${place}">${mathml}</mrow>`;

/** @param {string} mathml a name's, whose number is from a row above */
export const fromAbove = (mathml) => `<msup>${row(mathml)}<mo>↑</mo></msup>`;

/**
 * A formula in symbols, as MathML. Each name bears its place in the formula; an arrow marks those
 * from a row above.
 *
 * @param {Page} page
 * @param {Formula} formula
 */
export function inSymbols({ content }, [shape, ...operands]) {
  const symbols = operands.map((operand, place) => {
    const symbol = content.quantities[nameOf(operand)].mathml;
    return asName(Array.isArray(operand) ? fromAbove(symbol) : symbol, place);
  });
  return filled(content.shapes[shape][0], symbols);
}

/** @param {number} place of a number in a formula, which is filled in later */
export const slot = (place) => `<mrow class="slot" data-place="${place}"></mrow>`;

/**
 * A formula with places for its numbers, as MathML.
 *
 * @param {Page} page
 * @param {Formula} formula
 */
export const inNumbers = ({ content }, [shape, ...operands]) =>
  filled(
    content.shapes[shape][0],
    operands.map((_, place) => slot(place)),
  );

/** @param {string} text a number's; one below 0 gets brackets */
export function inBrackets(text) {
  const number = numberMath(text);
  return text.startsWith("-") ? row(`<mo>(</mo>${number}<mo>)</mo>`) : number;
}

/**
 * A number's text as MathML: 1.5e-5 is 1.5·10^−5.
 *
 * @param {string} text
 */
export function numberMath(text) {
  const [mantissa, exponent] = text.split("e");
  const signed = (/** @type {string} */ part) =>
    part.startsWith("-") ? `<mo>−</mo><mn>${part.slice(1)}</mn>` : `<mn>${part}</mn>`;
  if (exponent === undefined) return row(signed(mantissa));
  const power = `<msup><mn>10</mn>${row(signed(exponent))}</msup>`;
  return row(`${signed(mantissa)}<mo>·</mo>${power}`);
}

/**
 * ∂upper/∂lower as MathML.
 *
 * @param {Page} page
 * @param {string} upper
 * @param {string} lower
 */
export function partial({ content }, upper, lower) {
  const parts = [upper, lower].map((name) => row(`<mo>∂</mo>${content.quantities[name].mathml}`));
  return `<mfrac>${parts.join("")}</mfrac>`;
}

/**
 * A formula on the page.
 *
 * @param {string} mathml made by this module: never what a reader or a link gives
 * @param {boolean} [block] whether it stands on a line of its own
 * @returns {Element}
 */
export function mathElement(mathml, block = false) {
  const holder = document.createElement("template");
  holder.innerHTML = `<math${block ? ' display="block"' : ""}>${mathml}</math>`;
  return /** @type {Element} */ (holder.content.firstChild);
}

/**
 * The formula of a quantity's cell in a row of the sheet; empty where its number is given or the sheet
 * has no such row.
 *
 * @param {Page} page
 * @param {string} name
 * @param {number} inRow
 */
export function cellFormula(page, name, inRow) {
  const formula = page.training.cell(name, inRow);
  if (!formula || !cellOf(page, name, inRow)) return "";
  const [shape, ...operands] = formula;
  const addresses = operands.map((operand) =>
    Array.isArray(operand)
      ? cellOf(page, operand[0], inRow - operand[1])
      : cellOf(page, operand, inRow),
  );
  return `=${filled(page.content.shapes[shape][1], addresses)}`;
}

/**
 * The address of a quantity's cell in the sheet; empty if it has none.
 *
 * @param {Page} page
 * @param {string} name
 * @param {number} inRow
 */
export function cellOf({ content }, name, inRow) {
  const { sheet } = content;
  if (!sheet) return "";
  if (name in sheet.settings) return sheet.settings[name];
  const row = sheet.first + inRow;
  return name in sheet.columns && row <= sheet.last ? `${sheet.columns[name]}${row}` : "";
}
