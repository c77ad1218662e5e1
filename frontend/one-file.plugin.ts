/** Puts the built script and its styles into a document, under a policy that lets nothing else in and nothing out. */
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import type { Plugin } from "vite";

/** `template` lies beside this file; `name` is the document's. */
export function oneFile(template: string, name: string): Plugin {
  return {
    name: "gradwalk-one-file",
    enforce: "post",
    generateBundle(_options, bundle) {
      let styles = "";
      let script = "";
      for (const [part, item] of Object.entries(bundle)) {
        if (item.type === "chunk") script += item.code;
        else if (part.endsWith(".css")) styles += item.source;
        delete bundle[part];
      }
      const document = readFileSync(new URL(template, import.meta.url), "utf8");
      const own = named(asked(used(withoutFaces(styles), script), script), script);
      this.emitFile({ type: "asset", fileName: name, source: filled(document, ...classed(own, script)) });
    },
  };
}

/** The page's own letters are a quarter of what such a file may weigh: the system's take their place. */
function withoutFaces(styles: string): string {
  return styles
    .replace(/@font-face\s*\{[^}]*\}/g, "")
    .replace(/"Gradwalk \w+", ?/g, "")
    .replace(/font-feature-settings:[^;}]*;?/g, "");
}

/** The rules whose classes the script or the document speaks of: the others are for views that are not there. */
function used(styles: string, script: string): string {
  return styles.replace(/([^{}]+)\{([^{}]*)\}/g, (rule, selectors: string, body: string) => {
    if (selectors.trim().startsWith("@")) return rule;
    const kept = selectors.split(",").filter((selector) => {
      const names = [...selector.matchAll(/\.([a-zA-Z][\w-]*)/g)].map(([, name]) => name ?? "");
      return names.every((name) => isSpokenOf(name, script));
    });
    return kept.length > 0 ? `${kept.join(",")}{${body}}` : "";
  });
}

/** Only those of the style's own names that a rule or the script asks for. */
function asked(styles: string, script: string): string {
  return styles.replace(/(--[\w-]+):[^;{}]*;?/g, (declaration, name: string) =>
    styles.includes(`var(${name}`) || isAskedBy(script, name) ? declaration : "",
  );
}

function isAskedBy(script: string, name: string): boolean {
  return script.includes(name) || script.includes(`${stemOf(name)}\${`);
}

/** What only the styles call by a name has a short one. */
function named(styles: string, script: string): string {
  const names = [...new Set(styles.match(/--[\w-]+/g))].filter((name) => !isAskedBy(script, name));
  const short = new Map(names.map((name, i) => [name, `--${i.toString(36)}`]));
  return styles.replace(/--[\w-]+/g, (name) => short.get(name) ?? name);
}

const CLASS = /\.([a-zA-Z][\w-]*)/g;
/** Classes as the script writes them where it gives them to an element, and not where it puts them together. */
const CLASSES = /(?<![\w$-])class:`([^`$]*)`/g;

/** Classes have short names too where the script does nothing with them but to give them to elements. */
function classed(styles: string, script: string): readonly [styles: string, script: string] {
  const elsewhere = script.replace(CLASSES, "");
  const others = new Set(elsewhere.match(/[\w-]+/g));
  const beginnings = elsewhere.match(/[\w-]+-(?=\$\{|`)/g) ?? [];
  const names = new Set([...styles.matchAll(CLASS)].map(([, name]) => name ?? ""));
  const short = new Map(
    [...names]
      .filter((name) => !others.has(name) && !beginnings.some((each) => name.startsWith(each)))
      .map((name, i) => [name, `_${i.toString(36)}`]),
  );
  const shortOf = (name: string) => short.get(name) ?? name;
  return [
    styles.replace(CLASS, (_found, name: string) => `.${shortOf(name)}`),
    script.replace(
      CLASSES,
      (_found, given: string) => `class:\`${given.split(" ").map(shortOf).join(" ")}\``,
    ),
  ];
}

/** Names are made of a fixed beginning and a word at most: `stretch-${direction}`. */
function isSpokenOf(name: string, script: string): boolean {
  if (new RegExp(`[\\s"'\`]${name}(?:[\\s"'\`]|\\$\\{)`).test(script)) return true;
  const stem = stemOf(name);
  return stem !== "" && script.includes(`${stem}\${`);
}

function stemOf(name: string): string {
  return name.replace(/[^-]*$/, "");
}

function filled(document: string, styles: string, script: string): string {
  const code = script.trim().replaceAll("</script", "<\\/script").replaceAll("<!--", "<\\!--");
  const policy = [
    "default-src 'none'",
    `script-src 'sha256-${createHash("sha256").update(code).digest("base64")}'`,
    "style-src 'unsafe-inline'",
    "img-src data: blob:",
    "base-uri 'none'",
    "form-action 'none'",
  ].join("; ");
  return document
    .replace("{policy}", () => policy)
    .replace('<link rel="stylesheet" href="player.css" />', () => `<style>${styles.trim()}</style>`)
    .replace('<script src="player.js"></script>', () => `<script>${code}</script>`);
}
