/** How the page is built: static files with relative addresses, served by the same server as the API. */
import { defineConfig } from "vitest/config";
import { lessonContents } from "./lessons.plugin.ts";

export default defineConfig({
  base: "./",
  plugins: [lessonContents()],
  oxc: { jsx: { runtime: "automatic", importSource: "preact" } },
  worker: { format: "es" },
  build: {
    target: "es2022",
    outDir: "dist",
    // A data: URL is a foreign origin to a strict Content-Security-Policy.
    assetsInlineLimit: 0,
    modulePreload: false,
    // What later views share with the page is one file: in pieces it would compress worse.
    rolldownOptions: { output: { codeSplitting: { groups: [{ name: "shared", minShareCount: 2 }] } } },
  },
  server: { port: 5173, proxy: { "/api": "http://127.0.0.1:8000", "/healthz": "http://127.0.0.1:8000" } },
  // Properties over many graphs are judged without a clock: the timeout is for a test that hangs.
  test: {
    include: ["src/**/*.test.ts", "test/**/*.test.ts"],
    setupFiles: ["test/setup.ts"],
    environment: "node",
    testTimeout: 120_000,
  },
});
