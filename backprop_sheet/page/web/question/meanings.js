/** What quantities are, in plain words, by their kind. */

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
  activation: "It is what is passed on to the next layer.",
  "own formula": "The network declares it by a formula of its own.",
  error: "It is how far an output is from its target.",
  penalty: "It is the part of the total error that keeps weights small.",
  "total error": "Training makes it smaller.",
  "mean error": "It is the mean of the total error over the samples of the epoch so far.",
  partial: "It is how much the total error grows per unit of {of}: a step of the way back.",
  gradient:
    "It is how much the total error grows per unit of {of}. Training moves {of} against it.",
  "mean gradient": "It gathers a gradient over the samples between two updates.",
  "clipped gradient": "It keeps gradients within bounds.",
  "new weight": "It is the weight after its update: earlier layers already use it.",
  state: "The optimizer carries it from one update to the next.",
  measure: "It is shown for reading; no other formula uses it in training.",
};

/**
 * A sentence on a quantity.
 *
 * @param {string} kind
 * @param {string} of what it is a gradient of, if it is one
 */
export const meaning = (kind, of) => MEANINGS[kind].replaceAll("{of}", of);
