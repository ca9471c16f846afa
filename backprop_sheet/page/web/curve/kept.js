/** Curves that are kept beside the present one: trained, named, compared, kept and taken away. */

import { byName, ETA } from "../network/content.js";
import { shown } from "../network/numbers.js";
import { Training } from "../network/training.js";
import { copied } from "../state/startnumbers.js";

/** @typedef {import("../network/content.js").Content} Content */
/** @typedef {import("../state/startnumbers.js").Numbers} Numbers */
/** @typedef {import("../state/state.js").Page} Page */

/**
 * What a kept curve was trained with: all that is needed to train it again, what the reader calls
 * it, and whether it is one of the rates to compare.
 *
 * @typedef {Numbers & {name: string, compared: boolean}} Setup
 *
 * What came of it: the error of each epoch and, if the network has one, the accuracy; whether the
 * training diverged before its last epoch; the number of its stroke.
 *
 * @typedef {Setup & {errors: Float64Array, accuracies: Float64Array, diverged: boolean,
 *   stroke: number}} Curve
 */

/** The sign of the learning rate. */
const RATE_SIGN = "η";
/** The most differences that the name of a curve states. */
const MOST_DIFFERENCES = 3;
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
    .filter((name) => name !== ETA && given[name] !== content.given[name])
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
export const sayRate = (given) => `${RATE_SIGN} = ${shown(given[ETA])}`;

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
 * Keep the curves of the rates to compare or, if they are kept, take them away.
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
    const given = byName(present.given, { [ETA]: rate });
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
