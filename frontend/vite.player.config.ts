/**
 * The second build of the same sources: one HTML file for each language and each kind of failure, such as `dist/player.en.html`
 * and `dist/player.shapes.zh.html`, with all of it inside and a place for a trace. `--mode shapes.zh` builds one of them.
 */
import { fileURLToPath } from "node:url";
import { defineConfig, type Plugin } from "vite";
import { alike } from "./alike.plugin.ts";
import { atOnce } from "./at-once.plugin.ts";
import { OLDEST } from "./oldest.ts";
import { oneFile } from "./one-file.plugin.ts";
import { oneLanguage } from "./one-language.plugin.ts";
import { explaining, hasCalls, hasTables, isOfErrors } from "./players.plugin.ts";
import { shortMembers } from "./short-members.plugin.ts";
import { unasked } from "./unasked.plugin.ts";

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));
/** Views that need a server or a second run. */
const ABSENT = /\/(compare|differs|legend|mended|whatif)$/;
const absentViews = (): Plugin => ({
  name: "gradwalk-absent-views",
  enforce: "pre",
  resolveId: (source, importer) =>
    ABSENT.test(source) &&
    importer?.includes("/src/views/") &&
    !source.includes("/state/") &&
    !source.includes("/core/")
      ? here("src/views/views.none.ts")
      : null,
});

const absentShapes = (): Plugin => ({
  name: "gradwalk-absent-shapes",
  enforce: "pre",
  resolveId: (source, importer) =>
    source === "./fit" && importer?.includes("/src/views/") ? here("src/views/explain/fit.none.ts") : null,
});

const CALLS = /^.*\/state\/calls$|^\.\/calls$/;
const WITH_CALLS = [{ find: CALLS, replacement: here("src/state/calls.here.ts") }];
const WITHOUT_CALLS = [{ find: CALLS, replacement: here("src/state/calls.none.ts") }];

export default defineConfig(({ mode }) => {
  const [player = "plain", language = "en"] = mode.split(".");
  return {
    publicDir: false,
    plugins: [
      absentViews(),
      hasTables(player) ? null : absentShapes(),
      atOnce(),
      unasked(),
      explaining(player),
      oneLanguage(language === "zh" ? "zh" : "en"),
      shortMembers(),
      alike(),
      oneFile(
        "player.html",
        player === "plain" ? `player.${language}.html` : `player.${player}.${language}.html`,
      ),
    ],
    // Calls with children as arguments are shorter than those of the automatic runtime.
    oxc: {
      jsx: { runtime: "classic", pragma: "jsxElement", pragmaFrag: "jsxFragment" },
      jsxInject: 'import { createElement as jsxElement, Fragment as jsxFragment } from "preact";',
    },
    define: {
      "import.meta.env.MODE": '"standalone"',
      "import.meta.env.ONLY_LANGUAGE": JSON.stringify(language),
      "process.env.NODE_ENV": '"production"',
      // A browser plays it, and nobody debugs its signals: what libraries do elsewhere is left out.
      "typeof window": '"object"',
      "typeof navigator": '"object"',
      "typeof requestAnimationFrame": '"function"',
      "window.__PREACT_SIGNALS_DEVTOOLS__": "false",
    },
    resolve: {
      alias: [
        // As the language is written now: what is sent to browsers by default is written for older ones.
        ...["@preact/signals", "@preact/signals-core"].map((name) => ({
          find: new RegExp(`^${name}$`),
          replacement: here(`node_modules/${name}/dist/${name.slice(8)}.mjs`),
        })),
        // A worker is a file of its own, or needs a policy that not every page allows.
        { find: "../layout/client", replacement: here("src/layout/here.ts") },
        { find: /^.*\/request$/, replacement: here("src/state/request.none.ts") },
        { find: /^\.\/lesson$/, replacement: here("src/core/lesson.none.ts") },
        { find: /^.*\/keep-place$/, replacement: here("src/core/keep-place.none.ts") },
        { find: /^.*\/i18n$/, replacement: here("src/i18n/only.ts") },
        { find: /^\.\/packs$/, replacement: here("src/i18n/packs.none.ts") },
        { find: /^\.\/index$/, replacement: here("src/i18n/only.ts") },
        { find: /^\.\/because$/, replacement: here("src/views/because.given.tsx") },
        { find: /^.*\/speaker$/, replacement: here("src/state/speaker.none.ts") },
        { find: /^.*\/kept$/, replacement: here("src/state/kept.none.ts") },
        ...(isOfErrors(player) ? [{ find: /^.*\/stop$/, replacement: here("src/core/stop.none.ts") }] : []),
        ...(hasCalls(player) ? WITH_CALLS : WITHOUT_CALLS),
        { find: /^.*\/trial$/, replacement: here("src/state/trial.none.ts") },
        { find: /^\.\/making\..*/, replacement: here("src/i18n/making.none.ts") },
      ],
    },
    build: {
      target: "es2022",
      cssTarget: OLDEST,
      outDir: "dist",
      emptyOutDir: false,
      cssCodeSplit: false,
      reportCompressedSize: false,
      // What makes signals does nothing else: those that nothing asks for are left out.
      rolldownOptions: {
        treeshake: { manualPureFunctions: ["signal", "computed"] },
        checks: { bundlerTimings: false },
      },
      lib: { entry: here("src/player/file.tsx"), formats: ["iife"], name: "gradwalk", fileName: "player" },
    },
  };
});
