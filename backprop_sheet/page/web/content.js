/**
 * What the page knows of its network. Python writes it (`page/content.py`).
 *
 * A formula is a list: the number of its shape, then what goes into the shape's places. That is the
 * name of a quantity or, where its number is from a row above, the name and how many rows up.
 *
 * @typedef {string | [string, number]} Operand
 * @typedef {[number, ...Operand[]]} Formula
 *
 * @typedef {object} Quantity
 * @property {string} kind its role, such as "weight" or "weighted sum"
 * @property {string} label how it is written in text
 * @property {string} mathml how it is written in MathML
 * @property {(Formula | null)[]} [rules] its formula in each kind of row, or one for all kinds; null
 *   where its number is given; a setting has none, as it is in no row
 * @property {(Formula | null)[]} [cells] likewise the formula of its cell in the sheet, where that is
 *   another one
 *
 * @typedef {object} Range
 * @property {string} words
 * @property {number} [low]
 * @property {number} [high]
 * @property {number} [above]
 * @property {number} [below]
 * @property {boolean} [whole]
 * @property {number[]} [only]
 *
 * @typedef {object} Content
 * @property {string} name the network's name
 * @property {Partial<import("./state.js").Numbers> | null} template which numbers are others in the
 *   template that the network is but for its numbers; null if there is none
 * @property {number[]} layers the number of neurons in each layer
 * @property {number} epochs
 * @property {number} most the most epochs that the page has room for
 * @property {Record<string, number>} given the given numbers that training starts from
 * @property {string[]} sampled the names of the inputs and targets that each sample has
 * @property {number[][]} samples their numbers
 * @property {Record<string, Range>} ranges what given numbers accept, if that is not any number
 * @property {number[]} kinds the kind of each row of the first two epochs; from there on, rows are
 *   of the kinds of the second
 * @property {string[]} columns the names of the table's columns
 * @property {Record<string, Quantity>} quantities all quantities, in the order of evaluation
 * @property {string[]} settings η and what else has one number for all rows
 * @property {string[]} forward the quantities from the inputs to the error
 * @property {string[]} backward the error's partials, from the last layer back
 * @property {string[]} trained the weights and biases that move
 * @property {Record<string, string | number>} gradients the name of each quantity's gradient or,
 *   where that is always 1 or 0, the number
 * @property {Record<string, [string, string][]>} paths by quantity, the pairs (upper, lower) of the
 *   partials whose product is its gradient, from the error on
 * @property {Record<string, Record<string, Formula>>} slopes ∂upper/∂lower by upper and lower
 * @property {string} error the name of an epoch's error
 * @property {string} accuracy the name of its accuracy; empty if it has none
 * @property {number[]} rates the learning rates that the exercise compares
 * @property {{color: string, dash: string}[]} strokes how their curves are drawn
 * @property {{above: string, below: string}} tints the colours of grids' numbers
 * @property {{columns: Record<string, string>, settings: Record<string, string>, first: number} |
 *   null} sheet the letters of the sheet's columns, its settings' addresses, the table's first row
 * @property {(string | [string, number | null])[]} file the text of the network's file in pieces:
 *   texts and, in place of a number, the name of a given quantity and the index of its sample or
 *   null; an empty name is the number of epochs
 * @property {[string, string][]} shapes each shape in MathML and as a spreadsheet's formula
 */

/** The name of η. */
export const ETA = "eta";

/** @returns {Content} what the page's file holds */
export function readContent() {
  const element = /** @type {HTMLElement} */ (document.getElementById("content"));
  return JSON.parse(element.textContent ?? "");
}
