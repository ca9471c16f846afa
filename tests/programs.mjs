// Reads workbooks with programs of the web and recalculates them: prints JSON,
// {program: {file: {sheet: {cell: value}}}}, or the message of an error instead of the sheets.
//   node tests/programs.mjs PROGRAM,… FILE.xlsx …
import { readFile } from "node:fs/promises";
import ExcelJS from "exceljs";
import { HyperFormula } from "hyperformula";
import LuckyExcel from "luckyexcel";
import * as XLSX from "xlsx";

/** What ExcelJS finds: a formula's result, an error's name, a text without its formats. */
async function exceljs(bytes) {
  const book = new ExcelJS.Workbook();
  await book.xlsx.load(bytes);
  return Object.fromEntries(book.worksheets.map((sheet) => [sheet.name, cellsOf(sheet)]));
}

function cellsOf(sheet) {
  const found = {};
  sheet.eachRow((row) =>
    row.eachCell((cell) => {
      let value = cell.value;
      if (cell.isMerged && cell.master !== cell) return;
      if (cell.formula) value = cell.result;
      found[cell.address] = value?.error ?? value?.text ?? value;
    }),
  );
  return found;
}

const sheetjs = async (bytes) => {
  const book = XLSX.read(bytes);
  return Object.fromEntries(
    book.SheetNames.map((name) => {
      const cells = Object.entries(book.Sheets[name]).filter(([cell]) => !cell.startsWith("!"));
      return [name, Object.fromEntries(cells.map(([at, cell]) => [at, cell.t === "e" ? cell.w : cell.v]))];
    }),
  );
};

async function luckyexcel(bytes) {
  const book = await new Promise((done, failed) =>
    LuckyExcel.transformExcelToLucky(bytes, done, failed),
  );
  const name = (cell) => XLSX.utils.encode_cell(cell);
  return Object.fromEntries(
    book.sheets.map((sheet) => [
      sheet.name,
      Object.fromEntries(sheet.celldata.map(({ r, c, v }) => [name({ r, c }), v?.v])),
    ]),
  );
}

async function hyperformula(bytes) {
  const book = XLSX.read(bytes);
  const sheets = {};
  for (const name of book.SheetNames) {
    const cells = book.Sheets[name];
    const { e } = XLSX.utils.decode_range(cells["!ref"] ?? "A1");
    sheets[name] = Array.from({ length: e.r + 1 }, (_, r) =>
      Array.from({ length: e.c + 1 }, (_, c) => {
        const cell = cells[XLSX.utils.encode_cell({ r, c })];
        if (cell?.f) return `=${cell.f}`;
        return typeof cell?.v === "string" ? `'${cell.v}` : cell?.v;
      }),
    );
  }
  const engine = HyperFormula.buildFromSheets(sheets, {
    licenseKey: "gpl-v3",
    smartRounding: false,
    maxRows: 1_048_576,
  });
  const found = {};
  for (const name of book.SheetNames) {
    found[name] = {};
    engine.getSheetValues(engine.getSheetId(name)).forEach((row, r) =>
      row.forEach((value, c) => {
        if (value !== null) found[name][XLSX.utils.encode_cell({ r, c })] = value?.value ?? value;
      }),
    );
  }
  return found;
}

// Luckyexcel fails beside its own promise.
let failed = () => {};
process.on("uncaughtException", (error) => failed(error));
process.on("unhandledRejection", (error) => failed(error));

console.log = console.error; // Luckyexcel speaks to standard output
const PROGRAMS = { exceljs, sheetjs, luckyexcel, hyperformula };
const [programs, ...files] = process.argv.slice(2);
const found = {};
for (const name of programs.split(",")) {
  found[name] = {};
  for (const file of files) {
    const start = Date.now();
    try {
      const bytes = await readFile(file);
      found[name][file] = await new Promise((done, fails) => {
        failed = fails;
        PROGRAMS[name](bytes).then(done, fails);
      });
    } catch (error) {
      found[name][file] = `${error?.message ?? error}`;
    }
    console.error(name, file, Date.now() - start);
  }
}
process.stdout.write(JSON.stringify(found), () => process.exit(0));
