/** Reading the parts of a link: one that makes no sense is set aside, and the others are read. */

/**
 * Do what a part of a link says.
 *
 * @param {string} part
 * @param {string[]} odd gets the part if it makes no sense
 * @param {() => void} doIt
 */
export function attempt(part, odd, doIt) {
  try {
    doIt();
  } catch (error) {
    if (!(error instanceof RangeError || error instanceof URIError)) throw error;
    odd.push(part);
  }
}

/**
 * A whole number between two others.
 *
 * @param {string} text
 * @param {number} low
 * @param {number} high
 */
export function wholeWithin(text, low, high) {
  const number = /^\d+$/.test(text) ? Number(text) : NaN;
  if (!(number >= low && number <= high)) throw new RangeError(text);
  return number;
}
