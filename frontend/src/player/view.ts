/** What of the player is shown, and the rest that an address may wish for. */
import { signal } from "@preact/signals";
import { type Controls, PARTS, type Part, type Wishes } from "../core/wishes";
import { LANGUAGES } from "../i18n/languages";
import { goTo, goToEvent } from "../state/player";
import { picture } from "../state/screen";
import { GRAINS, grain, language, theme } from "../state/settings";

export const parts = signal<ReadonlySet<Part>>(new Set(PARTS));
export const controls = signal<Controls>("full");
/** What the address names is on view, at the step that it names: who leads the player from outside may do so now. */
export const begun = signal(false);

/** Looks: they may change at any time, and what is not wished for stays. */
export function dressAs(wishes: Wishes): void {
  const spoken = LANGUAGES.find((each) => each === wishes.language);
  if (spoken) language.value = spoken;
  const wanted = GRAINS.find((each) => each === wishes.grain);
  if (wanted) grain.value = wanted;
  if (wishes.theme) theme.value = wishes.theme;
  if (wishes.picture) picture.value = wishes.picture;
  if (wishes.view) parts.value = new Set(wishes.view);
  if (wishes.controls) controls.value = wishes.controls;
}

export function beginAt({ step, events }: Wishes): void {
  if (step !== null) goTo(step);
  else if (events !== null) goToEvent(events - 1);
}
