/** What quantities are, in plain words: settings by their name, the others by their kind. */

import { quantityOf } from "../network/chain.js";
import { byName } from "../network/content.js";
import { mathElement, nameOf } from "../network/formulas.js";

/** @typedef {import("../state/state.js").Page} Page */

/** @type {Record<string, string>} */
const SETTINGS = byName({
  eta: "It is the learning rate: each step of each weight is in proportion to it.",
  mu: "It is the momentum: how much of a step goes on in the next one.",
  alpha: "It is how much of the mean of squared gradients stays from step to step.",
  epsilon: "It keeps steps finite where gradients are near 0.",
  beta1: "It is how much of the mean gradient stays from step to step.",
  beta2: "It is how much of the mean of squared gradients stays from step to step.",
  momentum_decay: "It is how fast the momentum rises.",
  rho: "It is how much of the means of squares stays from step to step.",
  memory: "It is what the sum of squared gradients starts from.",
  weight_decay: "It is how strongly each step shrinks weights, whatever their gradients are.",
  l1: "It is how strongly the sizes of weights count in the total error.",
  l2: "It is how strongly the squares of weights count in the total error.",
  clip_value: "No gradient moves a weight as if it were larger than this.",
  clip_norm: "Gradients that are longer than this, taken together, are cut to it.",
  gamma: "It is what the learning rate is multiplied by each time it falls.",
  every: "After so many epochs the learning rate falls.",
  decay: "It is how fast the learning rate falls.",
  period: "It is the number of epochs in which the learning rate falls to 0.",
  warmup: "It is the number of epochs in which the learning rate rises to its full size.",
  rate: "It is a factor of the learning rate, for the weights of one layer.",
  m: "It is how much each step moves running means and variances.",
  p: "It is the probability with which a number is dropped.",
});

/** @type {Record<string, string>} */
const MEANINGS = {
  setting: "It is one number for the whole training.",
  counter: "It counts.",
  "learning rate": "It is the learning rate of this epoch.",
  seed: "The random numbers of this row start from it.",
  "random number": "It decides by chance what is dropped.",
  target: "It is what an output should be.",
  input: "It is what the network is given.",
  weight: "It is how strongly a signal counts. Training moves it.",
  bias: "It is added whatever the inputs are. Training moves it.",
  "weighted sum": "It adds up what comes in, before an activation.",
  activation: "It is what the neuron puts out.",
  "own formula": "The network declares it by a formula of its own.",
  error: "It is how far an output is from its target.",
  penalty: "It is the part of the total error that keeps weights small.",
  "total error": "It is what training is to make smaller.",
  "mean error": "It is the mean of the total error over the samples of the epoch so far.",
  partial: "It is how much the total error grows per unit of {of}: a step of the way back.",
  gradient: "It is how much the total error grows per unit of {of}.",
  "mean gradient": "It gathers a gradient over the samples between two updates.",
  "clipped gradient": "It keeps gradients within bounds.",
  "new weight": "It is the weight after its update: earlier layers already use it.",
  state: "The optimizer carries it from one update to the next.",
  measure: "It is shown for reading; no other formula uses it in training.",
};

/** The formula of a step down a gradient: w − η·∂E/∂w. */
const PLAIN_STEP = "{0}<mo>−</mo>{1}<mo>·</mo>{2}";

/**
 * What a quantity is, in a sentence or two.
 *
 * @param {Page} page
 * @param {string} name
 */
export function meaningOf(page, name) {
  const { quantities } = page.content;
  const { kind } = quantities[name];
  if (kind === "setting") return settingMeaning(name);
  const of = quantityOf(page, name);
  const words = MEANINGS[kind].replaceAll("{of}", of && quantities[of].label);
  return kind === "gradient" ? `${words} ${stepMeaning(page, of, name)}` : words;
}

/** @param {string} name of a setting; a layer's has its number or letter at the end */
const settingMeaning = (name) =>
  SETTINGS[name] ?? SETTINGS[name.replace(/(?<=^rate)\d+$|(?<=^[mp])_.+$/, "")] ?? MEANINGS.setting;

/**
 * How a gradient moves its weight.
 *
 * @param {Page} page
 * @param {string} of
 * @param {string} name
 */
function stepMeaning({ content, training, row }, of, name) {
  const { label } = content.quantities[of];
  const [shape, , rate, gradient] = training.update(of, row) ?? [0];
  if (!gradient || nameOf(gradient) !== name || content.shapes[shape][0] !== PLAIN_STEP) {
    return `The steps of ${label} follow from it.`;
  }
  const sign = mathElement(content.quantities[nameOf(rate)].mathml).textContent;
  return `A step moves ${label} by −${sign} times this.`;
}
