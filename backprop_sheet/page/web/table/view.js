/** What of the table is in view: only this much of it are elements. */

import { describe, piece } from "../elements.js";
import { within } from "../network/numbers.js";
import { Columns, cellText, headTexts, isGivenIn } from "./cells.js";
import { RowSlots } from "./slots.js";

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

/** The cells that are in view, and the one that keys have moved to. */
export class TableView {
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
    /** @type {RowSlots[]} */
    this.rows = [];
    /** The cell that keys have moved to; row −1 is the headings. */
    this.cursor = { row: page.row, column: 0 };
    /** When the reader last scrolled; how far the table is, which a browser lays out to tell. */
    this.scrolled = -PATIENCE;
    this.at = { top: 0, left: 0 };
    this.drawn = "";
    this.size = { row: LEAST_ROW, height: 0, width: 0, rows: 0, columns: 0, stretch: 1 };
    this.scroller.addEventListener("scroll", () => this.#scroll());
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
    const first = within(Math.floor(hidden / size.row) - MORE_ROWS, 0, count - size.rows);
    const left = within(columns.at(across) - MORE_COLUMNS, 0, columns.count - size.columns);
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

  #scroll() {
    const { scrollTop: top, scrollLeft: left } = this.scroller;
    if (top !== this.at.top || left !== this.at.left) {
      this.scrolled = performance.now();
      this.at = { top, left };
    }
    this.draw();
  }

  /** Whether the reader has just scrolled, so that nothing else may. */
  get isScrolled() {
    return performance.now() - this.scrolled <= PATIENCE;
  }

  /** Let the table be scrolled again, as the reader has chosen something. */
  release() {
    this.scrolled = -PATIENCE;
  }
}

/**
 * Where to scroll so that something is in view, with as little movement as possible.
 *
 * @param {number} now where the view begins
 * @param {number} start where that something begins
 * @param {number} end
 * @param {number} size of the view
 */
const nearest = (now, start, end, size) => Math.min(start, Math.max(now, end - size));
