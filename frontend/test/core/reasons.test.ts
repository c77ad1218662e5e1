import { expect, it } from "vitest";
import { reasonOf, reasonText } from "../../src/core/reasons";
import { REASONS_EN } from "../../src/core/reasons/sentences.en";
import { REASONS_ZH } from "../../src/core/reasons/sentences.zh";
import { runsOf } from "../runs";

const HEAD = "import torch\nimport torch.nn.functional as F\ntorch.manual_seed(0)\n";
const SCORES = "x = torch.randn(4, 3, requires_grad=True)\nt = torch.tensor([1, 0, -100, 2])\n";
const PROGRAMS: Record<string, string> = {
  strided: "x = torch.arange(4., requires_grad=True)\nx.as_strided((2, 2), (1, 1)).sum().backward()",
  mean: `${SCORES}F.cross_entropy(x, t).backward()`,
  one: "x = torch.randn(1, 3, requires_grad=True)\nF.cross_entropy(x, torch.tensor([2])).backward()",
  sum: `${SCORES}F.cross_entropy(x, t, reduction='sum').backward()`,
  each: `${SCORES}F.cross_entropy(x, t, reduction='none').sum().backward()`,
  weighted: `${SCORES}F.cross_entropy(x, t, weight=torch.tensor([1., 2., 3.])).backward()`,
  attention:
    "q = torch.randn(1, 2, 2, requires_grad=True)\nF.scaled_dot_product_attention(q, q, q).sum().backward()",
  batch: "b = torch.nn.BatchNorm1d(2)\n(b(torch.randn(3, 2)) ** 2).sum().backward()",
  kept: "b = torch.nn.BatchNorm1d(2).eval()\n(b(torch.randn(3, 2)) ** 2).sum().backward()",
  convolution: "torch.nn.Conv2d(1, 1, 2)(torch.randn(1, 1, 3, 3)).sum().backward()",
  product: "x = torch.ones(2, requires_grad=True)\n(x * x).sum().backward()",
};

const runs = runsOf(
  Object.fromEntries(Object.entries(PROGRAMS).map(([name, code]) => [name, [HEAD + code]])),
);

/** The reasons of a program's nodes, each once, in English. */
function reasons(name: string): string[] {
  const run = runs.get(name);
  if (!run) throw new Error(`${name} did not run`);
  const said = run.trace.nodes.map((_, node) => reasonText(run, node, REASONS_EN)).filter(Boolean);
  return [...new Set(said)];
}

const hasReason = (name: string, words: string) =>
  expect(reasons(name)).toContainEqual(expect.stringContaining(words));

it("says of memory that is read twice that what comes for both is added up", () =>
  hasReason("strided", "read at several places"));

it("divides a mean loss by the rows that count, which those of the ignored class do not", () => {
  hasReason("mean", "taken from 3 rows, so each of these gets −1/3");
  hasReason("one", "from the one row that counts, so this gets −1 of the gradient");
  hasReason("sum", "each gets −1 of the gradient");
  hasReason("weighted", "its share of the weights");
  expect(reasons("each").join()).not.toContain("loss is minus");
});

it("says what attention is made of: products and a softmax", () => {
  hasReason("attention", "each factor gets the gradient times the other factor");
  hasReason("attention", "Softmax shares out 1");
});

it("tells batch-norm that learns from the batch from one that keeps to what it has", () => {
  hasReason("batch", "came from the batch");
  hasReason("kept", "those that were kept");
});

it("says of a convolution where its weights were used", () =>
  hasReason("convolution", "every place of the window"));

it("is silent where the formula says it, and leaves no hole in any language", () => {
  expect(reasons("product")).toEqual([]);
  for (const run of runs.values())
    run.trace.nodes.forEach((_, node) => {
      const isGiven = reasonOf(run, node) !== null;
      for (const words of [REASONS_EN, REASONS_ZH]) {
        expect(reasonText(run, node, words) !== "").toBe(isGiven);
        expect(reasonText(run, node, words)).not.toMatch(/[{}]/);
      }
    });
});
