/** Takes things out of the page: the table, the network file, the workbook's command, a link. */

import { piece, pushButton } from "../elements.js";
import { writeLink } from "../link/link.js";
import {
  command,
  inFileName,
  networkFile,
  networkFileName,
  refusal,
  tableAsCsv,
} from "./takeout.js";

/** @typedef {import("../state/state.js").Page} Page */

/** Milliseconds that a button says that something was copied. */
const SAID = 2000;
/** The protocol of a page in a notebook's frame: no link leads there. */
const NO_ADDRESS = "about:";
/** What a link is good for, and what to do if the page is a file that only this computer has. */
const ABOUT_LINK = "The link opens this page with all that you chose.";
const ABOUT_FILE =
  "This page is a file on your computer: send the file too, and the part of the link from # on " +
  "opens it there in the same way.";

/**
 * @param {Page} page
 * @param {HTMLElement} place
 */
export function showOutputs(page, place) {
  const table = pushButton("Table as CSV", "Table as CSV", () =>
    download(`${inFileName(page.content.name)}_table.csv`, tableAsCsv(page), "text/csv"),
  );
  const file = pushButton("Network file", "Network file", () =>
    download(networkFileName(page), [networkFile(page)], "application/toml"),
  );
  const link = copyButton("Copy link", () => {
    writeLink(page);
    return location.href;
  });
  const buttons = piece("div", { class: "buttons" }, table, file);
  const files = piece("div", {}, piece("h3", {}, "Files and a link"), buttons);
  files.append(piece("p", { class: "quiet" }, "Files go where your browser keeps downloads."));
  if (location.protocol !== NO_ADDRESS) {
    buttons.append(link);
    const about = location.protocol === "file:" ? `${ABOUT_LINK} ${ABOUT_FILE}` : ABOUT_LINK;
    files.append(piece("p", { class: "quiet" }, about));
  }
  const both = piece("div", { class: "outputs" }, files, workbook(page));
  place.append(piece("section", { "aria-label": "Take out" }, piece("h2", {}, "Take out"), both));
}

/**
 * The command that gives the workbook, and what it needs; or why there is none.
 *
 * @param {Page} page
 */
function workbook(page) {
  const line = piece("code", { tabindex: "0" });
  const copy = copyButton("Copy command", () => line.textContent ?? "", line);
  const commandLine = piece("div", { class: "command" }, line, copy);
  const about = piece("p", { class: "quiet" });
  page.follow(["numbers"], () => {
    const found = command(page);
    const parts = found.line.split(" ").map((part) => piece("span", {}, part));
    line.replaceChildren(...parts.flatMap((part, place) => (place ? [" ", part] : [part])));
    const first = `Download the network file and run this beside it: ${networkFileName(page)} has the numbers. `;
    const refused = refusal(page);
    commandLine.hidden = refused !== "";
    about.textContent =
      refused ||
      `${found.needsFile ? first : ""}It writes this training as a workbook, every number a live formula, into the folder outputs/ where you run it.`;
  });
  const heading = piece("h3", {}, "The workbook");
  return piece("div", { class: "workbook" }, heading, commandLine, about);
}

/**
 * Give the reader a file.
 *
 * @param {string} name
 * @param {Iterable<string>} texts its content, piece by piece
 * @param {string} type
 */
function download(name, texts, type) {
  const address = URL.createObjectURL(new Blob([...texts], { type }));
  piece("a", { href: address, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(address), SAID);
}

/**
 * A button that copies a text, and says so.
 *
 * @param {string} label
 * @param {() => string} text
 * @param {HTMLElement} [shown] where the text stands on the page
 */
function copyButton(label, text, shown) {
  const copy = piece("button", { type: "button", "aria-live": "polite" }, label);
  copy.addEventListener("click", async () => {
    const done = await copied(text(), shown);
    copy.textContent = done ? "Copied" : "Press Ctrl+C";
    setTimeout(() => {
      copy.textContent = label;
    }, SAID);
  });
  return copy;
}

/**
 * Copy a text; where the browser does not allow that, select it for the reader.
 *
 * @param {string} text
 * @param {HTMLElement} [shown]
 * @returns {Promise<boolean>} whether it is copied
 */
async function copied(text, shown) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return copiedBySelecting(text, shown);
  }
}

/**
 * @param {string} text
 * @param {HTMLElement} [shown]
 */
function copiedBySelecting(text, shown) {
  const place = shown ?? piece("output", { class: "copied" }, text);
  if (!shown) document.activeElement?.after(place);
  getSelection()?.selectAllChildren(place);
  const done = document.execCommand("copy");
  if (done && !shown) place.remove();
  return done;
}
