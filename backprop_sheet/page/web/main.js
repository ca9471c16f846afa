/** Starts the page, and offers it to scripts as `window.backprop`. */

import { showAnswerLine } from "./controls/answerline.js";
import { showControls } from "./controls/controls.js";
import { showCurve } from "./curve/curve.js";
import { showDrawing } from "./drawing/drawing.js";
import { followLink } from "./link/link.js";
import { byName, readContent } from "./network/content.js";
import { showOutputs } from "./outputs/outputs.js";
import { showQuestion } from "./question/question.js";
import { Page } from "./state/state.js";
import { showTable } from "./table/table.js";

/** @param {string} id */
const place = (id) => /** @type {HTMLElement} */ (document.getElementById(id));

const page = new Page(readContent());
followLink(page, place("notice"));
/** @type {Record<string, string>} where links to skip lead: not to another state of the page */
const SKIPS = { "#main": "main", "#question": "#question .ask", "#table": "#table [role=grid]" };
for (const skip of document.querySelectorAll(".skip")) {
  skip.addEventListener("click", (event) => {
    event.preventDefault();
    const target = document.querySelector(SKIPS[skip.getAttribute("href") ?? ""]);
    if (target instanceof HTMLElement) target.focus();
  });
}

showControls(page, place("controls"));
showDrawing(page, place("drawing"));
showQuestion(page, place("question"));
showCurve(page, place("curve"));
showTable(page, place("table"));
showOutputs(page, place("outputs"));
showAnswerLine(page, place("question"));

Object.assign(window, {
  backprop: {
    /** The given numbers by name, η among them; a copy. */
    get given() {
      return byName(page.given);
    },
    /**
     * Give a number, and train again.
     *
     * @param {string} name
     * @param {number} number
     * @param {number} [sample] of an input or target: which sample it belongs to, from 1
     * @throws {RangeError} there is no such given number, or it does not accept this one
     */
    set(name, number, sample) {
      page.set({ [name]: number }, sample);
    },
    /** The number of epochs; assign another one to train again. */
    get epochs() {
      return page.epochs;
    },
    set epochs(epochs) {
      page.setEpochs(epochs);
    },
    /** The number of rows that have been trained. */
    get rows() {
      return page.training.rows;
    },
    /**
     * The numbers of a row by the labels of their columns.
     *
     * @param {number} row from 0
     */
    row(row) {
      const { columns, quantities } = page.content;
      if (!Number.isInteger(row) || row < 0 || row >= page.training.rows) {
        throw new RangeError(`row ${row}: there are rows 0 to ${page.training.rows - 1}`);
      }
      const cells = columns.map((name) => [quantities[name].label, page.number(name, row)]);
      return byName(Object.fromEntries(cells));
    },
  },
});
