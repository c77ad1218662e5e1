/** The files of the languages beside English, by path: each is fetched when it is chosen. */
import type { Pack } from "./pack";

export const PACKS: Readonly<Record<string, () => Promise<{ pack: Pack }>>> = import.meta.glob<{
  pack: Pack;
}>("./*.pack.ts");

export const pathOf = (language: string) => `./${language}.pack.ts`;
