/** `sw.js`, the service worker that keeps the page for when its server is out of reach, with the list of what it keeps. */
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import type { Plugin } from "vite";

export function offline(): Plugin {
  return {
    name: "gradwalk-offline",
    apply: "build",
    enforce: "post",
    generateBundle: {
      order: "post",
      handler(_options, bundle) {
        const code = readFileSync(new URL("sw.js", import.meta.url), "utf8");
        const hash = createHash("sha256").update(code);
        const files = ["./", "icon.svg"];
        for (const item of Object.values(bundle).sort((a, b) => (a.fileName < b.fileName ? -1 : 1))) {
          hash.update(item.fileName).update(item.type === "chunk" ? item.code : item.source);
          // A page's document is asked for by its folder.
          if (!/^(index\.html|embed\.html|gradwalk-player\.js)$/.test(item.fileName))
            files.push(item.fileName);
        }
        const version = hash.digest("hex").slice(0, 16);
        const source = `const VERSION = ${JSON.stringify(version)};\nconst FILES = ${JSON.stringify(files)};\n${code}`;
        this.emitFile({ type: "asset", fileName: "sw.js", source });
      },
    },
  };
}
