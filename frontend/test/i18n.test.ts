import { describe, expect, test } from "vitest";
import { DIAGNOSIS_ZH } from "../src/core/diagnosis/sentences.zh";
import { REASONS_EN } from "../src/core/reasons/sentences.en";
import { REASONS_ZH } from "../src/core/reasons/sentences.zh";
import { SENTENCES_ZH } from "../src/core/sentences.zh";
import { WHY_ZH } from "../src/core/why/sentences.zh";
import { differencesEn } from "../src/i18n/differences.en";
import { differencesZh } from "../src/i18n/differences.zh";
import { en, type Messages } from "../src/i18n/en";
import { inLanguage, LANGUAGES, nameOf } from "../src/i18n/languages";
import { legendEn } from "../src/i18n/legend.en";
import { legendZh } from "../src/i18n/legend.zh";
import { pairEn } from "../src/i18n/pair.en";
import { pairZh } from "../src/i18n/pair.zh";
import { sharingEn } from "../src/i18n/sharing.en";
import { sharingZh } from "../src/i18n/sharing.zh";
import { zh } from "../src/i18n/zh";

const MESSAGES: Record<"en" | "zh", Messages> = { en, zh };

type Leaf = [path: string, value: unknown];

function leaves(tree: object, path = ""): Leaf[] {
  return Object.entries(tree).flatMap(([key, value]) =>
    typeof value === "object" ? leaves(value, `${path}.${key}`) : [[`${path}.${key}`, value] as Leaf],
  );
}

/** Words that come with a view of their own. */
const LATER = {
  pair: { en: pairEn, zh: pairZh },
  differences: { en: differencesEn, zh: differencesZh },
  sharing: { en: sharingEn, zh: sharingZh },
  legend: { en: legendEn, zh: legendZh },
  reasons: { en: REASONS_EN, zh: REASONS_ZH },
};

describe.each(["en", "zh"] as const)("the page in %s", (language) => {
  const own = [
    ...leaves(MESSAGES[language]),
    ...Object.values(LATER).flatMap((words) => leaves(words[language])),
  ];

  test("has every entry that English has, of the same kind", () => {
    const shape = (entries: Leaf[]) => entries.map(([path, value]) => [path, typeof value]);
    const english = [...leaves(MESSAGES.en), ...Object.values(LATER).flatMap((words) => leaves(words.en))];
    expect(shape(own)).toEqual(shape(english));
  });

  test("has no empty text, and no function that leaves out what it is given", () => {
    for (const [path, value] of own) {
      if (typeof value === "string") expect(value.trim(), path).not.toBe("");
      else if (typeof value === "function") {
        const given = ["111", "222"].slice(0, value.length);
        const text = String(value(...given));
        for (const word of given) expect(text, path).toContain(word);
      }
    }
  });
});

test("Chinese has one word for one thing", () => {
  const said = [
    ...leaves(zh),
    ...Object.values(LATER).flatMap((words) => leaves(words.zh)),
    ...[SENTENCES_ZH, DIAGNOSIS_ZH, WHY_ZH].flatMap((words) => leaves(words)),
  ].map(([, value]) => String(value));
  // Writing in place is 就地, and what follows tensors is 自动微分, but in names of PyTorch's.
  expect(said.filter((text) => /原地|autograd(?!\.grad)/.test(text))).toEqual([]);
});

test("Chinese entries are in Chinese, but for names that code has too", () => {
  const names = /^(requires_grad|grad_fn|next_functions|NaN|zero_\(\)|import torch)$/;
  for (const [path, value] of leaves(MESSAGES.zh)) {
    if (typeof value === "string" && !names.test(value)) expect(value, path).toMatch(/[\u4e00-\u9fff]/);
  }
});

test("a language is there by its file, under its own name, and English stands in for what it leaves out", () => {
  expect(LANGUAGES).toEqual(["en", "zh"]);
  expect(LANGUAGES.map(nameOf)).toEqual(["English", "中文"]);
  expect(nameOf("fr")).toBe("Français");
  expect(inLanguage({ en: "leaf", zh: "叶子" }, "zh")).toBe("叶子");
  expect(inLanguage({ en: "leaf", zh: "叶子" }, "fr")).toBe("leaf");
});
