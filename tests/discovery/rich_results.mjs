// What Google's rules for rich results find wrong with the JSON-LD of pages, as @adobe/structured-data-validator has
// written them down: node rich_results.mjs <folder of node_modules> <page> …  One line of JSON for each finding.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

const [folder, ...pages] = process.argv.slice(2);
const require = createRequire(`${folder}/`);
const load = async name => (await import(require.resolve(name))).default;
const Validator = await load("@adobe/structured-data-validator");
const Extractor = await load("@marbec/web-auto-extractor");

for (const page of pages) {
  const found = new Extractor({ addLocation: true }).parse(readFileSync(page, "utf8"));
  console.log(JSON.stringify({ page, types: Object.keys(found.jsonld) }));
  for (const { issueMessage, severity, path } of await new Validator().validate(found)) {
    const place = (path ?? []).map(({ type, property }) => property ?? type).join(".");
    console.log(JSON.stringify({ page, severity, issue: `${place}: ${issueMessage}` }));
  }
}
