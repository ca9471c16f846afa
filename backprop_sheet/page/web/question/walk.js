/** What a class is shown: the pass walked stop by stop, and numbers hidden until they are guessed. */

import { buttonPiece, made } from "../elements.js";

/** @typedef {import("../state/state.js").Page} Page */

/** The keys that do the same as the buttons. */
export const NEXT_KEY = "n";
export const BACK_KEY = "p";

/**
 * @param {Page} page
 * @param {HTMLElement} place
 */
export function showWalk(page, place) {
  const forward = () => page.walk(page.walked + 1);
  const start = described(buttonPiece("Walk the pass", forward), "Walk the pass", NEXT_KEY);
  const back = described(
    buttonPiece("◀", () => page.walk(page.walked - 1)),
    "One step back",
    BACK_KEY,
  );
  const next = described(buttonPiece("▶", forward), "One step on", NEXT_KEY);
  const end = described(
    buttonPiece("To the end", () => page.walk(page.pass.length - 1)),
    "To the end",
  );
  const stop = buttonPiece("Stop", () => page.walk(-1));
  const steps = [back, next, end, stop];
  const where = made("output", "where");
  place.append(start, ...steps, where);
  page.follow(["walk", "row"], () => {
    const walking = page.walked >= 0;
    const focused = document.activeElement;
    start.hidden = walking;
    for (const step of steps) step.hidden = !walking;
    back.disabled = page.walked <= 0;
    next.disabled = end.disabled = page.walked === page.pass.length - 1;
    if (walking) where.style.minWidth = `${widest(page.pass)}ch`;
    where.textContent = walking ? whereIn(page) : "";
    if (focused && [start, ...steps].includes(/** @type {HTMLButtonElement} */ (focused))) {
      const usable = (/** @type {HTMLButtonElement} */ step) => !step.hidden && !step.disabled;
      const sought = [/** @type {HTMLButtonElement} */ (focused), next, back, start];
      sought.find(usable)?.focus();
    }
  });
}

/**
 * Where the walk is, such as "back 2 of 16".
 *
 * @param {Page} page
 */
function whereIn({ pass, walked }) {
  const { stage } = pass[walked];
  const first = pass.findIndex((stop) => stop.stage === stage);
  const all = pass.filter((stop) => stop.stage === stage).length;
  return `${stage} ${walked - first + 1} of ${all}`;
}

/**
 * The letters of the longest text on where a walk is, so that nothing moves while one walks.
 *
 * @param {import("../network/pass.js").Stop[]} pass
 */
const widest = (pass) =>
  Math.max(...pass.map(({ stage }) => stage.length)) +
  2 * String(pass.length).length +
  " of ".length;

/**
 * @param {Page} page
 * @param {HTMLElement} place
 */
export function showHiding(page, place) {
  const hide = buttonPiece("Hide numbers", () => page.hide(!page.hidden));
  hide.title = "Have a class guess each number first";
  const all = buttonPiece("Show all", () => {
    page.revealAll();
    hide.focus();
  });
  place.append(hide, all);
  page.follow(["hidden"], () => {
    hide.setAttribute("aria-pressed", String(page.hidden));
    all.hidden = !page.hidden;
  });
}

/**
 * A button that says what it does where one points at it, and to who cannot see its sign.
 *
 * @param {HTMLButtonElement} element
 * @param {string} does
 * @param {string} [key] that does the same
 */
function described(element, does, key) {
  element.title = key ? `${does} (key ${key})` : does;
  element.setAttribute("aria-label", does);
  if (key) element.setAttribute("aria-keyshortcuts", key);
  return element;
}
