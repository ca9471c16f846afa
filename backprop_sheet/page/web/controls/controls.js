/** The header: the network, η and the other settings, the epoch, how the page looks. */

import { buttonPiece, piece, pushButton } from "../elements.js";
import { byName, ETA } from "../network/content.js";
import { mathElement } from "../network/formulas.js";
import { shown } from "../network/numbers.js";
import { Training } from "../network/training.js";
import { takesWhole } from "../state/accepted.js";
import { differences } from "../state/differences.js";
import { epochBar, Player } from "./epochs.js";
import { listenToKeys } from "./keys.js";
import { numberField } from "./numberfield.js";
import { themeButton } from "./theme.js";

/** @typedef {import("../state/state.js").Page} Page */

/** The slider's ends are the network's own η divided and multiplied by ten to this power. */
const DECADES = 2;
/** More settings than these unfold, on wide screens too. */
const FEW_SETTINGS = 2;
/** More differences than these are counted, and not named. */
const FEW_DIFFERENCES = 6;
const RATE_NAME = "learning rate η";

/**
 * @param {Page} page
 * @param {HTMLElement} place
 */
export function showControls(page, place) {
  const player = new Player(page);
  const { name, size } = page.content;
  const heading = piece("h1", {}, name, " ", piece("span", {}, size));
  heading.title = heading.textContent;
  const bar = epochBar(page, player);
  const tools = piece("div", { class: "tools" });
  tools.append(resetButton(page), themeButton(page), listenToKeys(page, player));
  place.append(
    piece("div", { class: "network" }, heading, differingLine(page)),
    rateControl(page),
    unfoldButton(place),
    settingFields(page, place),
    epochsField(page),
    piece("div", { class: "choosing" }, bar, tools), // where it has no room, both go below
    breakOffLine(page),
    printedLine(page),
  );
  tellHeights(place, bar);
}

/**
 * Have styles know how much of the window the bars cover: the header at its top, or the epochs' bar
 * at its bottom.
 *
 * @param {HTMLElement} header
 * @param {HTMLElement} epochs
 */
function tellHeights(header, epochs) {
  const { style } = document.documentElement;
  const observer = new ResizeObserver(() => {
    style.setProperty("--header", `${header.offsetHeight}px`);
    style.setProperty("--epochs", `${epochs.offsetHeight}px`);
  });
  for (const bar of [header, epochs]) observer.observe(bar);
}

/**
 * What is set, in words: on paper it stands in the place of fields and sliders.
 *
 * @param {Page} page
 */
function printedLine(page) {
  const { content, samples } = page;
  const settings = piece("span");
  const row = piece("span");
  const printed = piece("p", { class: "printed", "aria-hidden": "true" }, settings, row);
  page.follow(["numbers"], () => {
    const parts = content.settings.flatMap((name) => [
      mathElement(content.quantities[name].mathml),
      ` ${shown(page.given[name])}, `,
    ]);
    settings.replaceChildren(...parts);
  });
  page.follow(["row"], () => {
    const sample = samples.length > 1 ? `, sample ${page.sample} of ${samples.length}` : "";
    row.textContent = `epoch ${page.epoch} (the first is 0, the last ${page.lastEpoch})${sample}`;
  });
  return printed;
}

/**
 * η as a field and as a slider, which trains while it is dragged.
 *
 * @param {Page} page
 */
function rateControl(page) {
  const field = settingField(page, ETA, RATE_NAME);
  const slider = piece("input", {
    type: "range",
    min: String(-DECADES),
    max: String(DECADES),
    step: "0.01",
    "aria-label": RATE_NAME,
    title: RATE_NAME,
  });
  const own = page.content.given[ETA];
  slider.addEventListener("input", () => {
    const power = Number(slider.value);
    page.set({ [ETA]: power ? positive((own * 10 ** power).toPrecision(2)) : own });
  });
  page.follow(["numbers"], () => {
    const eta = page.given[ETA];
    const power = Math.log10(eta / own);
    // what the reader drags stays where it is
    if (Math.abs(Number(slider.value) - power) > 0.03) slider.value = String(power);
    slider.setAttribute("aria-valuetext", `η ${eta}`);
  });
  return piece("div", { class: "rate" }, field, slider);
}

