/** The list of the curves in the chart. */

import { buttonPiece, piece, svgPiece, writeText } from "../elements.js";
import { shown } from "../network/numbers.js";
import { drawWith } from "./chart.js";
import { sayRate, strokeOf } from "./kept.js";

/** @typedef {import("./kept.js").Curve} Curve */
/** @typedef {import("../state/state.js").Page} Page */

/** The most letters that the name of a curve has. */
const MOST_LETTERS = 60;

/** The list of the present curve and of those that are kept, with a number of each. */
export class Legend {
  /** @param {Page} page */
  constructor(page) {
    this.page = page;
    /** @type {Curve[]} */
    this.listed = [];
    /** @type {HTMLElement[]} where the number of each of these stands */
    this.results = [];
    this.presentName = piece("span", { class: "now" });
    this.presentResult = resultPiece();
    this.present = piece("li", {}, swatch(null), this.presentName, this.presentResult);
    this.element = piece("ul", { class: "legend", "aria-label": "Curves" }, this.present);
  }

  /** @param {Curve} present */
  draw(present) {
    const { kept } = this.page;
    writeText(this.presentName, `${present.name} (now)`);
    if (kept.length === this.listed.length && kept.every((one, k) => one === this.listed[k]))
      return;
    this.listed = [...kept];
    this.results = kept.map(resultPiece);
    const entries = kept.map((curve, k) => this.#entry(curve, this.results[k]));
    this.element.replaceChildren(this.present, ...entries);
  }

  /**
   * Say the error of each curve in an epoch.
   *
   * @param {Curve} present
   * @param {number} epoch -1 for the last of each curve
   * @param {boolean} hidden whether numbers are hidden
   */
  say(present, epoch, hidden) {
    writeText(this.presentResult, this.#result(present, epoch, hidden));
    for (const [k, curve] of this.listed.entries()) {
      writeText(this.results[k], this.#result(curve, epoch, hidden));
    }
  }

  /**
   * @param {Curve} curve
   * @param {HTMLElement} result
   */
  #entry(curve, result) {
    const name = piece("input", { "aria-label": "Name of the curve", maxlength: MOST_LETTERS });
    const rate = piece("span", { class: "kept-rate quiet number" }, sayRate(curve.given));
    const remove = buttonPiece("×", () => this.#remove(curve), { title: "Take this curve away" });
    const show = () => {
      name.value = curve.name;
      name.title = `${curve.name}: type another name`;
      // A name that begins with the rate has said it.
      rate.hidden = curve.name.startsWith(sayRate(curve.given));
      remove.setAttribute("aria-label", `Take away ${curve.name}`);
    };
    show();
    name.addEventListener("change", () => {
      curve.name = name.value.trim() || curve.name;
      show();
      this.page.changed("curves");
    });
    const drawn = swatch(strokeOf(this.page.content, curve));
    return piece("li", {}, drawn, name, rate, result, remove);
  }

  /**
   * @param {Curve} curve
   * @param {number} epoch
   * @param {boolean} hidden
   */
  #result({ errors, diverged }, epoch, hidden) {
    const { error, quantities } = this.page.content;
    const { label } = quantities[error];
    const say = (/** @type {number} */ number) => (hidden ? "?" : shown(number, 4));
    if (epoch >= 0) return `epoch ${epoch}: ${say(errors[epoch] ?? NaN)}`;
    if (diverged && !hidden) return `diverged in epoch ${errors.length}`;
    return `last ${label} ${say(errors[errors.length - 1])}`;
  }

  /** @param {Curve} curve */
  #remove(curve) {
    const place = this.page.kept.indexOf(curve);
    this.page.kept.splice(place, 1);
    this.page.changed("curves");
    const buttons = this.element.querySelectorAll("button");
    buttons[Math.min(place, buttons.length - 1)]?.focus();
  }
}

const resultPiece = () => piece("span", { class: "result quiet number" });

/**
 * A short piece of a curve's stroke.
 *
 * @param {import("./chart.js").Line["stroke"]} stroke
 */
function swatch(stroke) {
  const path = svgPiece("path", { d: "M2 8H46" });
  drawWith(path, stroke);
  return svgPiece("svg", { class: "swatch", width: 48, height: 16, "aria-hidden": "true" }, path);
}
