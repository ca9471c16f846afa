/** The elements of the table's rows, used again for whichever cells are in view. */

import { describe, piece, writeText } from "../elements.js";

/** A cell's element and what it shows, so that only changes are written. */
class Slot {
  /**
   * @param {string} role
   * @param {string} [look] its class
   */
  constructor(role, look = "") {
    this.element = piece("div", { role, class: look });
    this.text = "";
    this.look = look;
    this.column = 0;
  }

  /**
   * @param {string} text
   * @param {string} [look]
   */
  put(text, look = this.look) {
    if (text !== this.text) writeText(this.element, text);
    this.text = text;
    if (look !== this.look) this.element.className = this.look = look;
  }

  /** @param {number} column counted from 1 */
  stand(column) {
    if (column === this.column) return;
    this.column = column;
    describe(this.element, { "aria-colindex": column });
  }
}

/** The elements of a row: what stands before it, then those of its cells that are in view. */
export class RowSlots {
  /**
   * @param {string} role that of its cells
   * @param {string} headRole that of what stands before them
   * @param {number} heads
   */
  constructor(role, headRole, heads) {
    this.role = role;
    this.heads = Array.from({ length: heads }, (_, k) => new Slot(headRole, `before before-${k}`));
    /** @type {Slot[]} */
    this.cells = [];
    this.element = piece("div", { role: "row" });
    for (const [k, head] of this.heads.entries()) head.stand(k + 1);
    this.element.append(...this.heads.map((head) => head.element));
  }

  /** @param {number} count how many cells are in view */
  resize(count) {
    while (this.cells.length < count) {
      const slot = new Slot(this.role);
      // The cells begin after an empty track, as wide as the columns left of them.
      if (this.cells.length === 0) slot.element.style.gridColumnStart = `${this.heads.length + 2}`;
      this.cells.push(slot);
      this.element.append(slot.element);
    }
    for (const slot of this.cells.splice(count)) slot.element.remove();
  }

  /** @param {number} index counted from 1, the headings' */
  stand(index) {
    describe(this.element, { "aria-rowindex": index });
  }
}
