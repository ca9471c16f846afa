/** Curves that are kept beside the present one: trained, named, listed, removed. */

import { buttonPiece, piece, svgPiece } from "../elements.js";
import { shown } from "../network/numbers.js";
import { Training } from "../network/training.js";
import { drawWith } from "./chart.js";

/** @typedef {import("../network/content.js").Content} Content */
/** @typedef {import("../state/state.js").Curve} Curve */
/** @typedef {import("../state/state.js").Page} Page */
/** @typedef {import("../state/state.js").Setup} Setup */

/** The name of the learning rate, and its sign. */
const RATE = "eta";
const RATE_SIGN = "η";
/** The most differences that the name of a curve states, and the most letters that it may have. */
const MOST_DIFFERENCES = 3;
const MOST_LETTERS = 60;

/**
 * The curve of a training.
 *
 * @param {Content} content
 * @param {Setup} setup what it is trained with
 * @param {Training} [training] by this setup, if there already is one
 * @returns {Curve}
 */
export function curveOf(content, setup, training) {
  const { given, samples, epochs } = setup;
  const trained = training ?? new Training(content, given, samples, epochs);
  return {
    ...setup,
    errors: trained.ofEpochs(content.error),
    accuracies: content.accuracy ? trained.ofEpochs(content.accuracy) : new Float64Array(),
    diverged: trained.diverged,
    stroke: 0,
  };
}

/**
 * The curve of the present training.
 *
 * @param {Page} page
 */
export function presentCurve(page) {
  const { given, samples, epochs } = page;
  const copied = samples.map((sample) => [...sample]);
  const setup = { name: nameOfPresent(page), given: { ...given }, samples: copied, epochs };
  return curveOf(page.content, { ...setup, compared: false }, page.training);
}

/**
 * The present learning rate, and what else is not as the page opened: η = 0.5, w5 = 0.7.
 *
 * @param {Page} page
 */
function nameOfPresent({ content, given, samples, epochs }) {
  const say = (/** @type {string} */ name, /** @type {number} */ number) =>
    `${content.quantities[name].label} = ${shown(number)}`;
  const others = Object.keys(given)
    .filter((name) => name !== RATE && given[name] !== content.given[name])
    .map((name) => say(name, given[name]));
  for (const [k, sample] of samples.entries()) {
    for (const [place, name] of content.sampled.entries()) {
      if (k === 0 || sample[place] === content.samples[k][place]) continue;
      others.push(`${say(name, sample[place])} in sample ${k + 1}`);
    }
  }
  if (epochs !== content.epochs) others.push(`${epochs} epochs`);
  const more = others.length - MOST_DIFFERENCES;
  const said = more > 1 ? [...others.slice(0, MOST_DIFFERENCES), `${more} more`] : others;
  return [sayRate(given), ...said].join(", ");
}

/** @param {Record<string, number>} given */
const sayRate = (given) => `${RATE_SIGN} = ${shown(given[RATE])}`;

/**
 * Keep a curve, with the first of the strokes that the fewest curves have.
 *
 * @param {Page} page
 * @param {Curve} curve
 */
export function keepCurve({ content, kept }, curve) {
  const uses = content.strokes.map(
    (_, stroke) => kept.filter((other) => other.stroke === stroke).length,
  );
  kept.push({ ...curve, stroke: uses.indexOf(Math.min(...uses)) });
}

/**
 * Keep the curves of the rates that the exercise compares or, if they are kept, take them away.
 *
 * @param {Page} page
 * @param {Curve} present
 */
export function compareRates(page, present) {
  if (comparesRates(page)) {
    page.kept = page.kept.filter((curve) => !curve.compared);
    return;
  }
  for (const rate of page.content.rates) {
    const given = { ...present.given, [RATE]: rate };
    const setup = { ...present, name: sayRate(given), given, compared: true };
    keepCurve(page, curveOf(page.content, setup));
  }
}

/**
 * Whether the curves of the rates are kept.
 *
 * @param {Page} page
 */
export const comparesRates = ({ kept }) => kept.some((curve) => curve.compared);

/** The list of the present curve and of those that are kept. */
export class Legend {
  /** @param {Page} page */
  constructor(page) {
    this.page = page;
    /** @type {Curve[]} */
    this.listed = [];
    this.presentName = piece("span", { class: "now" });
    this.presentResult = piece("span", { class: "result quiet number" });
    this.present = piece("li", {}, swatch(null), this.presentName, this.presentResult);
    this.element = piece("ul", { class: "legend", "aria-label": "Curves" }, this.present);
  }

  /** @param {Curve} present */
  draw(present) {
    const { kept } = this.page;
    this.presentName.textContent = `${present.name} (now)`;
    this.presentResult.textContent = this.#result(present);
    if (kept.length === this.listed.length && kept.every((one, k) => one === this.listed[k]))
      return;
    this.listed = [...kept];
    this.element.replaceChildren(this.present, ...kept.map((curve) => this.#entry(curve)));
  }

  /** @param {Curve} curve */
  #entry(curve) {
    const name = piece("input", { "aria-label": "Name of the curve", maxlength: MOST_LETTERS });
    name.value = curve.name;
    const remove = buttonPiece("×", () => this.#remove(curve), { title: "Take this curve away" });
    const label = () => remove.setAttribute("aria-label", `Take away ${curve.name}`);
    label();
    name.addEventListener("change", () => {
      curve.name = name.value.trim() || curve.name;
      name.value = curve.name;
      label();
      this.page.changed("curves");
    });
    const stroke = this.page.content.strokes[curve.stroke];
    const rate = piece("span", { class: "rate quiet number" }, sayRate(curve.given));
    const result = piece("span", { class: "result quiet number" }, this.#result(curve));
    return piece("li", {}, swatch(stroke), name, rate, result, remove);
  }

  /**
   * How a curve ends.
   *
   * @param {Curve} curve
   */
  #result({ errors, diverged }) {
    if (diverged) return `diverged in epoch ${errors.length}`;
    const { error, quantities } = this.page.content;
    return `${quantities[error].label} ${shown(errors[errors.length - 1], 4)}`;
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
