/** The question card: answers what is asked, keeps a trail, and has what a class needs. */

import { buttonPiece, made } from "../elements.js";
import { DIGITS } from "../network/formulas.js";
import { shown } from "../network/numbers.js";
import { heading, working } from "./asked.js";
import { showAskField } from "./askfield.js";
import { chain, isProduct } from "./bychain.js";
import { goesInto, update } from "./onward.js";
import { Panel } from "./panel.js";
import { cell } from "./sheetcell.js";
import { showStart } from "./startfield.js";
import { showHiding, showWalk } from "./walk.js";

/** @typedef {import("../state/state.js").Page} Page */

const NOTHING_ASKED =
  "Click any quantity in the drawing, the table or a formula, or type its name above: here you see " +
  "how it is computed and what it goes into. Or walk the pass, number by number, as on a board.";

/** After so many milliseconds without a change, what is too wide is found. */
const SETTLING = 100;

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
  const tools = made("div", "tools", by, hiding, walk);
  const [above, start, below] = ["answer", "start", "answer"].map((name) => made("div", name));
  const answer = made("div", "answers", above, start, below);
  place.append(tools, answer);
  sayWhatIsAsked(page, place);
  showStart(page, start);
  showAnswer(page, answer, above, below);
}

/**
 * The answer is made again only where its formulas are others; numbers change in it.
 *
 * @param {Page} page
 * @param {HTMLElement} place
 * @param {HTMLElement} above what stands above the field of a given number
 * @param {HTMLElement} below
 */
function showAnswer(page, place, above, below) {
  /** @type {Set<string>} */
  const opened = new Set();
  let asked = "";
  let drawn = "";
  let panel = new Panel(page, opened);
  let waiting = 0;
  page.follow(["asked", "row", "numbers", "walk", "hidden"], () => {
    const formulas = whatIsShown(page);
    if (formulas !== drawn) {
      drawn = formulas;
      const isOther = page.asked !== asked;
      if (isOther) {
        opened.clear();
        place.scrollTop = 0;
      }
      asked = page.asked;
      panel = new Panel(page, opened);
      const inAnswer = [above, below].some((part) => part.contains(document.activeElement));
      above.replaceChildren(...partsAbove(panel));
      below.replaceChildren(...partsBelow(panel));
      // the same answer in another epoch does not scroll the page
      if (inAnswer) above.querySelector("h2")?.focus({ preventScroll: !isOther });
    }
    panel.refresh();
    clearTimeout(waiting);
    waiting = setTimeout(() => scrollable(place), SETTLING);
  });
  new ResizeObserver(() => scrollable(place)).observe(place);
}

/**
 * All that the answer's formulas follow from, but for their numbers.
 *
 * @param {Page} page
 */
function whatIsShown({ asked, row, walked, hidden, revealed, training, samples }) {
  const below = Math.min(training.rows - row, samples.length + 1);
  return [asked, row, walked, hidden, below, ...revealed].join(" ");
}

/**
 * Has a screen reader say what is asked, wherever that was done, and no number that is hidden.
 *
 * @param {Page} page
 * @param {HTMLElement} place
 */
function sayWhatIsAsked(page, place) {
  const said = made("p", "said");
  said.setAttribute("role", "status");
  place.append(said);
  const say = () => {
    if (!page.asked) return;
    const { label, kind } = page.content.quantities[page.asked];
    const { hidden, value } = new Panel(page, new Set()).entry(page.asked);
    const number = hidden ? "hidden" : shown(value(), DIGITS);
    const text = `${label}, ${kind}, ${number}`;
    if (said.textContent !== text) said.textContent = text;
  };
  page.follow(["asked", "hidden"], say);
  page.follow(["row"], () => {
    if (page.hidden) say();
  });
}

/** A product of the chain rule comes before the formula that has it in one step. @param {Panel} panel */
const partsAbove = (panel) => {
  const { page } = panel;
  if (!page.asked) return [made("h2", "", "Ask"), made("p", "", NOTHING_ASKED)];
  const byChain = !panel.next && isProduct(page);
  return [...heading(panel), ...(byChain ? [] : working(panel)), ...chain(panel)];
};

/** @param {Panel} panel */
const partsBelow = (panel) => {
  const { page } = panel;
  if (!page.asked) return [];
  const oneStep = !panel.next && isProduct(page) ? [made("h3", "", "In one step")] : [];
  const first = oneStep.length > 0 ? [...oneStep, ...working(panel)] : [];
  return [...first, ...update(panel), ...goesInto(panel), ...cell(panel)];
};

/**
 * Formulas that are wider than the card are scrolled, by keyboard, too.
 *
 * @param {HTMLElement} place
 */
function scrollable(place) {
  for (const equation of /** @type {NodeListOf<HTMLElement>} */ (
    place.querySelectorAll(".equation, code")
  )) {
    const isWide = equation.scrollWidth > equation.clientWidth;
    if (isWide === equation.hasAttribute("tabindex")) continue;
    if (isWide) equation.tabIndex = 0;
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
  const back = buttonPiece("←", () => go(at - 1));
  const forward = buttonPiece("→", () => go(at + 1));
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
