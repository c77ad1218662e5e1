/** What a card is drawn from. */
import type { Run } from "../../core/run";
import type { Box, Card as CardData, CardState } from "../../core/types";
import type { CardFace } from "../../graph/face";
import type { Measure } from "../../graph/measure";
import type { Messages } from "../../i18n/en";

export interface CardProps {
  readonly run: Run;
  readonly card: CardData;
  readonly face: CardFace;
  readonly box: Box;
  readonly state: CardState;
  readonly selected: boolean;
  /** Its value flows into what the step computes. */
  readonly lit: boolean;
  /** Where Tab leads among the cards. */
  readonly tabStop: boolean;
  readonly t: Messages;
  readonly measure: Measure;
  readonly onPick: (card: CardData) => void;
}
