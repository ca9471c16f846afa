/** Where numbers stand on the axes of a chart, and curves as paths. Knows nothing of the page. */

/** The share of the axis that stays free beyond the largest number. */
const FREE = 1.04;
/** Within this many powers of ten a logarithmic axis has 2 and 5 between them. */
const CLOSE = 2;
/** Pixels beyond which a curve is no longer seen: browsers take no larger numbers than 1e21. */
const FAR = 100_000;

/** Maps the numbers of an axis to pixels. */
export class Scale {
  /**
   * @param {number} low the number at the axis' start; above 0 if it is logarithmic
   * @param {number} high the number at its end
   * @param {number} from the pixel of its start
   * @param {number} to the pixel of its end
   * @param {boolean} [logarithmic]
   */
  constructor(low, high, from, to, logarithmic = false) {
    this.low = low;
    this.high = high;
    this.logarithmic = logarithmic;
    this.from = from;
    this.to = to;
    this.start = this.#part(low);
    this.each = (to - from) / (this.#part(high) - this.start || 1);
  }

  /** @param {number} number */
  #part(number) {
    return this.logarithmic ? Math.log10(number) : number;
  }

  /**
   * The pixel of a number.
   *
   * @param {number} number
   */
  at(number) {
    return this.from + (this.#part(number) - this.start) * this.each;
  }

  /**
   * The number at a pixel of a linear axis.
   *
   * @param {number} pixel
   */
  back(pixel) {
    return this.start + (pixel - this.from) / this.each;
  }

  /**
   * Whether another axis puts every number where this one does.
   *
   * @param {Scale} other
   */
  is(other) {
    const alike = other.low === this.low && other.high === this.high;
    return (
      alike &&
      other.from === this.from &&
      other.to === this.to &&
      other.logarithmic === this.logarithmic
    );
  }

  /**
   * Whether the axis has a place for a number: a logarithmic one has none for 0 and below.
   *
   * @param {number} number
   */
  has(number) {
    return !this.logarithmic || number > 0;
  }

  /**
   * Round numbers along the axis.
   *
   * @param {number} most how many at most
   */
  ticks(most) {
    const found = this.logarithmic ? powers(this.low, this.high, most) : [];
    return found.length > 1 ? found : evenly(this.low, this.high, most);
  }
}

/**
 * What an axis goes over to show some curves.
 *
 * @param {Float64Array[]} curves
 * @param {boolean} logarithmic whether numbers of 0 and below are left out
 * @returns {[number, number] | null} null if no number is left
 */
export function spanOf(curves, logarithmic) {
  let low = Infinity;
  let high = -Infinity;
  for (const numbers of curves) {
    for (const number of numbers) {
      const counts = !logarithmic || number > 0;
      if (counts && number < low) low = number;
      if (counts && number > high) high = number;
    }
  }
  if (high < low) return null;
  return logarithmic
    ? powerSpan(low, high)
    : [FREE * Math.min(0, low), FREE * Math.max(0, high) || 1];
}

/**
 * @param {number} low
 * @param {number} high
 * @returns {[number, number]}
 */
const powerSpan = (low, high) => (low === high ? [low / 2, high * 2] : [low / FREE, high * FREE]);

/**
 * Multiples of 1, 2 or 5 times a power of ten.
 *
 * @param {number} low
 * @param {number} high
 * @param {number} most
 */
function evenly(low, high, most) {
  const size = (high - low) / most;
  const power = 10 ** Math.floor(Math.log10(size));
  const step = ([1, 2, 5].find((times) => times * power >= size) ?? 10) * power;
  const found = [];
  for (let times = Math.ceil(low / step); times * step <= high; times++) {
    found.push(Number((times * step).toPrecision(12)));
  }
  return found;
}

/**
 * Powers of ten, some left out if there are too many; with 2 and 5 between them if there are few.
 *
 * @param {number} low
 * @param {number} high
 * @param {number} most
 */
function powers(low, high, most) {
  const [first, last] = [Math.floor(Math.log10(low)), Math.ceil(Math.log10(high))];
  const every = Math.max(1, Math.ceil((last - first) / most));
  const times = last - first <= CLOSE ? [1, 2, 5] : [1];
  const found = [];
  for (let power = Math.ceil(first / every) * every; power <= last; power += every) {
    for (const each of times) found.push(Number(`${each}e${power}`));
  }
  return found.filter((number) => number >= low && number <= high);
}

/**
 * A curve as the `d` of a path: number k stands at x = k. Where several numbers share a column of
 * pixels, the lowest and the highest are drawn, so that no spike is lost.
 *
 * @param {Float64Array} numbers
 * @param {Scale} x
 * @param {Scale} y
 */
export function outline(numbers, x, y) {
  const parts = [];
  let command = "M";
  for (const k of pointsOf(numbers, Math.abs(x.each))) {
    if (y.has(numbers[k])) {
      const height = Math.max(-FAR, Math.min(y.at(numbers[k]), FAR));
      parts.push(`${command}${x.at(k).toFixed(1)} ${height.toFixed(1)}`);
      command = "L";
    } else {
      command = "M";
    }
  }
  if (parts.length === 1) parts.push("h1");
  return parts.join("");
}

/**
 * The places of the numbers that are drawn.
 *
 * @param {Float64Array} numbers
 * @param {number} each how many pixels apart they stand
 */
function* pointsOf(numbers, each) {
  const together = Math.max(1, Math.floor(1 / each));
  for (let start = 0; start < numbers.length; start += together) {
    const end = Math.min(start + together, numbers.length);
    let [low, high] = [start, start];
    for (let k = start + 1; k < end; k++) {
      if (numbers[k] < numbers[low]) low = k;
      if (numbers[k] > numbers[high]) high = k;
    }
    yield Math.min(low, high);
    if (low !== high) yield Math.max(low, high);
  }
}
