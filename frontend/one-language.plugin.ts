/** Every other language's words are those of one language: what is built then speaks that alone and weighs less. */
import { readFileSync } from "node:fs";
import type { Plugin } from "vite";

const WORDS = /(\.|i18n\/)(en|zh)\.ts$/;
const EXPORTED = /^export const (\w+)/gm;

export function oneLanguage(language: "en" | "zh"): Plugin {
  return {
    name: "gradwalk-one-language",
    enforce: "pre",
    load(id) {
      const other = WORDS.exec(id)?.[2];
      if (other === undefined || other === language) return null;
      const own = id.replace(WORDS, `$1${language}.ts`);
      const names = [...readFileSync(id, "utf8").matchAll(EXPORTED)].map(([, name]) => name ?? "");
      const lines = names.map(
        (name) => `export { ${inLanguage(name, language)} as ${name} } from ${JSON.stringify(own)};`,
      );
      return { code: lines.join("\n"), moduleType: "js" };
    },
  };
}

/** `SENTENCES_EN`, `explainEn` and `en` end in the language that they are of. */
function inLanguage(name: string, language: string): string {
  const capital = language.charAt(0).toUpperCase() + language.slice(1);
  return name
    .replace(/(?<=_)(EN|ZH)$/, language.toUpperCase())
    .replace(/(?<=[a-z])(En|Zh)$/, capital)
    .replace(/^(en|zh)$/, language);
}
