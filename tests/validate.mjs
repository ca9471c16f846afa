// Validates workbooks with Microsoft's Open XML SDK; prints {file: findings} as JSON.
//   node tests/validate.mjs FILE.xlsx …
import { readFile } from "node:fs/promises";
import validate from "@ooxml-tools/validate";

const findings = {};
for (const path of process.argv.slice(2)) {
  findings[path] = await validate(await readFile(path), "xlsx", "Microsoft365");
}
console.log(JSON.stringify(findings));
process.exit(0);
