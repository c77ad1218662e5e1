// Firefox's ESR does not know the one command of WebDriver BiDi that Playwright sends it for each page to choose between light
// and dark: this leaves the command out. Loaded into Playwright's process by `NODE_OPTIONS`.
const { readFileSync } = require("node:fs");
const Module = require("node:module");

const load = Module._extensions[".js"];
Module._extensions[".js"] = (module, path) => {
  if (!path.endsWith("coreBundle.js")) return load(module, path);
  const asks = /await (this\.[\w.]+)\.send\("emulation\.setMediaFeaturesOverride",/g;
  module._compile(readFileSync(path, "utf8").replace(asks, "void ($1, "), path);
};
