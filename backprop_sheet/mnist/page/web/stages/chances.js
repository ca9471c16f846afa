/** The ten probabilities as bars; each can be asked. */

import { buttonPiece, made, writeText } from "../../../../page/web/elements.js";
import { percent } from "./words.js";

/** @typedef {import("../state/state.js").Page} Page */

/**
 * @param {Page} page
 * @param {HTMLElement} place
 */
export function showChances(page, place) {
  const answer = made("strong", "");
  const rows = Array.from({ length: 10 }, (_, digit) => {
    const bar = made("span", "bar");
    const number = made("span", "number");
    const content = made(
      "span",
      "chance",
      made("b", "", String(digit)),
      made("span", "track", bar),
      number,
    );
    const level = page.stages.length + 1;
    const ask = () => page.ask({ level, map: digit, row: 0, column: 0 });
    const button = buttonPiece(content, ask);
    return { bar, number, button };
  });
  const list = made("div", "chances", ...rows.map(({ button }) => button));
  place.append(made("h2", "", "Its answer: ", answer), list);
  page.follow(["picture"], () => {
    const { chances, isBlank } = page;
    writeText(answer, isBlank ? "nothing drawn yet" : `${page.answer}`);
    list.classList.toggle("blank", isBlank);
    for (const [digit, { bar, number, button }] of rows.entries()) {
      bar.style.transform = `scaleX(${chances[digit]})`;
      writeText(number, isBlank ? "–" : percent(chances[digit]));
      button.classList.toggle("winner", !isBlank && digit === page.answer);
    }
  });
  page.follow(["asked"], () => {
    const { asked, stages } = page;
    for (const [digit, { button }] of rows.entries()) {
      button.setAttribute(
        "aria-pressed",
        String(asked?.level === stages.length + 1 && asked.map === digit),
      );
    }
  });
}
