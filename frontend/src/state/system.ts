/** What the person's system asks for, kept up to date. */
import { signal } from "@preact/signals";

const query = matchMedia("(prefers-color-scheme: dark)");

export const systemDark = signal(query.matches);

query.addEventListener("change", () => {
  systemDark.value = query.matches;
});
