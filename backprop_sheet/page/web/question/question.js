/** The question card: answers what is asked, keeps a trail, and has what a class needs. */

import { made } from "../elements.js";
import { DIGITS } from "../network/formulas.js";
import { shown } from "../network/numbers.js";
import { cell, chain, goesInto, heading, update, working } from "./answers.js";
import { showAskField } from "./askfield.js";
import { button } from "./equations.js";
import { patchChildren } from "./patch.js";
import { showStart } from "./startfield.js";
import { showHiding, showWalk } from "./walk.js";

/** @typedef {import("../state/state.js").Page} Page */

const NOTHING_ASKED =
  "Click any quantity in the drawing, the table or a formula, or type its name above: here you see " +
  "how it is computed and what it goes into. Or walk the pass, number by number, as on a board.";

/**
 * @param {Page} page
 * @param {HTMLElement} place
 */
export function showQuestion(page, place) {
  const [by, walk, hiding] = ["asking-by-name", "walk", "hiding"].map((name) => made("div", name));
  showTrail(page, by);
  showAskField(page, by);
  showWalk(page, walk);
  showHiding(page, hiding);
  const tools = made("div", "tools", by, walk, hiding);
  const [above, start, below] = ["answer", "start", "answer"].map((name) => made("div", name));
  place.append(tools, above, start, below);
  sayWhatIsAsked(page, place);
  showStart(page, start);
  let drawn = "";
  page.follow(["asked", "row", "numbers", "walk", "hidden"], () => {
    const inAnswer = [above, below].some((part) => part.contains(document.activeElement));
    const drawing = `${page.asked} ${page.row}`;
    for (const [part, children] of /** @type {const} */ ([
      [above, partsAbove(page)],
      [below, partsBelow(page)],
    ])) {
      if (drawing === drawn) patchChildren(part, children);
      else part.replaceChildren(...children);
    }
    drawn = drawing;
    if (inAnswer && !place.contains(document.activeElement)) above.querySelector("h2")?.focus();
    requestAnimationFrame(() => scrollable(place));
  });
  new ResizeObserver(() => scrollable(place)).observe(place);
}

/**
 * Has a screen reader say what is asked, wherever that was done.
 *
 * @param {Page} page
 * @param {HTMLElement} place
 */
function sayWhatIsAsked(page, place) {
  const said = made("p", "said");
  said.setAttribute("role", "status");
  place.append(said);
  page.follow(["asked"], () => {
    if (!page.asked) return;
    const { label, kind } = page.content.quantities[page.asked];
    const number = page.isHidden(page.asked) ? "hidden" : shown(page.number(page.asked), DIGITS);
    said.textContent = `${label}, ${kind}, ${number}`;
  });
}

/** @param {Page} page */
const partsAbove = (page) =>
  page.asked
    ? [...heading(page), ...working(page), ...chain(page)]
    : [made("h2", "", "Ask"), made("p", "", NOTHING_ASKED)];

/** @param {Page} page */
const partsBelow = (page) =>
  page.asked ? [...update(page), ...goesInto(page), ...cell(page)] : [];

/**
 * Formulas that are wider than the card are scrolled, by keyboard, too.
 *
 * @param {HTMLElement} place
 */
function scrollable(place) {
  for (const equation of /** @type {NodeListOf<HTMLElement>} */ (
    place.querySelectorAll(".equation, code")
  )) {
    if (equation.scrollWidth > equation.clientWidth) equation.tabIndex = 0;
    else equation.removeAttribute("tabindex");
  }
}

/**
 * Back and forward through what was asked.
 *
 * @param {Page} page
 * @param {HTMLElement} place
 */
function showTrail(page, place) {
  /** @type {string[]} */
  const trail = [];
  let at = -1;
  const go = (/** @type {number} */ to) => {
    at = to;
    page.ask(trail[at]);
  };
  const back = button(["←"], () => go(at - 1));
  const forward = button(["→"], () => go(at + 1));
  place.append(back, forward);
  const describe = (
    /** @type {HTMLButtonElement} */ element,
    /** @type {string} */ way,
    to = "",
  ) => {
    element.disabled = !to;
    element.title = to ? `${way} to ${page.content.quantities[to].label}` : way;
    element.setAttribute("aria-label", element.title);
  };
  page.follow(["asked"], () => {
    if (page.asked && page.walked < 0 && page.asked !== trail[at]) {
      trail.splice(at + 1, trail.length, page.asked);
      at = trail.length - 1;
    }
    describe(back, "Back", trail[at - 1]);
    describe(forward, "Forward", trail[at + 1]);
  });
}
