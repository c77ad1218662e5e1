/** 中文：界面文字与解说句子。 */
import { SENTENCES_ZH } from "../core/sentences.zh";
import type { Pack } from "./pack";
import { zh } from "./zh";

export const pack: Pack = { messages: zh, sentences: SENTENCES_ZH };
