/** The keys of the page, and the list of them. */

import { piece, pushButton } from "../elements.js";
import { BACK_KEY, NEXT_KEY } from "../question/walk.js";
import { goToAnswer } from "./answerline.js";

/** @typedef {import("./epochs.js").Player} Player */
/** @typedef {import("../state/state.js").Page} Page */

const FAR_STEP = 10;
/** Where keys write, or choose something of their own. */
const KEY_FIELDS = "input:not([data-epoch]), select, textarea, math, [contenteditable]";
/** What the space bar presses. */
const KEY_PRESSED = "button, summary, a";

/** What the list says: keys, and what they do. */
const KEY_LIST = [
  ["← →", "the epoch before, the next one"],
  ["Shift ← →", "ten epochs back, on"],
  ["Home End", "the first epoch, the last one"],
  ["Space", "play the training, and pause"],
  [", .", "the sample before, the next one"],
  [`${NEXT_KEY} ${BACK_KEY}`, "walk the pass: the next quantity, the one before"],
  ["a", "go to the answer of what is asked"],
  ["?", "this list"],
  ["Tab", "to the next button, field or number"],
  ["Enter", "on a number: ask it; if it is yellow, change it too (also F2)"],
  ["Space", "on a number: ask it; in a picture that you draw: change its place"],
  ["← → ↑ ↓", "in a picture or the table: to the next number"],
  ["PgUp PgDn", "in the table and the curve: a longer way"],
  ["Ctrl Home End", "in the table: its first row, its last one"],
  ["Enter", "in a field: take what is typed"],
  ["Esc", "in a field: leave it as it was; close this list"],
];

/**
 * @param {Page} page
 * @param {Player} player
 * @param {() => void} help opens the list of keys
 * @returns {Record<string, (far: boolean) => void>}
 */
const keyActions = (page, player, help) => ({
  ArrowLeft: (far) => page.choose(page.epoch - (far ? FAR_STEP : 1)),
  ArrowRight: (far) => page.choose(page.epoch + (far ? FAR_STEP : 1)),
  Home: () => page.choose(0),
  End: () => page.choose(page.lastEpoch),
  ",": () => page.chooseRow(page.row - 1),
  ".": () => page.chooseRow(page.row + 1),
  " ": () => player.toggle(),
  [NEXT_KEY]: () => page.walk(page.walked + 1),
  [BACK_KEY]: () => {
    if (page.walked > 0) page.walk(page.walked - 1);
  },
  a: () => goToAnswer(/** @type {HTMLElement} */ (document.getElementById("question"))),
  "?": help,
});

/**
 * Have the page listen to its keys.
 *
 * @param {Page} page
 * @param {Player} player
 * @returns {HTMLButtonElement} the button that opens their list
 */
export function listenToKeys(page, player) {
  const dialog = keyList();
  const help = () => dialog.showModal();
  const known = keyActions(page, player, help);
  document.addEventListener("keydown", (event) => {
    const target = /** @type {Element} */ (event.target);
    const taken = event.defaultPrevented || event.ctrlKey || event.altKey || event.metaKey;
    if (taken || dialog.open || target.closest(KEY_FIELDS)) return;
    if (event.key === " " && target.closest(KEY_PRESSED)) return;
    if (!Object.hasOwn(known, event.key)) return;
    event.preventDefault();
    known[event.key](event.shiftKey);
  });
  return pushButton("?", "keys", help);
}

function keyList() {
  const rows = KEY_LIST.map(([keys, what]) =>
    piece("tr", {}, piece("th", { scope: "row" }, keys), piece("td", {}, what)),
  );
  const close = pushButton("Close", "Close", () => dialog.close());
  const heading = piece("h2", { id: "keys" }, "Keys");
  const dialog = piece("dialog", { "aria-labelledby": "keys" }, heading);
  dialog.append(piece("table", {}, piece("tbody", {}, ...rows)), close);
  document.body.append(dialog);
  return dialog;
}
