/** How the page is built: static files with relative addresses, served by the same server as the API. */
import { defineConfig } from "vitest/config";
import { lessonContents } from "./lessons.plugin.ts";
import { offline } from "./offline.plugin.ts";
import { OLDEST } from "./oldest.ts";

interface Bundle {
  getModuleInfo(id: string): { isEntry: boolean; importers: readonly string[] } | null;
}

/** What is shared is in two files: what a first visit needs, and what only later views share. In more pieces it would
 * compress worse. */
function sharedAtFirst(id: string, bundle: Bundle): string | null {
  const seen = new Set<string>();
  const comesFirst = (each: string): boolean => {
    if (seen.has(each)) return false;
    seen.add(each);
    const info = bundle.getModuleInfo(each);
    return info !== null && (info.isEntry || info.importers.some(comesFirst));
  };
  return comesFirst(id) ? "shared" : null;
}

export default defineConfig({
  base: "./",
  plugins: [lessonContents(), offline()],
  oxc: { jsx: { runtime: "automatic", importSource: "preact" } },
  worker: { format: "es" },
  build: {
    target: "es2022",
    cssTarget: OLDEST,
    outDir: "dist",
    // A data: URL is a foreign origin to a strict Content-Security-Policy.
    assetsInlineLimit: 0,
    // Documents name what their scripts import, which browsers then ask for at once; no code for those that would not.
    modulePreload: {
      polyfill: false,
      resolveDependencies: (_, files, { hostType }) => (hostType === "html" ? files : []),
    },
    rolldownOptions: {
      checks: { bundlerTimings: false },
      input: ["index.html", "embed.html", "src/player/element.ts"],
      output: {
        // Other people's pages name it.
        entryFileNames: ({ name }) => (name === "element" ? "gradwalk-player.js" : "assets/[name]-[hash].js"),
        codeSplitting: {
          groups: [
            { name: sharedAtFirst, minShareCount: 2, priority: 2 },
            { name: "later", minShareCount: 2, priority: 1 },
          ],
        },
      },
    },
  },
  server: { port: 5173, proxy: { "/api": "http://127.0.0.1:8000", "/healthz": "http://127.0.0.1:8000" } },
  // Properties over many graphs are judged without a clock: the timeout is for a test that hangs.
  test: {
    include: ["src/**/*.test.ts", "test/**/*.test.ts"],
    setupFiles: ["test/setup.ts"],
    environment: "node",
    // Modules are loaded once for all files of a thread: no test leaves anything in them.
    isolate: false,
    pool: "threads",
    testTimeout: 120_000,
  },
});
