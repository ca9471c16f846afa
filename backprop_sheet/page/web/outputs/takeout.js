/** What the page gives away, as text: its table, its network, the command that gives the workbook. */

import { ETA } from "../network/content.js";
import { differences } from "../state/differences.js";

/** @typedef {import("../state/state.js").Page} Page */

const ORIGINAL = "original";
const ROWS_AT_ONCE = 1000;
/** From this size on, a whole number is written with an exponent: TOML's have 19 digits at most. */
const LARGE_IN_TOML = 1e16;
/** From these sizes on, Python writes a number with an exponent. */
const SMALL_IN_PYTHON = 1e-4;
const LARGE_IN_PYTHON = 1e16;
/** What browsers replace in the name of a file that they keep. */
const NOT_IN_FILE_NAMES = /^[\s.]+|["~*/:<>?\\|\p{Cc}\p{Cf}]/gu;
/** What any shell takes as it stands. */
const PLAIN_IN_SHELL = /^[\p{L}\p{N}_.,:=+@%/-]+$/u;

/**
 * The table as CSV with all digits, as `backprop-sheet table` writes it; piece by piece.
 *
 * @param {Page} page
 * @returns {Iterable<string>}
 */
export function* tableAsCsv({ content, training }) {
  const { columns, quantities, samples } = content;
  const index = samples.length === 1 ? "epoch" : "row";
  yield `${[index, ...columns.map((name) => quantities[name].label)].map(inCsv).join(",")}\n`;
  const { table, rows, width } = training;
  for (let start = 0; start < rows; start += ROWS_AT_ONCE) {
    const lines = [];
    for (let row = start; row < Math.min(start + ROWS_AT_ONCE, rows); row++) {
      const numbers = table.subarray(row * width, (row + 1) * width);
      lines.push(`${row},${Array.from(numbers, inPython).join(",")}\n`);
    }
    yield lines.join("");
  }
}

/** @param {string} text */
const inCsv = (text) => (/[",\n\r]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);

/**
 * A number as Python writes it: 1.0, 0.05, 1e-05.
 *
 * @param {number} number
 */
function inPython(number) {
  const size = Math.abs(number);
  if (size >= LARGE_IN_PYTHON || (size > 0 && size < SMALL_IN_PYTHON)) {
    return number.toExponential().replace(/(?<=e[+-])(?=\d$)/, "0");
  }
  return Number.isInteger(number) ? `${number}.0` : String(number); // a -0 is written as 0
}

/**
 * The network file that gives the page's network with its present numbers.
 *
 * @param {Page} page
 * @returns {string}
 */
export function networkFile({ content, given, samples, epochs }) {
  return content.file
    .map((piece) => {
      if (typeof piece === "string") return piece;
      const [name, row] = piece;
      if (name === "") return String(epochs);
      return inToml(row === null ? given[name] : samples[row][content.sampled.indexOf(name)]);
    })
    .join("");
}

/** @param {number} number */
function inToml(number) {
  return Math.abs(number) >= LARGE_IN_TOML ? number.toExponential() : String(number);
}

/**
 * The name of the network file: another one if its numbers are not those of the page's network.
 *
 * @param {Page} page
 */
export function networkFileName(page) {
  const { name, epochs } = page.content;
  const same = page.epochs === epochs && differences(page.content, page).length === 0;
  return `${inFileName(name)}${same ? "" : "_changed"}.toml`;
}

/** @param {string} name that a browser leaves as it then is */
export const inFileName = (name) => name.replaceAll(NOT_IN_FILE_NAMES, "_");

/**
 * Why the program writes no workbook of this training; empty if it does.
 *
 * @param {Page} page
 * @returns {string}
 */
export function refusal({ content, samples, epochs, training }) {
  const { sheet, columns } = content;
  const sample = samples.findIndex((numbers) => !addUp(content, numbers)) + 1;
  if (sample > 0) {
    return `The program refuses these numbers: targets of sample ${sample} have to add up to 1.`;
  }
  if (!sheet) return `There is none: a sheet has no room for ${columns.length} columns.`;
  if (sheet.first - 1 + epochs * samples.length > sheet.last) {
    return `There is none: a sheet has ${sheet.last} rows, too few for ${epochs} epochs.`;
  }
  return training.epochs ? "" : "There is none: the training breaks off in its first epoch.";
}

/**
 * Whether the targets of a sample that have to add up to 1 do.
 *
 * @param {import("../network/content.js").Content} content
 * @param {number[]} sample
 */
function addUp({ shares, sampled }, sample) {
  return shares.targets.every((names) => {
    const sum = names.reduce((before, name) => before + sample[sampled.indexOf(name)], 0);
    return Math.abs(sum - 1) <= shares.rounding;
  });
}

/**
 * The command that gives the workbook of this training.
 *
 * @param {Page} page
 * @returns {{line: string, needsFile: boolean}} the command line, and whether it reads the network
 *   file, because the network is no template or because no option gives a number of one sample
 */
export function command(page) {
  const { content } = page;
  const own = { ...content, ...content.template };
  const found = differences(own, page);
  const parts = ["backprop-sheet", "run"];
  const ofSample = found.some(({ sample }) => sample > 0 && page.samples.length > 1);
  const needsFile = !content.template || ofSample;
  if (needsFile)
    return { line: commandLine([...parts, "--network", networkFileName(page)]), needsFile };
  if (content.name !== ORIGINAL) parts.push("--network", content.name);
  for (const { name, number } of found) {
    if (name === ETA) parts.push("--lr", String(number));
  }
  if (page.epochs !== own.epochs) parts.push("--epochs", String(page.epochs));
  for (const { name, number } of found) {
    if (name !== ETA) parts.push("--set", `${name}=${number}`);
  }
  return { line: commandLine(parts), needsFile };
}

/** @param {string[]} parts */
const commandLine = (parts) => parts.map(shellQuoted).join(" ");

/**
 * A part of a command line as a shell takes it.
 *
 * @param {string} part
 */
function shellQuoted(part) {
  if (PLAIN_IN_SHELL.test(part)) return part;
  return /["$`\\!]/.test(part) ? `'${part.replaceAll("'", "'\\''")}'` : `"${part}"`;
}
