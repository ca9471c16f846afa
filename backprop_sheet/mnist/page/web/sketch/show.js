/** The part of the page that is drawn on: the pad, its buttons, test digits to start from. */

import { made, piece, pushButton } from "../../../../page/web/elements.js";
import { SIZE } from "../network/forward.js";
import { paintInk } from "../stages/painting.js";
import { Pad } from "./pad.js";
import { Sketch } from "./sketch.js";

/** @typedef {import("../state/state.js").Page} Page */

const FITS = "centre and scale it as MNIST’s digits were";

/**
 * @param {Page} page
 * @param {HTMLElement} place
 * @returns {(picture: ArrayLike<number>) => void} puts a picture on the pad
 */
export function showSketch(page, place) {
  const sketch = new Sketch();
  let waiting = false;
  const pad = new Pad(sketch, () => {
    if (!waiting) requestAnimationFrame(show);
    waiting = true;
  });
  const clear = pushButton("Clear", "Clear", () => startFrom(null));
  const undo = pushButton("Undo", "Undo", () => {
    sketch.undo();
    show();
  });
  /** The pad and all that follows from it, once for each frame of the screen. */
  function show() {
    waiting = false;
    pad.show();
    for (const button of [clear, undo]) button.disabled = sketch.isBlank;
    page.show(sketch.picture);
  }
  const startFrom = (/** @type {ArrayLike<number> | null} */ picture) => {
    sketch.startFrom(picture);
    show();
  };
  const fits = piece("input", { type: "checkbox" });
  fits.checked = sketch.fits;
  fits.addEventListener("change", () => {
    sketch.fits = fits.checked;
    show();
  });
  place.append(
    made("h2", "", "Draw a digit"),
    pad.element,
    made("div", "tools", clear, undo),
    made("label", "fits", fits, ` ${FITS}`),
    ...examples(page, startFrom),
  );
  startFrom(page.examples.find(({ digit }) => digit === FIRST)?.image ?? null);
  return startFrom;
}

/** The test digit that the page opens with. */
const FIRST = 7;

/**
 * A button for each of the test digits.
 *
 * @param {Page} page
 * @param {(picture: ArrayLike<number>) => void} startFrom
 */
function examples({ examples }, startFrom) {
  if (examples.length === 0) return [];
  const buttons = examples.map(({ digit, image }) => {
    const canvas = piece("canvas", { width: SIZE, height: SIZE, class: "ink" });
    paintInk(canvas, image);
    return pushButton(canvas, `test digit ${digit}`, () => startFrom(image));
  });
  return [made("p", "quiet or", "or take a test digit:"), made("div", "examples", ...buttons)];
}
