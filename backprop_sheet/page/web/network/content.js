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
 * @property {string} [short] the usual abbreviation of its formula in MathML, such as σ(h1)
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
 * Points of a drawing are in its own pixels, from its upper left corner. A body is what arrows lead
 * from and to, by name: a circle, or the first quantity of a whole picture.
 *
 * @typedef {object} Grid the places of a picture
 * @property {string} body
 * @property {string} scale all places with the same text share one scale of colours
 * @property {number} radius half the width of a place
 * @property {number} letter the height of its numbers
 * @property {boolean} paint whether it is a picture that a reader can draw
 * @property {[string, number, number][]} places each quantity with the middle of its place
 *
 * @typedef {object} Label one quantity's name and number, on one line or on two
 * @property {string} name
 * @property {string} sign what it is called there
 * @property {number[]} at its middle
 * @property {number} width
 * @property {number} lines
 *
 * @typedef {object} Layout
 * @property {number[]} box left, top, width and height of all that it shows
 * @property {number} room it is for a page with room for so many of the screen's pixels, and for all
 *   of it; 0 if it is for any page
 * @property {number} scale the least number of the screen's pixels for one of its own
 * @property {number} letter the height of its letters
 * @property {[string, string, number, number, number][]} circles quantity, role, middle, radius
 * @property {Grid[]} grids
 * @property {[string, string, string, number, number, number, number][]} arrows the bodies that each
 *   leads from and to, its weight or "", its ends
 * @property {[string, string, number, number, number, number, number, number][]} bows each from a sum
 *   to its activation, with its start, bend and end
 * @property {[string, number, number][]} captions what pictures are called
 * @property {Label[]} labels
 * @property {{name: string, at: number[], radius: number, of: number[]}[]} dots given numbers whose
 *   labels have no room, each with the middle of what it stands at
 * @property {string[]} words what is said of labels without room
 *
 * @typedef {object} Drawing
 * @property {Layout[]} layouts the one for the least room first
 * @property {Record<string, string>} within the circle that stands for a quantity without one
 * @property {Record<string, number>} constants gradients that are always 1 or 0
 * @property {Record<string, string>} roles the colours of circles
 * @property {{pale: string, above: string, below: string}} arrows the colours of arrows
 * @property {Record<string, string[]>} verdicts outputs by the quantity that has the number, from 1,
 *   of the one that wins
 * @property {string[]} legend
 *
 * @typedef {object} Content
 * @property {string} name the network's name
 * @property {Partial<import("../state/startnumbers.js").Numbers> | null} template which numbers are others in the
 *   template that the network is but for its numbers; null if there is none
 * @property {string} size the number of neurons in each layer, or that of its formulas
 * @property {number} epochs
 * @property {number} most the most epochs that the page has room for
 * @property {Record<string, number>} given the given numbers that training starts from
 * @property {string[]} sampled the names of the inputs and targets that each sample has
 * @property {number[][]} samples their numbers
 * @property {number} sample the one that the page opens with, from 1
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
 * @property {number[]} rates the learning rates to compare
 * @property {{color: string, dash: number[]}[]} strokes how their curves are drawn: a dash is the
 *   lengths of strokes and of the gaps after them, in widths of the line
 * @property {Record<string, string[]>} roles the names of the quantities of each colour, such as
 *   those of inputs
 * @property {{above: string, below: string}} tints the colours of grids' numbers
 * @property {Drawing} drawing
 * @property {{columns: Record<string, string>, settings: Record<string, string>, first: number,
 *   last: number} | null} sheet the letters of the sheet's columns, its settings' addresses, the
 *   table's first row, the last row that a sheet can have; null if it has no room for the columns
 * @property {{targets: string[][], rounding: number}} shares the targets that have to add up to 1,
 *   together, and how far from it they may
 * @property {(string | [string, number | null])[]} file the text of the network's file in pieces:
 *   texts and, in place of a number, the name of a given quantity and the index of its sample or
 *   null; an empty name is the number of epochs
 * @property {[string, string][]} shapes each shape in MathML and as a spreadsheet's formula
 */

/** The name of η. */
export const ETA = "eta";

/**
 * What the page's file holds. Its objects have no prototype: a quantity may be called `constructor`
 * or `toString`, and a look-up by name must find nothing but what is there.
 *
 * @returns {Content}
 */
export function readContent() {
  const element = /** @type {HTMLElement} */ (document.getElementById("content"));
  return JSON.parse(element.textContent ?? "", (_, value) =>
    value instanceof Object && !Array.isArray(value) ? Object.setPrototypeOf(value, null) : value,
  );
}

/**
 * An object that has its own keys only, with those of others; the last one counts.
 *
 * @template Value
 * @param {...Record<string, Value>} others
 * @returns {Record<string, Value>}
 */
export const byName = (...others) => Object.assign(Object.create(null), ...others);
