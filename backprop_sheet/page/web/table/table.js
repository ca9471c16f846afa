/** The table of all columns and epochs, on the screen and on paper. */

import { piece } from "../elements.js";
import { Choosing } from "./choosing.js";
import { showPrintedTable } from "./printedtable.js";
import { TableView } from "./view.js";

/** @typedef {import("../state/state.js").Page} Page */

/**
 * @param {Page} page
 * @param {HTMLElement} place
 */
export function showTable(page, place) {
  const counts = piece("span");
  const hint = piece("span", {}, ": choose a number to ask it");
  const title = piece("h2", { class: "on-screen" }, counts, hint);
  const view = new TableView(page);
  const choosing = new Choosing(page, view);
  let measured = -1;
  place.append(title, view.scroller);
  page.follow(["numbers"], () => {
    const rows = page.training.rows;
    if (rows === measured) return;
    measured = rows;
    view.measure();
    counts.textContent = `All ${view.columns.count} columns, ${rows} rows`;
  });
  page.follow(["numbers", "row", "asked"], () => choosing.goToChosen());
  page.follow(["numbers", "row", "asked", "hidden", "walk"], () => view.draw(true));
  new ResizeObserver(() => {
    view.measure();
    view.draw(true);
  }).observe(view.scroller);
  showPrintedTable(page, place);
}
