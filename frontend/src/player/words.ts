/** All words side by side, and what says most of them: so what they share is compressed. A file's first import. */
import "../core/sentences.en";
import "../core/diagnosis/sentences.en";
import "../core/why/sentences.en";
import "../i18n/explain.en";
import "../i18n/seeing.en";
import "../i18n/asking.en";
import "../i18n/everywhere.en";
import "../i18n/en";
import "../core/diagnosis";
import "../core/why";
