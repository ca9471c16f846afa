/** The table on paper: some rows, the columns in blocks that fit a page. */

import { piece } from "../elements.js";
import { Columns, cellText, headTexts } from "./cells.js";

/** @typedef {import("../state/state.js").Page} Page */

/** The first rows that are printed; the chosen and the last one follow. */
const FIRST_ROWS = 12;
/** The letters at 7 points that an A4 page has room for, and those between two columns. */
const LINE = 122;
const BETWEEN = 1.5;
/** More columns would be a book. */
const MOST_COLUMNS = 160;

/** @typedef {string[]} Column its heading, then its cells in the rows that are printed */

/**
 * Put the table on paper when the page is printed.
 *
 * @param {Page} page
 * @param {HTMLElement} place
 */
export function showPrintedTable(page, place) {
  const paper = piece("div", { class: "paper" });
  place.append(paper);
  window.addEventListener("beforeprint", () => paper.replaceChildren(...printed(page)));
  window.addEventListener("afterprint", () => paper.replaceChildren());
}

/** @param {Page} page */
function printed(page) {
  const columns = new Columns(page, 1);
  const rows = rowsOf(page);
  const heads = columns.heads.map((head, k) => [
    head,
    ...rows.map((row) => headTexts(page, row)[k]),
  ]);
  const names = columns.names.slice(0, MOST_COLUMNS);
  const others = names.map((name, k) => [
    columns.labels[k],
    ...rows.map((row) => cellText(page, name, row)),
  ]);
  const which = names.length < columns.count ? `the first ${names.length} of` : "all";
  const title = `${rows.length} of ${page.training.rows} rows, ${which} ${columns.count} columns`;
  const blocks = evenBlocks(others, LINE - lettersOf(heads));
  const tables = blocks.map((block) => tableOf(rows, heads.length, [...heads, ...block]));
  return [piece("h2", {}, title), ...tables];
}

/** @param {Column[]} columns */
const lettersOf = (columns) =>
  columns.reduce((sum, texts) => sum + Math.max(...texts.map((one) => one.length)) + BETWEEN, 0);

/**
 * The columns in as few blocks as the page's width allows, which are about equally wide.
 *
 * @param {Column[]} columns
 * @param {number} room letters
 */
function evenBlocks(columns, room) {
  let blocks = blocksOf(columns, room);
  for (let less = room - 1; less > 0; less--) {
    const narrower = blocksOf(columns, less);
    if (narrower.length > blocks.length) break;
    blocks = narrower;
  }
  return blocks;
}

/**
 * The columns in blocks that are full before the next one begins.
 *
 * @param {Column[]} columns
 * @param {number} room letters
 */
function blocksOf(columns, room) {
  /** @type {Column[][]} */
  const blocks = [];
  let free = -1;
  for (const column of columns) {
    const letters = lettersOf([column]);
    if (letters > free) {
      blocks.push([]);
      free = room;
    }
    blocks[blocks.length - 1].push(column);
    free -= letters;
  }
  return blocks;
}

/**
 * @param {number[]} rows
 * @param {number} heads how many of the columns say which row it is
 * @param {Column[]} columns
 */
function tableOf(rows, heads, columns) {
  const titles = columns.map(([title]) => piece("th", { scope: "col" }, title));
  const table = piece("table", {}, piece("thead", {}, piece("tr", {}, ...titles)));
  const body = table.createTBody();
  for (const [k, row] of rows.entries()) {
    if (k > 0 && row > rows[k - 1] + 1) {
      body.append(piece("tr", {}, ...columns.map(() => piece("td", {}, "⋮"))));
    }
    const cells = columns.map((texts, at) =>
      at < heads ? piece("th", { scope: "row" }, texts[k + 1]) : piece("td", {}, texts[k + 1]),
    );
    body.append(piece("tr", {}, ...cells));
  }
  return table;
}

/**
 * The rows that are printed.
 *
 * @param {Page} page
 */
function rowsOf({ training: { rows }, row }) {
  const first = Array.from({ length: Math.min(FIRST_ROWS, rows) }, (_, each) => each);
  const others = [row, rows - 1].filter((each) => each >= 0 && each < rows);
  return [...new Set([...first, ...others])].sort((one, two) => one - two);
}
