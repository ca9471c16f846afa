/** What views follow: they are drawn again when something changes that they show. */

/** @typedef {"" | "light" | "dark"} Theme */

/** @template {string} Change */
export class Followed {
  constructor() {
    /** @type {[Set<Change>, () => void][]} */
    this.views = [];
    /** @type {Theme} how the page looks; empty: as the reader's system */
    this.theme = "";
  }

  /**
   * Have a view follow changes; it is drawn at once.
   *
   * @param {Change[]} changes
   * @param {() => void} draw
   */
  follow(changes, draw) {
    this.views.push([new Set(changes), draw]);
    draw();
  }

  /** @param {...Change} changes what has changed */
  changed(...changes) {
    for (const [followed, draw] of this.views) {
      if (changes.some((change) => followed.has(change))) draw();
    }
  }
}
