/** Which layout of a drawing the page has room for, in which columns, and how large it gets. */

/** @typedef {import("../network/content.js").Layout} Layout */

/**
 * How the page is divided: the drawing beside the question, with more room there, or above it.
 *
 * @typedef {"" | "wide" | "broad"} Columns
 */

/** A frame of so many pixels is no phone's: it may show letters a little smaller, to fit all. */
const WIDE_FRAME = 600;
const NEARLY = 0.88;
/** The drawing's share of the columns, as in `page.css`. */
/** @type {[Columns, number][]} */
const SHARES = [
  ["", 0.6],
  ["wide", 0.67],
];
/** A drawing that is longer than this, in its own pixels and in its heights, stands above the
 * question. */
const LONGEST_BESIDE = 800;
const LONG = 2.5;
/** The most of the window's height that a drawing grows to: alone, beside and above the question. */
const MOST_OF_WINDOW = 0.8;
const MOST_BESIDE = 0.46;
const MOST_ABOVE = 0.55;
const TWO_COLUMNS = matchMedia("(width > 60rem)");

/**
 * The layout that needs most room and has it, and the columns for it. Above the question stand long
 * drawings, and what would have to be scrolled beside it.
 *
 * @param {Layout[]} layouts the one for the least room first, which is taken if none has enough
 * @param {HTMLElement} frame what it is drawn into, in a card of the page
 * @returns {{layout: Layout, columns: Columns}}
 */
export function fittingLayout(layouts, frame) {
  /** @type {Partial<Record<Columns, number>>} */
  const rooms = TWO_COLUMNS.matches ? roomsOf(frame) : { "": frame.clientWidth };
  const largestFirst = layouts.toReversed();
  const found = largestFirst.find((one) => columnsFor(one, rooms) !== undefined);
  if (found) return { layout: found, columns: columnsFor(found, rooms) ?? "" };
  const above = largestFirst.find((one) => neededBy(one) <= (rooms.broad ?? 0));
  return above ? { layout: above, columns: "broad" } : { layout: layouts[0], columns: "wide" };
}

/**
 * The least width of a frame that shows all of a layout.
 *
 * @param {Layout} layout
 */
const neededBy = ({ box, room, scale }) => Math.max(room, NEARLY * scale * box[2]);

/**
 * The first columns that have room for a layout.
 *
 * @param {Layout} layout
 * @param {Partial<Record<Columns, number>>} rooms
 */
function columnsFor(layout, rooms) {
  const [, , width, height] = layout.box;
  const isLong = "broad" in rooms && width > Math.max(LONGEST_BESIDE, LONG * height);
  const columns = /** @type {Columns[]} */ (isLong ? ["broad"] : ["", "wide"]);
  return columns.find((one) => neededBy(layout) <= (rooms[one] ?? 0));
}

/**
 * How wide the frame is in each kind of columns.
 *
 * @param {HTMLElement} frame
 * @returns {Record<Columns, number>}
 */
function roomsOf(frame) {
  const card = /** @type {HTMLElement} */ (frame.parentElement);
  const main = /** @type {HTMLElement} */ (card.parentElement);
  const { paddingLeft, paddingRight, columnGap } = getComputedStyle(main);
  const whole = main.clientWidth - parseFloat(paddingLeft) - parseFloat(paddingRight);
  const around = card.offsetWidth - frame.clientWidth;
  const beside = SHARES.map(([columns, share]) => [
    columns,
    (whole - parseFloat(columnGap)) * share - around,
  ]);
  return { ...Object.fromEntries(beside), broad: whole - around };
}

/**
 * How many of the screen's pixels one of a drawing's gets: as many as there is room for, and never
 * so few that its numbers cannot be read.
 *
 * @param {Layout} layout
 * @param {Columns} columns
 * @param {number} room the frame's width
 */
export function scaleFor({ box, scale, grids }, columns, room) {
  const [, , width, height] = box;
  const isLow = TWO_COLUMNS.matches && grids.length === 0; // numbers in grids need the room
  const lower = columns === "broad" ? MOST_ABOVE : MOST_BESIDE;
  const most = isLow ? lower : MOST_OF_WINDOW;
  const fits = Math.min(room / width, (most * innerHeight) / height);
  const least = room >= WIDE_FRAME ? Math.min(scale, Math.max(fits, NEARLY * scale)) : scale;
  return Math.max(least, fits);
}
