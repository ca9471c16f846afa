/** A training: the numbers of all rows, and of any quantity in any row. */

import { FUNCTIONS, train } from "./network.js";

/** @typedef {import("./content.js").Content} Content */
/** @typedef {import("./content.js").Formula} Formula */
/** @typedef {import("./content.js").Operand} Operand */

export class Training {
  /**
   * Train from given numbers.
   *
   * @param {Content} content
   * @param {Record<string, number>} given
   * @param {number[][]} samples
   * @param {number} epochs
   */
  constructor(content, given, samples, epochs) {
    this.content = content;
    this.given = given;
    this.samples = samples;
    this.width = content.columns.length;
    this.table = new Float64Array(samples.length * epochs * this.width);
    /** The number of rows; fewer than asked for if the training diverged. */
    this.rows = train(given, samples, epochs, this.table);
    this.diverged = this.rows < samples.length * epochs;
    this.columns = new Map(content.columns.map((name, column) => [name, column]));
    /** @type {Map<string, number>} */
    this.known = new Map();
    this.knownRow = -1;
  }

  /** The number of epochs that have all of their rows. */
  get epochs() {
    return Math.floor(this.rows / this.samples.length);
  }

  /**
   * The number of a quantity in a row.
   *
   * @param {string} name
   * @param {number} row
   * @returns {number}
   */
  number(name, row) {
    const column = this.columns.get(name);
    if (column !== undefined) return this.table[row * this.width + column];
    if (name in this.given) return this.given[name];
    if (row !== this.knownRow) {
      this.known.clear();
      this.knownRow = row;
    }
    const known = this.known.get(name);
    if (known !== undefined) return known;
    const formula = this.rule(name, row);
    const number = formula ? this.value(formula, row) : NaN;
    this.known.set(name, number);
    return number;
  }

  /**
   * The value of a formula in a row; NaN where it cannot be computed.
   *
   * @param {Formula} formula
   * @param {number} row
   */
  value([shape, ...operands], row) {
    return evaluate(
      shape,
      operands.map((operand) => this.operand(operand, row)),
    );
  }

  /**
   * The number of a formula's operand.
   *
   * @param {Operand} operand
   * @param {number} row
   */
  operand(operand, row) {
    return Array.isArray(operand)
      ? this.number(operand[0], row - operand[1])
      : this.number(operand, row);
  }

  /**
   * The formula of a quantity in a row; null where its number is given.
   *
   * @param {string} name
   * @param {number} row
   */
  rule(name, row) {
    return this.#inRow(this.content.quantities[name].rules ?? [null], row);
  }

  /**
   * The formula of a given quantity's number in the row below; null where it stays as it is.
   *
   * @param {string} name
   * @param {number} row
   */
  update(name, row) {
    const formula = this.rule(name, row + 1);
    return formula && !this.repeats(name, formula) ? formula : null;
  }

  /**
   * Whether the formula of a quantity only repeats its number from a row above.
   *
   * @param {string} name
   * @param {Formula} formula
   */
  repeats(name, [shape, only]) {
    return this.content.shapes[shape][0] === "{0}" && Array.isArray(only) && only[0] === name;
  }

  /**
   * Whether a number is computed in its row: it is not given there, and is no repetition of a given
   * number that never moves.
   *
   * @param {string} name
   * @param {number} row
   */
  computes(name, row) {
    const rule = this.rule(name, row);
    if (rule === null) return false;
    const moves = !(name in this.given) || this.content.trained.includes(name);
    return moves || !this.repeats(name, rule);
  }

  /**
   * The formula of a quantity's cell in a row of the sheet; null where its number is given.
   *
   * @param {string} name
   * @param {number} row
   */
  cell(name, row) {
    const quantity = this.content.quantities[name];
    return this.#inRow(quantity.cells ?? quantity.rules ?? [null], row);
  }

  /**
   * @param {(Formula | null)[]} rules
   * @param {number} row
   */
  #inRow(rules, row) {
    return rules.length === 1 ? rules[0] : rules[this.kind(row)];
  }

  /**
   * The kind of a row: rows from the second epoch on are of the kinds of the second.
   *
   * @param {number} row
   */
  kind(row) {
    const samples = this.samples.length;
    return this.content.kinds[row < samples ? row : samples + (row % samples)];
  }

  /**
   * A quantity's number at the end of each epoch.
   *
   * @param {string} name
   */
  ofEpochs(name) {
    const samples = this.samples.length;
    return Float64Array.from({ length: this.epochs }, (_, epoch) =>
      this.number(name, (epoch + 1) * samples - 1),
    );
  }
}

/**
 * The value of a shape with numbers in its places; NaN where it cannot be computed.
 *
 * @param {number} shape
 * @param {number[]} numbers
 */
export function evaluate(shape, numbers) {
  try {
    return FUNCTIONS[shape](...numbers);
  } catch {
    return NaN;
  }
}
