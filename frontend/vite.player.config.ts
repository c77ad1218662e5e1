/**
 * The second build of the same sources: one HTML file for each language, `dist/player.en.html` and `dist/player.zh.html`,
 * with all of it inside and a place for a trace. `--mode zh` builds one of them.
 */
import { fileURLToPath } from "node:url";
import { defineConfig } from "vite";
import { oneFile } from "./one-file.plugin.ts";
import { oneLanguage } from "./one-language.plugin.ts";

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));
export default defineConfig(({ mode }) => ({
  publicDir: false,
  plugins: [oneLanguage(mode === "zh" ? "zh" : "en"), oneFile("player.html", `player.${mode}.html`)],
  oxc: { jsx: { runtime: "automatic", importSource: "preact" } },
  define: {
    "import.meta.env.MODE": '"standalone"',
    "import.meta.env.ONLY_LANGUAGE": JSON.stringify(mode),
    "process.env.NODE_ENV": '"production"',
  },
  resolve: {
    alias: [
      // A worker is a file of its own, or needs a policy that not every page allows.
      { find: "../layout/client", replacement: here("src/layout/here.ts") },
      { find: /^.*\/request$/, replacement: here("src/state/request.none.ts") },
      { find: /^.*\/kept$/, replacement: here("src/state/kept.none.ts") },
      { find: /^.*\/state\/calls$|^\.\/calls$/, replacement: here("src/state/calls.none.ts") },
      { find: /^\.\/fit$/, replacement: here("src/views/explain/fit.none.ts") },
      { find: /^.*\/trial$/, replacement: here("src/state/trial.none.ts") },
      { find: /^\.\/making\..*/, replacement: here("src/i18n/making.none.ts") },
    ],
  },
  build: {
    target: "es2022",
    outDir: "dist",
    emptyOutDir: false,
    cssCodeSplit: false,
    reportCompressedSize: false,
    lib: { entry: here("src/player/file.tsx"), formats: ["iife"], name: "gradwalk", fileName: "player" },
  },
}));
