/** Chooses the epoch and the sample, and plays the training. */

import { icon, piece, pushButton } from "../elements.js";

/** @typedef {import("../state/state.js").Page} Page */

const SECONDS = 10;
/** How long the whole training plays; a short one plays faster, by this many epochs a second. */
const FEWEST_A_SECOND = 4;
/** Where no motion is wanted, the epoch changes once in so many milliseconds. */
const CALM = 1000;

const SIGNS = {
  first: "M3 3v10M13 3 6 8l7 5z",
  back: "M11 3 4 8l7 5z",
  play: "M4 2v12l9-6z",
  pause: "M5 3v10M11 3v10",
  on: "M5 3l7 5-7 5z",
  last: "M13 3v10M3 3l7 5-7 5z",
};

/** Plays a training from its chosen epoch to its last. */
export class Player {
  /** @param {Page} page */
  constructor(page) {
    this.page = page;
    this.playing = false;
    /** How often it has started: what an earlier start still waits for is not done. */
    this.starts = 0;
    this.calm = matchMedia("(prefers-reduced-motion: reduce)");
    /** What to do when it starts or stops. */
    this.told = () => {};
  }

  toggle() {
    if (this.playing) this.stop();
    else this.#start();
  }

  stop() {
    this.playing = false;
    this.told();
  }

  #start() {
    const { page } = this;
    if (page.epoch >= page.lastEpoch) page.choose(0);
    this.playing = true;
    this.starts += 1;
    this.told();
    this.#next(performance.now(), 0);
  }

  /**
   * Wait for the next moment, and go on from there.
   *
   * @param {number} before when the last one was
   * @param {number} left the part of an epoch that was not shown
   */
  #next(before, left) {
    const calm = this.calm.matches;
    const { starts } = this;
    const step = (/** @type {number} */ now) => {
      const { page } = this;
      if (!this.playing || starts !== this.starts) return;
      const speed = Math.max(FEWEST_A_SECOND, page.lastEpoch / SECONDS);
      const seconds = (calm ? CALM : Math.max(0, now - before)) / 1000;
      const passed = left + seconds * speed;
      if (passed >= 1) page.choose(page.epoch + Math.floor(passed));
      if (page.epoch >= page.lastEpoch) this.stop();
      else this.#next(now, passed % 1);
    };
    if (calm) setTimeout(() => step(performance.now()), CALM);
    else requestAnimationFrame(step);
  }
}

/**
 * The bar that chooses epoch and sample.
 *
 * @param {Page} page
 * @param {Player} player
 * @returns {HTMLElement}
 */
export function epochBar(page, player) {
  const slider = piece("input", {
    type: "range",
    min: "0",
    "data-epoch": "",
    "aria-label": "epoch",
  });
  slider.addEventListener("input", () => page.choose(Number(slider.value)));
  const number = piece("output", { class: "number", "aria-live": "off" });
  const play = pushButton(icon(SIGNS.play), "play", () => player.toggle());
  play.classList.add("play");
  const back = [
    stepButton("first", "first epoch", () => page.choose(0)),
    stepButton("back", "epoch back", () => page.choose(page.epoch - 1)),
  ];
  const on = [
    stepButton("on", "epoch on", () => page.choose(page.epoch + 1)),
    stepButton("last", "last epoch", () => page.choose(page.lastEpoch)),
  ];
  const steps = piece("span", { class: "steps" }, ...back, play, ...on);
  const chosen = piece("label", { class: "epoch" }, piece("span", {}, "epoch "), number, slider);
  const bar = piece("div", { class: "epochs", role: "group", "aria-label": "epoch" });
  bar.append(steps, chosen);
  if (page.samples.length > 1) bar.append(sampleBar(page));
  page.follow(["row"], () => {
    slider.max = String(page.lastEpoch);
    slider.value = String(page.epoch);
    slider.setAttribute("aria-valuetext", `epoch ${page.epoch} of ${page.lastEpoch}`);
    number.textContent = `${page.epoch} / ${page.lastEpoch}`;
    for (const one of back) one.disabled = page.epoch === 0;
    for (const one of on) one.disabled = page.epoch === page.lastEpoch;
  });
  player.told = () => {
    const label = player.playing ? "pause" : "play";
    play.replaceChildren(icon(SIGNS[label]));
    play.ariaLabel = label;
    play.title = label;
  };
  return bar;
}

/**
 * Chooses the sample: a step goes through all rows in order, and so into the next epoch.
 *
 * @param {Page} page
 */
function sampleBar(page) {
  const select = piece("select", { "aria-label": "sample" });
  for (let sample = 1; sample <= page.samples.length; sample++) {
    select.append(piece("option", { value: String(sample) }, String(sample)));
  }
  select.addEventListener("change", () => page.choose(page.epoch, Number(select.value)));
  const back = stepButton("back", "sample back", () => page.chooseRow(page.row - 1));
  const on = stepButton("on", "sample on", () => page.chooseRow(page.row + 1));
  page.follow(["row"], () => {
    select.value = String(page.sample);
    back.disabled = page.row === 0;
    on.disabled = page.row >= page.training.rows - 1;
  });
  const label = piece("span", { "aria-hidden": "true" }, "sample");
  return piece("span", { class: "samples" }, label, back, select, on);
}

/**
 * @param {keyof typeof SIGNS} sign
 * @param {string} label
 * @param {() => void} press
 */
const stepButton = (sign, label, press) => pushButton(icon(SIGNS[sign]), label, press);