/**
 * A number that a product of positive numbers is written as; the nearest one if there is none so
 * large or so small.
 *
 * @param {string} text
 */
const positive = (text) => Math.min(Number.MAX_VALUE, Math.max(Number.MIN_VALUE, Number(text)));

/**
 * Unfolds what has no room in the header: on phones all settings but η, elsewhere many of them.
 *
 * @param {HTMLElement} header
 */
function unfoldButton(header) {
  const button = buttonPiece(
    "settings",
    () => {
      const unfolded = header.classList.toggle("unfolded");
      button.ariaExpanded = String(unfolded);
    },
    { class: "unfold", "aria-expanded": "false" },
  );
  return button;
}

/**
 * The settings other than η.
 *
 * @param {Page} page
 * @param {HTMLElement} header gets a class if there are many
 */
function settingFields(page, header) {
  const names = page.content.settings.filter((name) => name !== ETA);
  header.classList.toggle("many", names.length > FEW_SETTINGS);
  const fields = names.map((name) => settingField(page, name, page.content.quantities[name].label));
  return piece("div", { class: "settings" }, ...fields);
}

/**
 * @param {Page} page
 * @param {string} name
 * @param {string} words what it is called
 */
function settingField(page, name, words) {
  const { whole, show } = numberField(mathElement(page.content.quantities[name].mathml), words, {
    present: () => page.given[name],
    give: (number) => page.set({ [name]: number }),
    whole: () => takesWhole(page.content, name),
  });
  page.follow(["numbers"], show);
  return whole;
}

/** @param {Page} page */
function epochsField(page) {
  const { whole, show } = numberField("epochs", "epochs", {
    present: () => page.epochs,
    give: (number) => page.setEpochs(number),
    whole: () => true,
  });
  page.follow(["numbers"], show);
  whole.classList.add("number-of-epochs");
  return whole;
}

/**
 * What differs from the numbers that the page opened with: always a line, so that nothing moves.
 *
 * @param {Page} page
 */
function differingLine(page) {
  const said = piece("p", { class: "differing quiet" });
  page.follow(["numbers"], () => {
    const { content } = page;
    const found = differences(content, page);
    const epochs = page.epochs === content.epochs ? [] : [`epochs = ${page.epochs}`];
    const parts = found.map(({ name, sample, number }) => {
      const of = sample && page.samples.length > 1 ? ` of sample ${sample}` : "";
      return [mathElement(content.quantities[name].mathml), `${of} = ${shown(number, 17)}`];
    });
    const few = parts.length <= FEW_DIFFERENCES ? parts : [[`${parts.length} numbers`]];
    const all = [...few, ...(epochs.length ? [epochs] : [])];
    const listed = all.flatMap((part, place) => [place ? ", " : "changed: ", ...part]);
    said.replaceChildren(...(listed.length ? listed : ["nothing changed"]));
    said.title = said.textContent ?? "";
  });
  return said;
}

/** @param {Page} page */
function resetButton(page) {
  const reset = pushButton("Reset", "Reset", () => page.reset());
  reset.title = "back to the numbers that the page opened with";
  page.follow(["numbers"], () => {
    const same = page.epochs === page.content.epochs;
    reset.disabled = same && differences(page.content, page).length === 0;
  });
  return reset;
}

/**
 * Says where a training broke off, and what helps.
 *
 * @param {Page} page
 */
function breakOffLine(page) {
  const said = piece("p", { class: "break-off error", role: "status" });
  said.addEventListener("click", () => said.replaceChildren());
  page.follow(["numbers"], () => {
    const { diverged, epochs } = page.training;
    said.replaceChildren();
    if (!diverged) return;
    const first = epochs === 0 && breaksAtLeastRate(page);
    const helps = first ? "Smaller weights or inputs help." : "A smaller η helps.";
    said.textContent = `The training broke off in epoch ${epochs}: a number grew beyond all bounds. ${helps}`;
  });
  return said;
}

/**
 * Whether the first epoch breaks off even with the least η of the slider.
 *
 * @param {Page} page
 */
function breaksAtLeastRate({ content, given, samples }) {
  const least = Math.min(given[ETA], content.given[ETA] / 10 ** DECADES);
  const slow = byName(given, { [ETA]: positive(`${least}`) });
  return new Training(content, slow, samples, 1).diverged;
}
