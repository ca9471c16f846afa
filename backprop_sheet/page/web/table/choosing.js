/** Choosing cells of the table by clicks and keys, asking them, changing their numbers in place. */

import { within } from "../network/numbers.js";
import { CellEditor } from "./celleditor.js";
import { isGivenIn } from "./cells.js";

/** @typedef {import("../state/state.js").Page} Page */
/** @typedef {import("./view.js").TableView} TableView */

export class Choosing {
  /**
   * @param {Page} page
   * @param {TableView} view
   */
  constructor(page, view) {
    this.page = page;
    this.view = view;
    this.seen = { row: 0, asked: "" };
    const { grid, sheet } = view;
    this.editor = new CellEditor(page, sheet, () => grid.focus({ preventScroll: true }));
    grid.addEventListener("click", (event) => this.#click(/** @type {Element} */ (event.target)));
    grid.addEventListener("keydown", (event) => this.#press(event));
  }

  /** Follow what another view chose or asked, unless the reader is scrolling. */
  goToChosen() {
    const { page, view, seen } = this;
    const { row, asked } = page;
    const place = view.columns.places.get(asked);
    const moved = place !== undefined && asked !== seen.asked;
    if (row === seen.row && !moved) return;
    this.seen = { row, asked };
    view.cursor.row = row;
    if (moved) view.cursor.column = place;
    if (!view.isScrolled) view.reveal(moved);
  }

  /** @param {Element} target */
  #click(target) {
    const { page, view } = this;
    const row = Number(target.closest("[aria-rowindex]")?.getAttribute("aria-rowindex")) - 2;
    const at = Number(target.closest("[aria-colindex]")?.getAttribute("aria-colindex"));
    const column = at - view.columns.heads.length - 1;
    if (Number.isNaN(row) || at === 0) return;
    if (column < 0) {
      if (row >= 0) page.chooseRow(row);
      return;
    }
    view.cursor = { row, column };
    const name = view.columns.names[column];
    const again = row === page.row && name === page.asked;
    if (!again || !this.#edit()) this.#ask();
  }

  /** Choose the row of the cursor's cell and ask its quantity. */
  #ask() {
    const { page, view } = this;
    const { row, column } = view.cursor;
    view.release();
    if (row >= 0) page.chooseRow(row);
    page.ask(view.columns.names[column]);
  }

  /**
   * Change the number of the cursor's cell in place.
   *
   * @returns {boolean} whether it is one that may be changed
   */
  #edit() {
    const { page, view } = this;
    const { columns, size, cursor } = view;
    const name = columns.names[cursor.column];
    if (cursor.row < 0 || !isGivenIn(page, name, cursor.row)) return false;
    view.reveal();
    this.editor.open(name, cursor.row + 1, {
      left: columns.headWidth + columns.edges[cursor.column],
      top: size.row * (cursor.row + 1),
      width: columns.widths[cursor.column],
      height: size.row,
    });
    return true;
  }

  /** @param {KeyboardEvent} event */
  #press(event) {
    const { key, ctrlKey, altKey, metaKey } = event;
    if (altKey || metaKey) return;
    const to = this.#cellByKey(key, ctrlKey);
    if (to) {
      this.view.cursor = to;
      this.view.reveal();
      this.view.draw(true);
    } else if (key === "Enter" || key === "F2") {
      if (!this.#edit()) this.#ask();
    } else if (key === " ") this.#ask();
    else return;
    event.preventDefault();
  }

  /**
   * The cell that a key leads to; undefined if it leads to none.
   *
   * @param {string} key
   * @param {boolean} far whether Ctrl is held
   */
  #cellByKey(key, far) {
    const { cursor, columns, size } = this.view;
    const { row, column } = cursor;
    const lastRow = this.page.training.rows - 1;
    const lastColumn = columns.count - 1;
    const leap = Math.max(1, Math.floor(size.height / size.row) - 1);
    /** @type {Record<string, [number, number]>} */
    const cells = {
      ArrowUp: [far ? 0 : row - 1, column],
      ArrowDown: [far ? lastRow : row + 1, column],
      ArrowLeft: [row, far ? 0 : column - 1],
      ArrowRight: [row, far ? lastColumn : column + 1],
      PageUp: [Math.max(0, row - leap), column],
      PageDown: [row + leap, column],
      Home: [far ? 0 : row, 0],
      End: [far ? lastRow : row, lastColumn],
    };
    const cell = cells[key];
    if (!cell) return;
    return { row: within(cell[0], -1, lastRow), column: within(cell[1], 0, lastColumn) };
  }
}
