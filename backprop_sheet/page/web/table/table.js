/** The table of all columns and epochs. Of its cells only those in view are elements. */

import { describe, piece, writeText } from "../elements.js";
import { CellEditor } from "./celleditor.js";
import { Columns, cellText, headTexts, isGivenIn } from "./cells.js";
import { showPrintedTable } from "./printedtable.js";

/** @typedef {import("../state/state.js").Page} Page */

/** The height of a row in sizes of the font, and in pixels at least. */
const ROW = 1.8;
const LEAST_ROW = 24;
/** Rows and columns beyond the view that are drawn too: scrolling shows them at once. */
const MORE_ROWS = 6;
const MORE_COLUMNS = 2;
/** Browsers cannot lay out more pixels than some 16 million. */
const TALLEST = 12_000_000;
/** Milliseconds after the reader scrolled in which nothing else scrolls the table. */
const PATIENCE = 800;
const CURSOR = "table-cursor";

/**
 * @param {Page} page
 * @param {HTMLElement} place
 */
export function showTable(page, place) {
  const counts = piece("span");
  const hint = piece("span", {}, ": choose a number to ask it");
  const title = piece("h2", { class: "on-screen" }, counts, hint);
  const view = new TableView(page);
  let measured = -1;
  place.append(title, view.scroller);
  page.follow(["numbers"], () => {
    const rows = page.training.rows;
    if (rows === measured) return;
    measured = rows;
    view.measure();
    counts.textContent = `All ${view.columns.count} columns, ${rows} rows`;
  });
  page.follow(["numbers", "row", "asked"], () => view.goToChosen());
  page.follow(["numbers", "row", "asked", "hidden", "walk"], () => view.draw(true));
  new ResizeObserver(() => {
    view.measure();
    view.draw(true);
  }).observe(view.scroller);
  showPrintedTable(page, place);
}

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
class RowSlots {
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

class TableView {
  /** @param {Page} page */
  constructor(page) {
    this.page = page;
    this.columns = new Columns(page, 1);
    this.header = new RowSlots("columnheader", "columnheader", this.columns.heads.length);
    this.header.stand(1);
    for (const [k, head] of this.columns.heads.entries()) this.header.heads[k].put(head);
    this.body = piece("div", { class: "body", role: "rowgroup" });
    const head = piece("div", { class: "headings", role: "rowgroup" }, this.header.element);
    const label = { role: "grid", "aria-label": "All numbers", tabindex: 0 };
    this.grid = piece("div", { class: "grid", ...label }, head, this.body);
    this.sheet = piece("div", { class: "sheet" }, this.grid);
    this.scroller = piece("div", { class: "scroller" }, this.sheet);
    this.editor = new CellEditor(page, this.sheet, () => this.grid.focus({ preventScroll: true }));
    /** @type {RowSlots[]} */
    this.rows = [];
    /** The cell that keys have moved to; row −1 is the headings. */
    this.cursor = { row: page.row, column: 0 };
    this.seen = { row: 0, asked: "" };
    /** When the reader last scrolled; how far the table is, which a browser lays out to tell. */
    this.scrolled = -PATIENCE;
    this.at = { top: 0, left: 0 };
    this.drawn = "";
    this.size = { row: LEAST_ROW, height: 0, width: 0, rows: 0, columns: 0, stretch: 1 };
    this.#listen();
  }

  /** Find out how much room there is, and how many cells fill it. */
  measure() {
    const { page, scroller, sheet } = this;
    const fontSize = Number.parseFloat(getComputedStyle(this.grid).fontSize) || LEAST_ROW / ROW;
    this.columns = new Columns(page, fontSize);
    const { columns } = this;
    const count = page.training.rows;
    const row = Math.max(LEAST_ROW, Math.round(fontSize * ROW));
    const laidOut = Math.min(count * row, TALLEST);
    sheet.style.height = `${row + laidOut}px`;
    sheet.style.width = `${columns.headWidth + columns.width}px`;
    sheet.style.setProperty("--row", `${row}px`);
    sheet.style.setProperty("--second", `${columns.headWidths[0]}px`);
    const height = Math.max(row, scroller.clientHeight - row);
    const width = Math.max(0, scroller.clientWidth - columns.headWidth);
    const inWidth = Math.ceil(width / Math.min(...columns.widths)) + 1 + 2 * MORE_COLUMNS;
    this.size = {
      row,
      height,
      width,
      rows: Math.min(count, Math.ceil(height / row) + 1 + 2 * MORE_ROWS),
      columns: Math.min(columns.count, inWidth),
      stretch: laidOut < count * row ? (count * row - height) / (laidOut - height) : 1,
    };
    describe(this.grid, {
      "aria-rowcount": count + 1,
      "aria-colcount": columns.heads.length + columns.count,
    });
    this.#resize();
  }

