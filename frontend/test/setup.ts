/** Every language is learnt before the tests begin: on the page, all but English come when they are chosen. */
import { learn } from "../src/core/sentences";
import { SENTENCES_ZH } from "../src/core/sentences.zh";

learn("zh", SENTENCES_ZH);
