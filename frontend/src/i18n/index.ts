/** The words of the page in the language of the moment. A further language is one file more and one line in `PACKS`. */
import { computed, effect, signal } from "@preact/signals";
import { learn } from "../core/sentences";
import { language } from "../state/settings";
import { en, type Messages } from "./en";
import type { Language } from "./languages";
import type { Pack } from "./pack";

/** English is always there; another language is fetched when it is chosen. */
const PACKS: Readonly<Record<Exclude<Language, "en">, () => Promise<{ pack: Pack }>>> = {
  zh: () => import("./zh.pack"),
};

const known = signal<Readonly<Partial<Record<Language, Messages>>>>({ en });

/** Read in a component, it redraws the component when the language changes. */
export const words = computed<Messages>(() => known.value[language.value] ?? en);

/** Done once the page can speak the language that is chosen; English stands in if it cannot be fetched. */
export async function fetchLanguage(): Promise<void> {
  const wanted = language.value;
  if (wanted === "en" || known.peek()[wanted]) return;
  try {
    const { pack } = await PACKS[wanted]();
    learn(wanted, pack.sentences);
    known.value = { ...known.peek(), [wanted]: pack.messages };
  } catch {
    // The next choice tries again.
  }
}

effect(() => {
  void fetchLanguage();
});
