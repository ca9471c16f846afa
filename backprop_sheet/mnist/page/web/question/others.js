/** How the other values come about: of the picture, of poolings, and the probabilities. */

import { made } from "../../../../page/web/elements.js";
import { shown } from "../../../../page/web/network/numbers.js";
import { SIZE } from "../network/forward.js";
import { pooledAt, sumOf } from "../network/terms.js";
import { largest } from "../stages/painting.js";
import { percent } from "../stages/words.js";
import { numberGrid } from "./grid.js";
import { equation, fraction, ln, max, mi, mo, num, sigma, sub, sum, sup } from "./maths.js";

/** @typedef {import("../network/content.js").Common} Common */
/** @typedef {import("../network/content.js").Pooling} Pooling */
/** @typedef {import("../network/field.js").Place} Place */
/** @typedef {import("../state/state.js").Page} Page */

const WHITE = "<mn>255</mn>";

/**
 * A pixel of the picture, as the first stage takes it.
 *
 * @param {Page} page
 * @param {Place} place
 */
export function pixel({ picture, content, maps }, { row, column }) {
  const at = row * SIZE + column;
  const grey = picture[at];
  const words = `Its grey value is ${shown(grey)}: 0 is paper, 255 ink.`;
  const { mean, deviation } = content;
  const scaled = fraction(num(grey), WHITE);
  if (!mean && deviation === 1) {
    return [
      made("p", "", words),
      equation(mi("x"), fraction(mi("g"), WHITE), scaled, num(maps[0].values[at])),
    ];
  }
  const normalised = (/** @type {string[]} */ ...[part, middle, spread]) =>
    fraction(part + mo("−") + middle, spread);
  return [
    made(
      "p",
      "",
      `${words} Less the mean and divided by the deviation of MNIST’s pixels, the network takes`,
    ),
    equation(
      mi("x"),
      normalised(fraction(mi("g"), WHITE), mi("mean"), mi("deviation")),
      normalised(scaled, num(mean), num(deviation)),
      num(maps[0].values[at]),
    ),
  ];
}

/**
 * @param {Page} page
 * @param {Common & Pooling} stage
 * @param {Place} place
 */
export function pooling(page, stage, place) {
  const { window, best } = pooledAt(stage, page.maps[place.level - 1], place);
  if (stage.kind === "mean") return meanOf(window);
  const grid = numberGrid("window x", window, largest(window), best);
  const [down, right] = [Math.floor(best / stage.size) + 1, (best % stage.size) + 1];
  return [
    equation(mi("a"), max(...window.map(num)), num(window[best])),
    made(
      "p",
      "",
      `The largest of the window is in its row ${down}, column ${right}. The others count for nothing here.`,
    ),
    made("span", "product", grid),
  ];
}

/** @param {number[]} window */
function meanOf(window) {
  const count = `<mn>${window.length}</mn>`;
  const whole = sumOf(window);
  const inSymbols = fraction("<mn>1</mn>", count) + sigma(mi("i")) + sub(mi("x"), mi("i"));
  return [
    equation(mi("a"), inSymbols, fraction(num(whole), count), num(whole / window.length)),
    equation(sigma(mi("i")) + sub(mi("x"), mi("i")), sum(window), num(whole)),
    made("span", "product", numberGrid("map x", window, largest(window))),
  ];
}

/**
 * @param {Page} page
 * @param {Place} place
 */
export function chance({ scores, chances }, { map }) {
  const most = Math.max(...scores);
  const powers = Array.from(scores, (score) => Math.exp(score - most));
  const power = (/** @type {string} */ index) => sup(mi("e"), sub(mi("z"), index));
  const digit = `<mn>${map}</mn>`;
  const rows = powers.map((one, other) =>
    made(
      "tr",
      other === map ? "marked" : "",
      made("th", "", String(other)),
      ...[
        shown(scores[other]),
        shown(scores[other] - most),
        shown(one),
        percent(chances[other]),
      ].map((text) => made("td", "number", text)),
    ),
  );
  const heads = ["digit", "score z", "z − largest", "e to that", "p"];
  return [
    equation(
      sub(mi("p"), digit),
      fraction(power(digit), sigma(mi("j")) + power(mi("j"))),
      fraction(num(powers[map]), num(sumOf(powers))),
      num(chances[map]),
    ),
    made(
      "p",
      "quiet",
      "The largest score is subtracted first, above and below the line: that changes no probability, and no power grows beyond all bounds.",
    ),
    made(
      "table",
      "scores",
      made("thead", "", made("tr", "", ...heads.map((head) => made("th", "", head)))),
      made("tbody", "", ...rows),
    ),
    equation(
      ln(sub(mi("p"), digit)),
      num(scores[map] - most) + mo("−") + ln(num(sumOf(powers))),
      num(scores[map] - most - Math.log(sumOf(powers))),
    ),
  ];
}
