/** A line at the window's edge for an answer that is out of view, with the way there. */

import { made, pushButton } from "../elements.js";
import { mathElement } from "../network/formulas.js";
import { shown } from "../network/numbers.js";
import { isHidden } from "../state/hidden.js";

/** @typedef {import("../state/state.js").Page} Page */

/** The parts of the window at its top and bottom where bars may cover a heading. */
const UNDER_BARS = "-10% 0px -15%";

/**
 * Show the line when a reader asks and does not see the answer, until the reader has seen it.
 *
 * @param {Page} page
 * @param {HTMLElement} question the card that answers
 */
export function showAnswerLine(page, question) {
  const [name, number] = [made("span", "asked"), made("span", "number")];
  const show = pushButton("Show", "Show the answer", () => goToAnswer(question));
  const line = made("aside", "answer-line", name, number, show);
  line.ariaLabel = "Answer";
  line.append(pushButton("×", "Close", () => awaited("")));
  document.body.append(line);
  let asked = page.asked;
  let unseen = false;
  const awaited = (/** @type {string} */ answer) => {
    unseen = answer !== "";
    if (!unseen) line.hidden = true;
  };
  const observer = new IntersectionObserver(
    ([{ isIntersecting }]) => {
      line.hidden = isIntersecting || !unseen;
      if (isIntersecting) awaited("");
    },
    { rootMargin: UNDER_BARS },
  );
  awaited("");
  page.follow(["asked"], () => {
    if (page.asked === asked) return;
    asked = page.asked;
    question.scrollTop = 0; // the card may be scrolled itself, and answers at its top
    awaited(asked);
  });
  page.follow(["asked", "row", "numbers", "walk", "hidden"], () => {
    observer.disconnect();
    if (!unseen) return;
    const hidden = isHidden(page, asked);
    name.replaceChildren(mathElement(page.content.quantities[asked].mathml));
    number.textContent = `= ${hidden ? "?" : shown(page.number(asked))}`;
    observer.observe(headingOf(question));
  });
}

/**
 * Have the reader see the answer.
 *
 * @param {HTMLElement} question
 */
export function goToAnswer(question) {
  question.scrollIntoView();
  headingOf(question).focus({ preventScroll: true });
}

/** @param {HTMLElement} question */
const headingOf = (question) => /** @type {HTMLElement} */ (question.querySelector("h2"));
