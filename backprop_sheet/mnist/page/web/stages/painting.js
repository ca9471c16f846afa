/** Numbers as pixels of a canvas. The paper stays clear: a style gives its colour, light or dark. */

/** @typedef {import("../network/content.js").Content} Content */
/** @typedef {import("../network/forward.js").Maps} Maps */

/** Between maps: a clear grey, as its bytes: depth, blue, green, red. */
const GAP = 0x5a808080;

/**
 * Ink on a canvas as large as the picture.
 *
 * @param {HTMLCanvasElement} canvas
 * @param {ArrayLike<number>} picture grey values from 0 to 255, row by row
 */
export function paintInk(canvas, picture) {
  const { context, image } = pixelsOf(canvas);
  for (let at = 0; at < picture.length; at++) image.data[4 * at + 3] = picture[at];
  context.putImageData(image, 0, 0);
}

/** Rows and columns of the largest maps, in pixels of a canvas; small maps have larger places. */
const SIDE = 28;
const GAP_WIDTH = 2;

/**
 * Where the maps of a stage stand on its canvas.
 *
 * @param {Pick<Maps, "channels" | "rows" | "columns">} maps
 * @param {number} across how many stand side by side
 */
export function layoutOf({ channels, rows, columns }, across) {
  /** The canvas's pixels for one value, across and down. */
  const cell = Math.max(1, Math.floor(SIDE / columns));
  const [width, height] = [columns * cell + GAP_WIDTH, rows * cell + GAP_WIDTH];
  return {
    cell,
    width: across * width - GAP_WIDTH,
    height: Math.ceil(channels / across) * height - GAP_WIDTH,
    /** The upper left corner of a map. @param {number} map @returns {[number, number]} */
    corner: (map) => [(map % across) * width, Math.floor(map / across) * height],
  };
}

/** @typedef {ReturnType<typeof layoutOf>} Layout */

/**
 * Maps on a canvas: the deeper the colour, the larger the number; blue above 0, red below.
 *
 * @param {HTMLCanvasElement} canvas as large as the layout
 * @param {Maps} maps
 * @param {Layout} layout
 * @param {Content["tints"]} tints
 */
export function paintMaps(canvas, maps, layout, tints) {
  const { context, image, colors } = pixelsOf(canvas);
  const { channels, rows, columns, values } = maps;
  const { cell } = layout;
  const most = largest(values);
  const [above, below] = [color(tints.above), color(tints.below)];
  colors.fill(GAP);
  let value = 0;
  for (let map = 0; map < channels; map++) {
    const [left, top] = layout.corner(map);
    for (let row = 0; row < rows; row++) {
      const start = (top + row * cell) * image.width + left;
      for (let at = start; at < start + columns * cell; at += cell, value++) {
        const number = values[value];
        const depth = Math.round((255 * Math.abs(number)) / most);
        colors.fill(((number > 0 ? above : below) | (depth << 24)) >>> 0, at, at + cell);
      }
      for (let line = 1; line < cell; line++) {
        colors.copyWithin(start + line * image.width, start, start + columns * cell);
      }
    }
  }
  context.putImageData(image, 0, 0);
}

/** The largest size of some numbers; 1 if all are 0. @param {ArrayLike<number>} numbers */
export function largest(numbers) {
  let most = 0;
  for (let at = 0; at < numbers.length; at++) most = Math.max(most, Math.abs(numbers[at]));
  return most || 1;
}

/** The bytes of a colour, the lowest one first: red, green, blue. @param {string} text RRGGBB */
function color(text) {
  const [red, green, blue] = [0, 2, 4].map((start) =>
    Number.parseInt(text.slice(start, start + 2), 16),
  );
  return red | (green << 8) | (blue << 16);
}

/**
 * @typedef {object} Pixels
 * @property {CanvasRenderingContext2D} context
 * @property {ImageData} image
 * @property {Uint32Array} colors the image's, each as its bytes: red, green, blue, depth
 */

/** @type {WeakMap<HTMLCanvasElement, Pixels>} */
const known = new WeakMap();

/**
 * A canvas's context, and an image of its size.
 *
 * @param {HTMLCanvasElement} canvas
 */
function pixelsOf(canvas) {
  const { width, height } = canvas;
  const kept = known.get(canvas);
  if (kept && kept.image.width === width && kept.image.height === height) return kept;
  const context = canvas.getContext("2d", { willReadFrequently: true }); // kept where we write it
  if (!context) throw new Error("this browser has no canvas");
  const image = context.createImageData(width, height);
  const made = { context, image, colors: new Uint32Array(image.data.buffer) };
  known.set(canvas, made);
  return made;
}
