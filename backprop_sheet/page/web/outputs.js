/** @typedef {import("./state.js").Page} Page */

/**
 * @param {Page} page
 * @param {HTMLElement} place
 */
export function showOutputs(page, place) {
  page.follow(["numbers"], () => place.replaceChildren());
}

/** @param {Page} page */
export function readLink(page) {
  page.changed("numbers");
}
