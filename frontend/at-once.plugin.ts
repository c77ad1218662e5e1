/** What is fetched when it is needed is in a single file from the start: `import()` there is an import like others, so that what is
 * not used is left out and modules need no wrapping, and a view that comes later is the view itself. */
import type { Plugin } from "vite";

const VIEW =
  /^const (\w+) = later(?:<[^()]*>)?\(\s*\(\) =>\s*import\("([^"]+)"\)\.then\(\((\w+)\) => \3\.(\w+)\),?\s*\);$/gm;

const FETCHED = /(?<!typeof )\bimport\("([^"]+)"\)(?:\.then\(\((\w+)\) => \2\.(\w+)\))?/g;

export function atOnce(): Plugin {
  return {
    name: "gradwalk-at-once",
    enforce: "pre",
    transform(code, id) {
      if (!/\.tsx?$/.test(id)) return null;
      const imports: string[] = [];
      const views = code.replace(
        VIEW,
        (_found, local: string, from: string, _module, name: string) =>
          `import { ${name} as ${local} } from ${JSON.stringify(from)};`,
      );
      const own = views.replace(FETCHED, (_found, from: string, _module, name: string | undefined) => {
        const local = `fetched${imports.length}`;
        imports.push(
          `import ${name ? `{ ${name} as ${local} }` : `* as ${local}`} from ${JSON.stringify(from)};`,
        );
        return `Promise.resolve(${local})`;
      });
      return own === code ? null : { code: `${imports.join("\n")}\n${own}`, map: null };
    },
  };
}
