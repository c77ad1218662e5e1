/** The words of the page in the language of the moment. A further language is one file more, `<tag>.pack.ts`. */
import { computed, effect, signal } from "@preact/signals";
import { learn } from "../core/sentences";
import { language } from "../state/settings";
import { en, type Messages } from "./en";
import type { Language } from "./languages";
import type { Pack } from "./pack";
import { PACKS, pathOf } from "./packs";

/** English is always there; another language is fetched when it is chosen. */
const known = signal<Readonly<Partial<Record<Language, Pack>>>>({});

/** Read in a component, it redraws the component when the language changes. */
export const words = computed<Messages>(() => known.value[language.value]?.messages ?? en);

/** The words of later views, of languages that have them in their one file. */
export const later = computed<NonNullable<Pack["later"]>>(() => known.value[language.value]?.later ?? {});

/** Done once the page can speak the language that is chosen; English stands in if it cannot be fetched. */
export async function fetchLanguage(): Promise<void> {
  const wanted = language.value;
  const fetchPack = PACKS[pathOf(wanted)];
  if (!fetchPack || known.peek()[wanted]) return;
  try {
    const { pack } = await fetchPack();
    learn(wanted, pack.sentences, pack.gap);
    known.value = { ...known.peek(), [wanted]: pack };
  } catch {
    // The next choice tries again.
  }
}

effect(() => {
  void fetchLanguage();
});
