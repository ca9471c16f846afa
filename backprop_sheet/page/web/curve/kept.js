/** Curves that are kept beside the present one: trained, named, listed, removed. */

import { buttonPiece, piece, svgPiece } from "../elements.js";
import { byName } from "../network/content.js";
import { shown } from "../network/numbers.js";
import { Training } from "../network/training.js";
import { copied } from "../state/startnumbers.js";
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
/** The most curves that are kept: a link that holds them trains them all. */
export const MOST_KEPT = 20;
/** How many dashes further on in the list a colour finds its next one. */
const OTHER_DASH = 2;

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
  const setup = { name: nameOfPresent(page), ...copied(page), compared: false };
  return curveOf(page.content, setup, page.training);
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
 * Why curves are not kept beside those that are; empty if they may be.
 *
 * @param {Page} page
 * @param {number} epochs of each curve
 * @param {number} [curves] how many
 */
export function refusalToKeep({ kept, content }, epochs, curves = 1) {
  if (kept.length + curves > MOST_KEPT) return `At most ${MOST_KEPT} curves are kept`;
  const inAll = kept.reduce((sum, curve) => sum + curve.epochs, epochs * curves);
  return inAll > content.most ? `Kept curves have at most ${content.most} epochs together` : "";
}

/**
 * The first stroke that no curve has.
 *
 * @param {Curve[]} curves
 */
export function freeStroke(curves) {
  const used = new Set(curves.map(({ stroke }) => stroke));
  let stroke = 0;
  while (used.has(stroke)) stroke++;
  return stroke;
}

/**
 * Keep a curve.
 *
 * @param {Page} page
 * @param {Curve} curve
 * @param {number} [stroke] that no other has
 */
export function keepCurve({ kept }, curve, stroke = freeStroke(kept)) {
  kept.push({ ...curve, stroke });
}

/**
 * How a kept curve is drawn. Once every colour is used, each comes again with another dash: not that
 * of the colour beside it, which it is most like.
 *
 * @param {Content} content
 * @param {Curve} curve
 */
export function strokeOf({ strokes }, { stroke }) {
  const round = Math.floor(stroke / strokes.length);
  const { color } = strokes[stroke % strokes.length];
  const { dash } = strokes[(stroke + OTHER_DASH * round) % strokes.length];
  return { color, dash };
}

/**
 * The kept curve that starts from the same numbers as another one.
 *
 * @param {Page} page
 * @param {Setup} setup of the other
 */
export function keptLike({ kept }, { given, samples, epochs }) {
  const names = Object.keys(given);
  return kept.find(
    (curve) =>
      curve.epochs === epochs &&
      names.every((name) => curve.given[name] === given[name]) &&
      samples.every((sample, k) => sample.every((number, at) => curve.samples[k][at] === number)),
  );
}

/**
 * Keep a curve or, if the reader has kept it, take it away.
 *
 * @param {Page} page
 * @param {Curve} curve
 */
export function toggleKept(page, curve) {
  const like = keptLike(page, curve);
  if (!like) keepCurve(page, curve);
  else if (like.compared) like.compared = false;
  else page.kept = page.kept.filter((other) => other !== like);
}

/**
 * Keep the curves of the rates that the exercise compares or, if they are kept, take them away.
 * One that the reader has kept stays, and is not kept twice.
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
    const given = byName(present.given, { [RATE]: rate });
    const setup = { ...present, name: sayRate(given), given, compared: true };
    if (!keptLike(page, setup)) keepCurve(page, curveOf(page.content, setup));
  }
}

/**
 * Whether the curves of the rates are kept.
 *
 * @param {Page} page
 */
export const comparesRates = ({ kept }) => kept.some((curve) => curve.compared);

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
    write(this.presentName, `${present.name} (now)`);
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
    write(this.presentResult, this.#result(present, epoch, hidden));
    for (const [k, curve] of this.listed.entries()) {
      write(this.results[k], this.#result(curve, epoch, hidden));
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
 * Write a text where another one stands.
 *
 * @param {HTMLElement} element
 * @param {string} text
 */
function write(element, text) {
  if (element.textContent !== text) element.textContent = text;
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