  /** Have as many elements as are in view. */
  #resize() {
    const { rows, header, size, columns } = this;
    while (rows.length < size.rows) {
      const row = new RowSlots("gridcell", "rowheader", columns.heads.length);
      rows.push(row);
      this.body.append(row.element);
    }
    for (const row of rows.splice(size.rows)) row.element.remove();
    for (const row of [header, ...rows]) row.resize(size.columns);
  }

  /**
   * Write what is in view.
   *
   * @param {boolean} [anew] whether numbers may have changed; otherwise only the view has
   */
  draw(anew = false) {
    const { page, size, columns, rows } = this;
    const { top, left: across } = this.at;
    const hidden = top * size.stretch;
    const count = page.training.rows;
    const first = within(Math.floor(hidden / size.row) - MORE_ROWS, count - size.rows);
    const left = within(columns.at(across) - MORE_COLUMNS, columns.count - size.columns);
    const drawn = `${first} ${left} ${size.stretch === 1 || top}`;
    if (drawn === this.drawn && !anew) return;
    this.drawn = drawn;
    this.body.style.top = `${first * size.row - hidden + top}px`;
    this.#drawHeadings(left);
    for (const [k, slots] of rows.entries()) this.#drawRow(slots, first + k, left);
    this.#markCursor(first, left);
  }

