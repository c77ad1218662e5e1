// Firefox's ESR does not know every command of WebDriver BiDi that Playwright sends it unasked (which of light and dark a page has, how
// a screen is turned, where downloads go): what it does not know is left undone. Loaded into Playwright's process by `NODE_OPTIONS`.
const { readFileSync } = require("node:fs");
const Module = require("node:module");

const FAILS = /if \(object\.type === "error"\) \{\s*if \(object\.error === "no such frame"\)/;
const ALLOWS = 'if (object.error === "unknown command") callback.resolve({}); else $&';

const load = Module._extensions[".js"];
Module._extensions[".js"] = (module, path) => {
  if (!path.endsWith("coreBundle.js")) return load(module, path);
  module._compile(readFileSync(path, "utf8").replace(FAILS, ALLOWS), path);
};
