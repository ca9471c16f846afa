/** The picture and the maps of all stages, from left to right or, on a phone, one below the other. */

import { made } from "../../../../page/web/elements.js";
import { showOver } from "../looking/show.js";
import { MapGrid } from "./mapgrid.js";
import { sizeOf, whatItDoes } from "./words.js";

/** @typedef {import("../network/content.js").Stage} Stage */
/** @typedef {import("../state/state.js").Page} Page */

const NARROW = matchMedia("(width <= 40rem)");
const HOW =
  "Click a value: its field is framed, and its sum stands below. Blue is above 0, red below.";

/**
 * @param {Page} page
 * @param {HTMLElement} place
 */
export function showStages(page, place) {
  const seen = new MapGrid(page, 0, "What the network sees: 28 × 28 pixels");
  const grids = [seen];
  const cards = page.stages.map((stage, number) => {
    const grid = new MapGrid(page, number + 1, `${stage.layers.join(", ")}: ${sizeOf(stage)}`);
    grids.push(grid);
    return card(stage, grid);
  });
  const first = made("figure", "stage seen");
  const body = made("div", "", seen.element);
  first.append(heading("picture", [], ["28 × 28 pixels", "what the network sees"]), body);
  showOver(page, seen, body);
  place.append(
    made("h2", "", "What it makes of it ", made("span", "quiet", HOW)),
    made("div", "row", first, ...cards),
  );
  const arrange = () => {
    for (const grid of grids.slice(1)) grid.arrange(across(page.sizeOf(grid.level)));
    for (const grid of grids) grid.paint();
    for (const grid of grids) grid.frame();
  };
  NARROW.addEventListener("change", arrange);
  arrange();
  page.follow(["picture"], () => {
    for (const grid of grids) grid.paint();
  });
  let level = -1;
  page.follow(["asked"], () => {
    for (const grid of grids) grid.frame();
    const next = page.asked?.level ?? -1;
    // What is asked stays in sight when the answer opens over the lower part of the window.
    if (next !== level) grids[next]?.element.scrollIntoView({ block: "nearest" });
    level = next;
  });
}

/**
 * @param {Stage} stage
 * @param {MapGrid} grid
 */
function card(stage, grid) {
  const [name, ...others] = stage.layers;
  const caption = heading(name, others, [sizeOf(stage), whatItDoes(stage)]);
  return made("figure", "stage", caption, grid.element);
}

/**
 * @param {string} name
 * @param {string[]} others the names of the layers that follow
 * @param {string[]} words
 */
const heading = (name, others, words) =>
  made(
    "figcaption",
    "",
    made("h3", "", name),
    ...others.map((other) => made("p", "others", other)),
    ...words.map((line) => made("p", "quiet", line)),
  );

/**
 * How many maps stand side by side: a number that leaves no gap, for a picture that is twice as high
 * as wide or, on a phone, twice as wide as high.
 *
 * @param {{channels: number}} maps
 */
function across({ channels }) {
  const wanted = Math.sqrt(NARROW.matches ? 2 * channels : channels / 2);
  const whole = [...Array(channels).keys()].map((n) => n + 1).filter((n) => channels % n === 0);
  const far = (/** @type {number} */ n) => Math.abs(Math.log(n / wanted));
  const nearest = whole.reduce((best, n) => (far(n) < far(best) ? n : best));
  return far(nearest) < Math.LN2 ? nearest : Math.ceil(wanted);
}
