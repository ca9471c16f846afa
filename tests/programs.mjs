// Reads workbooks with programs of the web, one after the other; prints JSON:
// {program: {file: {sheet: {cell: value}}}}, with an error's message in place of the sheets.
//   node tests/programs.mjs PROGRAM,… FILE.xlsx …
import { readFile } from "node:fs/promises";

const PROGRAMS = {
  async exceljs(bytes) {
    const { default: ExcelJS } = await import("exceljs");
    const book = new ExcelJS.Workbook();
    await book.xlsx.load(bytes);
    return byTitle(book.worksheets, (sheet) => [sheet.name, cellsOfExcelJS(sheet)]);
  },

  async sheetjs(bytes) {
    const XLSX = await import("xlsx");
    const { Sheets, SheetNames } = XLSX.read(bytes);
    return byTitle(SheetNames, (title) => [title, cellsOfSheetJS(Sheets[title])]);
  },

  async luckyexcel(bytes) {
    const { default: LuckyExcel } = await import("luckyexcel");
    const book = await new Promise((done, fails) =>
      LuckyExcel.transformExcelToLucky(bytes, done, fails),
    );
    return byTitle(book.sheets, (sheet) => [
      sheet.name,
      Object.fromEntries(sheet.celldata.map(({ r, c, v }) => [cellAt(r, c), textOf(v)])),
    ]);
  },

  /** Calculates anew: of formulas it gets their texts alone, from SheetJS. */
  async hyperformula(bytes) {
    const { HyperFormula } = await import("hyperformula");
    const XLSX = await import("xlsx");
    const { Sheets, SheetNames } = XLSX.read(bytes);
    const typed = byTitle(SheetNames, (title) => [title, rowsToType(Sheets[title], XLSX)]);
    // It rounds to ten decimals unless it is told not to.
    const how = { licenseKey: "gpl-v3", maxRows: 1_048_576, smartRounding: false };
    const engine = HyperFormula.buildFromSheets(typed, how);
    return byTitle(SheetNames, (title) => {
      const rows = engine.getSheetValues(engine.getSheetId(title));
      const cells = rows.flatMap((row, r) =>
        row.map((value, c) => [cellAt(r, c), value?.value ?? value]),
      );
      return [title, Object.fromEntries(cells)];
    });
  },
};

/** The address of a cell, its row and column counted from 0. */
const cellAt = (row, column) => `${letters(column)}${row + 1}`;
const letters = (column) =>
  (column > 25 ? letters(Math.floor(column / 26) - 1) : "") +
  String.fromCharCode(65 + (column % 26));

const byTitle = (sheets, pair) => Object.fromEntries(sheets.map(pair));

function cellsOfExcelJS(sheet) {
  const found = {};
  sheet.eachRow((row) =>
    row.eachCell((cell) => {
      const value = cell.formula ? cell.result : cell.value;
      if (cell.master === cell) found[cell.address] = value?.error ?? value;
    }),
  );
  return found;
}

function cellsOfSheetJS(sheet) {
  const cells = Object.entries(sheet).filter(([name]) => !name.startsWith("!"));
  return Object.fromEntries(cells.map(([name, { t, v, w }]) => [name, t === "e" ? w : v]));
}

/** The text of a cell of Luckysheet, which also keeps numbers as texts. */
const textOf = (cell) => cell?.v ?? cell?.ct?.s?.map((piece) => piece.v).join("");

function rowsToType(sheet, { utils }) {
  const { e: last } = utils.decode_range(sheet["!ref"] ?? "A1");
  return Array.from({ length: last.r + 1 }, (_, r) =>
    Array.from({ length: last.c + 1 }, (__, c) => {
      const { f: formula, v: value } = sheet[cellAt(r, c)] ?? {};
      if (formula) return `=${inLowerCase(formula)}`;
      return typeof value === "string" ? `'${value}` : value;
    }),
  );
}

/** HyperFormula knows the number 1e-05 and not Excel's spelling of it, 1E-05. */
const inLowerCase = (formula) => formula.replace(/(?<![A-Z$])(\d)E([+-]?\d)/g, "$1e$2");

console.log = console.error; // Luckyexcel speaks to standard output
let fail; // and fails beside its own promise
process.on("uncaughtException", (error) => fail(error));
process.on("unhandledRejection", (error) => fail(error));

async function read(program, file) {
  const bytes = await readFile(file);
  const failed = new Promise((_, fails) => {
    fail = fails;
  });
  try {
    return await Promise.race([PROGRAMS[program](bytes), failed]);
  } catch (error) {
    return `${error?.message ?? error}`;
  }
}

const [programs, ...files] = process.argv.slice(2);
const found = {};
for (const program of programs.split(",")) {
  found[program] = {};
  for (const file of files) found[program][file] = await read(program, file);
}
process.stdout.write(JSON.stringify(found), () => process.exit(0));
