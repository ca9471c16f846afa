/** The table on paper: some rows, the columns in blocks that fit a page. */

import { piece } from "../elements.js";
import { Columns, cellText, headTexts } from "./cells.js";

/** @typedef {import("../state/state.js").Page} Page */

/** The first rows that are printed; the chosen and the last one follow. */
const FIRST_ROWS = 12;
/** The letters that a line has room for at 7 points, and those of the narrowest column. */
const LINE = 104;
const NARROWEST = 13;
const HEAD = 8;
/** More columns would be a book. */
const MOST_COLUMNS = 160;

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
  const tables = blocksOf(columns).map((block) => tableOf(page, columns, block));
  if (columns.count <= MOST_COLUMNS) return tables;
  const left = `The first ${MOST_COLUMNS} of ${columns.count} columns.`;
  return [...tables, piece("p", { class: "quiet" }, left)];
}

/**
 * The places of the columns of each block.
 *
 * @param {Columns} columns
 */
function blocksOf({ labels, heads }) {
  /** @type {number[][]} */
  const blocks = [];
  let free = 0;
  for (const [place, label] of labels.slice(0, MOST_COLUMNS).entries()) {
    const letters = Math.max(NARROWEST, label.length + 2);
    if (free < letters) {
      blocks.push([]);
      free = LINE - HEAD * heads.length;
    }
    blocks[blocks.length - 1].push(place);
    free -= letters;
  }
  return blocks;
}

/**
 * @param {Page} page
 * @param {Columns} columns
 * @param {number[]} block
 */
function tableOf(page, { heads, names, labels }, block) {
  const titles = [...heads, ...block.map((place) => labels[place])];
  const header = titles.map((title) => piece("th", { scope: "col" }, title));
  const table = piece("table", {}, piece("thead", {}, piece("tr", {}, ...header)));
  const body = table.createTBody();
  let next = 0;
  for (const row of rowsOf(page)) {
    if (row > next) body.append(piece("tr", {}, ...titles.map(() => piece("td", {}, "⋮"))));
    next = row + 1;
    const head = headTexts(page, row).slice(0, heads.length);
    const cells = block.map((place) => piece("td", {}, cellText(page, names[place], row)));
    body.append(
      piece("tr", {}, ...head.map((text) => piece("th", { scope: "row" }, text)), ...cells),
    );
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
