/** In the place of `speaker.ts` where there is no second window. */
export function tellSpeaker(): void {}
