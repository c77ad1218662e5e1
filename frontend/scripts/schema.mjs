/**
 * Writes src/schema/trace.ts from src/schema/trace.schema.json; with --check it only compares.
 *
 * Three things are done to pydantic's schema first, so that the types read as the Python does: property titles go (each
 * would become a type of its own), tuples take the older spelling that the generator knows, and the union of events
 * gets a name.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { compile } from "json-schema-to-typescript";

const SCHEMA = new URL("../src/schema/trace.schema.json", import.meta.url);
const TYPES = new URL("../src/schema/trace.ts", import.meta.url);
const BANNER = "// Generated from trace.schema.json by `npm run schema`; do not edit.\n";

function simplify(schema) {
  if (Array.isArray(schema)) return schema.map(simplify);
  if (schema === null || typeof schema !== "object") return schema;
  const out = {};
  for (const [key, value] of Object.entries(schema)) {
    if (key === "properties" || key === "$defs") {
      out[key] = Object.fromEntries(Object.entries(value).map(([name, part]) => [name, simplify(part)]));
    } else if (key === "prefixItems") {
      out.items = simplify(value);
    } else if (key !== "title" && key !== "discriminator") {
      out[key] = simplify(value);
    }
  }
  return out;
}

const schema = simplify(JSON.parse(readFileSync(SCHEMA, "utf8")));
schema.$defs.Event = schema.properties.events.items;
schema.properties.events.items = { $ref: "#/$defs/Event" };

const types = await compile(schema, "Trace", {
  bannerComment: BANNER,
  additionalProperties: false,
  format: true,
  style: { printWidth: 110, singleQuote: false, trailingComma: "all" },
});

if (process.argv.includes("--check")) {
  if (types !== readFileSync(TYPES, "utf8")) {
    console.error("src/schema/trace.ts is not what trace.schema.json gives: run `npm run schema`.");
    process.exit(1);
  }
} else {
  writeFileSync(TYPES, types);
}
