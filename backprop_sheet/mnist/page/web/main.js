/** Starts the page, and offers it to scripts as `window.digits`. */

import { themeButton } from "../../../page/web/controls/theme.js";
import { made } from "../../../page/web/elements.js";
import { readContent } from "./network/content.js";
import { showQuestion } from "./question/show.js";
import { showSketch } from "./sketch/show.js";
import { showChances } from "./stages/chances.js";
import { showStages } from "./stages/show.js";
import { checked, Page } from "./state/state.js";

/** @param {string} id */
const place = (id) => /** @type {HTMLElement} */ (document.getElementById(id));

const page = new Page(readContent());
const { style } = document.documentElement;
for (const [name, color] of Object.entries(page.content.tints)) {
  style.setProperty(`--grid-${name}`, `#${color}`);
}
showHeader(place("header"));
showChances(page, place("answer"));
showQuestion(page, place("question"));
showStages(page, place("stages"));
const startFrom = showSketch(page, place("sketch"));
place("footer").append(
  made(
    "p",
    "quiet",
    "All of it is in this file: it asks no network, and what you draw stays here.",
  ),
);

/** @param {HTMLElement} header */
function showHeader(header) {
  const { parameters, training } = page.content;
  const { recipe, epochs, digits, accuracy } = training;
  const count = parameters.toLocaleString("en");
  const learnt = `${count} weights, learnt from ${digits} in ${epochs === 1 ? "1 epoch" : `${epochs} epochs`} by the recipe ${recipe}: ${(100 * accuracy).toFixed(2)} % of the test digits right`;
  header.append(
    made("h1", "", "A network reads digits"),
    made("p", "quiet", learnt),
    themeButton(page),
  );
}

Object.assign(window, {
  digits: {
    /** The picture that the network sees: 784 grey values from 0 (paper) to 255 (ink); a copy. */
    get image() {
      return [...page.picture];
    },
    /**
     * Put a picture on the pad.
     *
     * @param {ArrayLike<number>} image 784 grey values from 0 (paper) to 255 (ink), row by row
     * @throws {RangeError} it is no such picture
     */
    set: (image) => startFrom(checked(image)),
    /** The ten probabilities. */
    probabilities: () => [...page.chances],
    /**
     * The normalised image and what each stage gives: layers, shape (channels, rows, columns) and
     * values, map by map and row by row.
     */
    maps: () =>
      page.maps.map(({ channels, rows, columns, values }, level) => ({
        layers: level ? [...page.stages[level - 1].layers] : ["picture"],
        shape: [channels, rows, columns],
        values: [...values],
      })),
    /**
     * ∂ ln p / ∂x of each pixel, row by row, for its ink x from 0 (paper) to 1.
     *
     * @param {number} [digit] whose probability p is; the answer if none is given
     */
    gradient: (digit) => [...page.gradient(digit)],
    /**
     * Ask where a value comes from. All numbers count from 0: level 0 is the picture, level 1 what
     * the first stage gives; behind the last stage come the probabilities, a map each.
     *
     * @param {number} level
     * @param {number} map
     * @param {number} [row]
     * @param {number} [column]
     * @throws {RangeError} there is no such value
     */
    ask: (level, map, row = 0, column = 0) => page.ask({ level, map, row, column }),
  },
});