  /** @param {number} left the first column that is drawn */
  #drawHeadings(left) {
    const { columns, header, page } = this;
    const widths = columns.widths.slice(left, left + this.size.columns);
    const tracks = [...columns.headWidths, columns.edges[left], ...widths];
    const template = tracks.map((width) => `${width}px`).join(" ");
    this.sheet.style.setProperty("--tracks", template);
    for (const [k, slot] of header.cells.entries()) {
      const name = columns.names[left + k];
      slot.put(columns.labels[left + k], name === page.asked ? "asked" : "");
      slot.stand(columns.heads.length + left + k + 1);
      const color = columns.colors.get(name);
      slot.element.style.backgroundColor = color ? `#${color}` : "";
    }
  }

  /**
   * @param {RowSlots} slots
   * @param {number} row
   * @param {number} left
   */
  #drawRow(slots, row, left) {
    const { columns, page } = this;
    const chosen = row === page.row;
    slots.stand(row + 2);
    slots.element.className = chosen ? "chosen" : "";
    describe(slots.element, { "aria-selected": `${chosen}` });
    const texts = headTexts(page, row);
    for (const [k, head] of slots.heads.entries()) head.put(texts[k]);
    for (const [k, slot] of slots.cells.entries()) {
      const name = columns.names[left + k];
      const asked = chosen && name === page.asked ? "asked" : "";
      const given = isGivenIn(page, name, row) ? "given" : "";
      slot.put(cellText(page, name, row), `${given} ${asked}`.trim());
      slot.stand(columns.heads.length + left + k + 1);
    }
  }

  /**
   * Tell the browser which cell the keys have moved to.
   *
   * @param {number} first
   * @param {number} left
   */
  #markCursor(first, left) {
    const { cursor, grid } = this;
    const slots = cursor.row < 0 ? this.header : this.rows[cursor.row - first];
    const element = slots?.cells[cursor.column - left]?.element;
    const before = document.getElementById(CURSOR);
    if (before !== element) before?.removeAttribute("id");
    if (!element) grid.removeAttribute("aria-activedescendant");
    else if (before !== element) {
      element.id = CURSOR;
      describe(grid, { "aria-activedescendant": CURSOR });
    }
  }

  /** Follow what another view chose or asked, unless the reader is scrolling. */
  goToChosen() {
    const { page, cursor, seen } = this;
    const { row, asked } = page;
    const place = this.columns.places.get(asked);
    const moved = place !== undefined && asked !== seen.asked;
    if (row === seen.row && !moved) return;
    this.seen = { row, asked };
    cursor.row = row;
    if (moved) cursor.column = place;
    if (performance.now() - this.scrolled > PATIENCE) this.reveal(moved);
  }

  /**
   * Scroll until the cursor's cell is in view.
   *
   * @param {boolean} across whether to scroll sideways too
   */
  reveal(across = true) {
    const { scroller, size, columns, cursor, at } = this;
    const [above, below] = [cursor.row, cursor.row + 1].map((row) => row * size.row);
    const [start, end] = [columns.edges[cursor.column], columns.edges[cursor.column + 1]];
    const down = nearest(at.top * size.stretch, above, below, size.height) / size.stretch;
    const top = cursor.row < 0 ? at.top : down;
    const left = across ? nearest(at.left, start, end, size.width) : at.left;
    if (top === at.top && left === at.left) return;
    scroller.scrollTo(left, top);
    this.at = { top: scroller.scrollTop, left: scroller.scrollLeft };
  }

  #listen() {
    const { scroller, grid } = this;
    scroller.addEventListener("scroll", () => {
      const { scrollTop: top, scrollLeft: left } = scroller;
      if (top !== this.at.top || left !== this.at.left) {
        this.scrolled = performance.now();
        this.at = { top, left };
      }
      this.draw();
    });
    grid.addEventListener("click", (event) => this.#click(/** @type {Element} */ (event.target)));
    grid.addEventListener("keydown", (event) => this.#press(event));
  }

  /** @param {Element} target */
  #click(target) {
    const row = Number(target.closest("[aria-rowindex]")?.getAttribute("aria-rowindex")) - 2;
    const at = Number(target.closest("[aria-colindex]")?.getAttribute("aria-colindex"));
    const column = at - this.columns.heads.length - 1;
    if (Number.isNaN(row) || at === 0) return;
    if (column < 0) {
      if (row >= 0) this.page.chooseRow(row);
      return;
    }
    this.cursor = { row, column };
    const name = this.columns.names[column];
    const again = row === this.page.row && name === this.page.asked;
    if (!again || !this.edit()) this.#ask();
  }

  /** Choose the row of the cursor's cell and ask its quantity. */
  #ask() {
    const { row, column } = this.cursor;
    this.scrolled = -PATIENCE;
    if (row >= 0) this.page.chooseRow(row);
    this.page.ask(this.columns.names[column]);
  }

  /**
   * Change the number of the cursor's cell in place.
   *
   * @returns {boolean} whether it is one that may be changed
   */
  edit() {
    const { columns, size, page, cursor } = this;
    const name = columns.names[cursor.column];
    if (cursor.row < 0 || !isGivenIn(page, name, cursor.row)) return false;
    this.reveal();
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
      this.cursor = to;
      this.reveal();
      this.draw(true);
    } else if (key === "Enter" || key === "F2") {
      if (!this.edit()) this.#ask();
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
    const { row, column } = this.cursor;
    const lastRow = this.page.training.rows - 1;
    const lastColumn = this.columns.count - 1;
    const leap = Math.max(1, Math.floor(this.size.height / this.size.row) - 1);
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
    return {
      row: Math.max(-1, Math.min(cell[0], lastRow)),
      column: within(cell[1], lastColumn),
    };
  }
}

/**
 * The number from 0 to a most that is nearest to another.
 *
 * @param {number} number
 * @param {number} most
 */
const within = (number, most) => Math.max(0, Math.min(number, most));

/**
 * Where to scroll so that something is in view, with as little movement as possible.
 *
 * @param {number} now where the view begins
 * @param {number} start where that something begins
 * @param {number} end
 * @param {number} size of the view
 */
const nearest = (now, start, end, size) => Math.min(start, Math.max(now, end - size));
