/** Calls that fail for what they were given: what is said, what does not fit, and the first change with which it runs. */
import { describe, expect, test } from "vitest";
import { messagesKnown } from "../players.plugin.ts";
import { type Diagnosis, diagnose } from "../src/core/diagnosis";
import * as calls from "../src/core/diagnosis/calls";
import { DIAGNOSIS_EN } from "../src/core/diagnosis/sentences.en";
import { DIAGNOSIS_ZH } from "../src/core/diagnosis/sentences.zh";
import { applyEdits, diffOf } from "../src/core/explain/edits";
import type { Hole } from "../src/core/explain/said";
import { plain } from "../src/core/explain/said";
import { runsOf } from "./runs";

const ENGLISH = { ...DIAGNOSIS_EN, ...calls.CALLS_EN };
const CHINESE = { ...DIAGNOSIS_ZH, ...calls.CALLS_ZH };

const HEAD = "import torch\nfrom torch import nn\nimport torch.nn.functional as F\n";

const FUNCTION = (forward: string, backward: string) =>
  ["class Scale(torch.autograd.Function):", "    @staticmethod", "    def forward(ctx, a, k):"]
    .concat(forward.split("\n").map((line) => `        ${line}`))
    .concat(["    @staticmethod", "    def backward(ctx, g):"])
    .concat(backward.split("\n").map((line) => `        ${line}`))
    .concat(["x = torch.ones(3, requires_grad=True)", ""])
    .join("\n");

const APPLIED = "Scale.apply(x, 2.0).sum().backward()";

interface Case {
  code: string;
  /** Words of the story. */
  says: string;
  /** Rows of what does not fit; a cell that clashes in brackets. */
  fit?: string[];
  /** The lines that the change with which it runs takes away and adds; null where nothing that is tried runs. */
  change?: string[] | null;
}

const CASES: Record<string, Case> = {
  "a product": {
    code: "x = torch.ones(4, 3)\nw = torch.ones(2, 3)\ny = x @ w",
    says: "the last axis of x is 3 long, and w has 2 for it",
    fit: ["x: 4 [3] .", "w: . [2] 3"],
    change: ["- y = x @ w", "+ y = x @ w.T"],
  },
  "a product in the wrong order": {
    code: "x = torch.ones(3)\nw = torch.ones(2, 3)\ny = 1 + x @ w",
    says: "the last axis of x is 3 long, and w has 2 for it",
    fit: ["x: . [3] .", "w: . [2] 3"],
    change: ["- y = 1 + x @ w", "+ y = 1 + x @ w.T"],
  },
  "a product of a call": {
    code: "x = torch.ones(2, 3)\nv = torch.ones(2)\ny = torch.mv(x, v)",
    says: "the last axis of x is 3 long, and v has 2 for it",
    fit: ["x: 2 [3] .", "v: . [2] ."],
    change: ["- y = torch.mv(x, v)", "+ y = torch.mv(x.T, v)"],
  },
  "a product of batches": {
    code: "q = torch.ones(2, 4, 3)\nk = torch.ones(2, 5, 3)\ns = torch.bmm(q, k)",
    says: "the last axis of q is 3 long, and k has 5 for it",
    fit: ["q: 2 4 [3] .", "k: 2 . [5] 3"],
    change: ["- s = torch.bmm(q, k)", "+ s = torch.bmm(q, k.mT)"],
  },
  "a sum of shapes that do not fit": {
    code: "x = torch.ones(4, 3)\nb = torch.ones(4, requires_grad=True)\ny = x * 2 + b",
    says: "laid over each other from the last axis, 3 meets 4",
    fit: ["x * 2: 4 [3]", "b: . [4]"],
    change: ["- y = x * 2 + b", "+ y = x * 2 + b.unsqueeze(-1)"],
  },
  "a sum that nothing mends": {
    code: "x = torch.ones(3)\ny = torch.ones(4)\nx + y",
    says: "3 meets 4",
    fit: ["x: [3]", "y: [4]"],
    change: null,
  },
  "a loss of another shape": {
    code: "p = torch.ones(3, 1)\nt = torch.ones(3)\nF.binary_cross_entropy_with_logits(p, t)",
    says: "compares p of shape [3, 1] with t of shape [3]",
    change: [
      "- F.binary_cross_entropy_with_logits(p, t)",
      "+ F.binary_cross_entropy_with_logits(p, t.reshape_as(p))",
    ],
  },
  "another number of elements": {
    code: "x = torch.ones(4, 3)\ny = x.view(5, 2)",
    says: "x has 12 elements, but [5, 2] in x.view(5, 2) (cell 1, line 5) is a shape for 10",
    fit: ["x: [4 × 3 = 12]", "[5, 2]: [5 × 2 = 10]"],
    change: ["- y = x.view(5, 2)", "+ y = x.view(-1, 2)"],
  },
  "another number of elements with a rest": {
    code: "x = torch.ones(6)\ny = x.reshape(4, -1)",
    says: "x has 6 elements, which cannot be dealt out in parts of 4",
    change: ["- y = x.reshape(4, -1)", "+ y = x.reshape(-1)"],
  },
  "a view of what is turned": {
    code: "x = torch.ones(2, 3)\ny = x.t().view(6)",
    says: "do not lie row after row (shape [3, 2], strides [1, 3])",
    change: ["- y = x.t().view(6)", "+ y = x.t().reshape(6)"],
  },
  "joining along the wrong axis": {
    code: "a = torch.ones(4, 3)\nb = torch.ones(4, 2)\ntorch.cat([a, b])",
    says: "On axis 1 they must agree, but a has 3 there and b has 2",
    fit: ["a: 4 [3]", "b: 4 [2]"],
    change: ["- torch.cat([a, b])", "+ torch.cat([a, b], dim=1)"],
  },
  "joining a row": {
    code: "a = torch.ones(4, 3)\nb = torch.ones(3)\ntorch.cat((a, b), 0)",
    says: "joins a, which has 2 axes, and b, which has 1",
    fit: ["a: 4 3", "b: . 3"],
    change: ["- torch.cat((a, b), 0)", "+ torch.cat((a, b.unsqueeze(0)), 0)"],
  },
  stacking: {
    code: "a = torch.ones(2)\nb = torch.ones(3)\ntorch.stack([a, b])",
    says: "stacks a of shape [2] and b of shape [3]",
    change: ["- torch.stack([a, b])", "+ torch.cat([a, b])"],
  },
  "weights of a backward pass": {
    code: "x = torch.ones(3, requires_grad=True)\ny = x * 2\ny.backward(torch.ones(2))",
    says: "starts from y of shape [3], with weights of shape [2]",
    fit: ["y: [3]", "torch.ones(2): [2]"],
    change: ["- y.backward(torch.ones(2))", "+ y.backward(torch.ones_like(y))"],
  },
  "a value without room": {
    code: "x = torch.zeros(3)\nx[:2] = torch.ones(3)",
    says: "has room for shape [2]; the value has shape [3]",
    change: null,
  },
  "an axis that is not there": {
    code: "x = torch.ones(2, 3)\nx.softmax(2)",
    says: "its axes count from 0 to 1",
    change: ["- x.softmax(2)", "+ x.softmax(-1)"],
  },
  "letters of einsum": {
    code: "a = torch.ones(2, 3)\nb = torch.ones(4, 3)\ntorch.einsum('ij,jk->ik', a, b)",
    says: "the letter j stands for an axis of size 3, 4 at once",
    fit: ["'ij,jk->ik': i j k", "a: 2 [3] .", "b: . [4] 3"],
    change: ["- torch.einsum('ij,jk->ik', a, b)", "+ torch.einsum('ij,jk->ik', a, b.T)"],
  },

  "a layer in a row of layers": {
    code: "model = nn.Sequential(nn.Linear(3, 4), nn.ReLU(), nn.Linear(5, 1))\nx = torch.ones(2, 3)\nmodel(x)",
    says: "model.2 was made as nn.Linear(5, 1) (cell 1, line 4): it takes 5 features.",
    fit: ["1: ReLU · relu: 2 [4] .", "model.2: . [5] 1"],
    change: [
      "- model = nn.Sequential(nn.Linear(3, 4), nn.ReLU(), nn.Linear(5, 1))",
      "+ model = nn.Sequential(nn.Linear(3, 4), nn.ReLU(), nn.Linear(4, 1))",
    ],
  },
  "a layer after a convolution": {
    code: [
      "class Net(nn.Module):",
      "    def __init__(self):",
      "        super().__init__()",
      "        self.conv = nn.Conv2d(1, 2, 3)",
      "        self.fc = nn.Linear(32, 3)",
      "    def forward(self, x):",
      "        x = self.conv(x).relu()",
      "        return self.fc(x)",
      "net = Net()",
      "net(torch.ones(5, 1, 6, 6))",
    ].join("\n"),
    says: "gave it x of shape [5, 2, 4, 4]: the last axis brings 4",
    change: ["-         return self.fc(x)", "+         return self.fc(x.flatten(1))"],
  },
  channels: {
    code: "conv = nn.Conv2d(3, 4, 3)\nx = torch.ones(2, 1, 8, 8)\nconv(x)",
    says: "conv was made as nn.Conv2d(3, 4, 3) (cell 1, line 4): it takes 3 channels.",
    fit: ["x: 2 [1] 8 8", "conv: 2 [3] 8 8"],
    change: ["- conv = nn.Conv2d(3, 4, 3)", "+ conv = nn.Conv2d(1, 4, 3)"],
  },
  "channels that come last": {
    code: "conv = nn.Conv2d(3, 4, 3)\nx = torch.ones(2, 8, 8, 3)\nconv(x)",
    says: "gave it x of shape [2, 8, 8, 3], which has 8 where the channels are",
    change: ["- conv(x)", "+ conv(x.permute(0, 3, 1, 2))"],
  },
  "a norm of other features": {
    code: "norm = nn.LayerNorm(4)\nx = torch.ones(2, 3)\nnorm(x)",
    says: "norm was made as nn.LayerNorm(4) (cell 1, line 4): it takes 4 features.",
    fit: ["x: 2 [3]", "norm: 2 [4]"],
    change: ["- norm = nn.LayerNorm(4)", "+ norm = nn.LayerNorm(3)"],
  },
  "a batch norm of other features": {
    code: "norm = nn.BatchNorm1d(3)\nx = torch.ones(2, 4)\nnorm(x)",
    says: "which has 4 on axis 1",
    change: ["- norm = nn.BatchNorm1d(3)", "+ norm = nn.BatchNorm1d(4)"],
  },
  "a row that is not in the table": {
    code: "table = nn.Embedding(3, 2)\ni = torch.tensor([0, 3])\ntable(i)",
    says: "table has 3 rows, numbered from 0 to 2. table(i) (cell 1, line 6) asks for row 3",
    change: ["- table = nn.Embedding(3, 2)", "+ table = nn.Embedding(4, 2)"],
  },
  "a module without its beginning": {
    code: "class M(nn.Module):\n    def __init__(self):\n        self.fc = nn.Linear(2, 1)\nM()",
    says: "the module does not exist yet",
    change: ["+         super().__init__()"],
  },
  "an optimiser of a result": {
    code: "w = torch.ones(2, requires_grad=True) * 2\ntorch.optim.SGD([w], lr=0.1)",
    says: "w was computed by torch.ones(2, requires_grad=True) * 2",
    change: ["- w = torch.ones(2, requires_grad=True) * 2", "+ w = (torch.ones(2) * 2).requires_grad_()"],
  },
  "a tensor for a parameter": {
    code: "m = nn.Linear(1, 1)\nm.weight = torch.ones(1, 1)",
    says: "puts a plain tensor where weight, a parameter, is",
    change: ["- m.weight = torch.ones(1, 1)", "+ m.weight = nn.Parameter(torch.ones(1, 1))"],
  },

  "two dtypes": {
    code: "x = torch.ones(2, 2)\nw = torch.ones(2, 2, dtype=torch.float64)\nx @ w",
    says: "multiplies x, which is float32, by w, which is float64",
    fit: ["x: [float32]", "w: [float64]"],
    change: ["- x @ w", "+ x @ w.float()"],
  },
  "a layer given whole numbers": {
    code: "m = nn.Linear(2, 1)\nx = torch.tensor([[1, 2]])\nm(x)",
    says: "multiplies x, which is int64",
    change: ["- m(x)", "+ m(x.float())"],
  },
  "classes that are fractions": {
    code: "p = torch.ones(2, 3)\nt = torch.tensor([0., 2.])\nF.cross_entropy(p, t)",
    says: "wants the number of each sample's class, but t is float32",
    change: ["- F.cross_entropy(p, t)", "+ F.cross_entropy(p, t.long())"],
  },
  "fractions written into whole numbers": {
    code: "x = torch.tensor([1, 2])\nx += 1.5",
    says: "writes into x, which is int64 and stays so",
    change: ["- x += 1.5", "+ x = x + 1.5"],
  },
  "a mean of whole numbers": {
    code: "x = torch.tensor([1, 2])\nx.mean()",
    says: "gives fractions, but x is int64",
    change: ["- x.mean()", "+ x.float().mean()"],
  },
  "positions that are fractions": {
    code: "x = torch.ones(3)\ni = torch.tensor([0., 2.])\nx[i]",
    says: "looks up elements by i, which is float32",
    change: ["- x[i]", "+ x[i.long()]"],
  },

  "a hook where no gradient comes": {
    code: "x = torch.ones(3)\nx.register_hook(print)",
    says: "waits for the gradient of x, but none will come",
    change: ["- x = torch.ones(3)", "+ x = torch.ones(3, requires_grad=True)"],
  },
  "a gradient kept where none comes": {
    code: "x = torch.ones(3, requires_grad=True)\ny = (x * x).detach()\ny.retain_grad()",
    says: "(x * x).detach() (cell 1, line 5) took x * x without its history",
    change: ["- y = (x * x).detach()", "+ y = (x * x)"],
  },
  "a hook that gives back another shape": {
    code: "x = torch.ones(3, requires_grad=True)\nx.register_hook(lambda g: g[:2])\n(x * 2).sum().backward()",
    says: "The hook <lambda> of x was shown a gradient of shape [3] and gave back one of shape [2].",
    fit: ["x: [3]", "<lambda>: [2]"],
    change: null,
  },
  "a hook that gives back a number": {
    code: "x = torch.ones(3, requires_grad=True)\ny = x * 2\ny.register_hook(lambda g: 3)\ny.sum().backward()",
    says: "A hook of y was shown a gradient and gave back: int.",
    change: null,
  },

  "too few gradients": {
    code: FUNCTION("ctx.k = k\nreturn a * k", "return g * ctx.k") + APPLIED,
    says: "forward of Scale takes a, k = 2.0: 2 inputs. Its backward gave back 1.",
    fit: ["a: g * ctx.k", "k = 2.0: [—]"],
    change: ["-         return g * ctx.k", "+         return g * ctx.k, None"],
  },
  "too few gradients where one is needed": {
    code: `${FUNCTION("ctx.save_for_backward(a, k)\nreturn a * k", "a, k = ctx.saved_tensors\nreturn g * k")}Scale.apply(x, x).sum().backward()`,
    says: "forward of Scale takes a, k: 2 inputs. Its backward gave back 1.",
    fit: ["a: g * k", "k: [—]"],
    change: null,
  },
  "too many gradients": {
    code: FUNCTION("ctx.k = k\nreturn a * k", "return (g * ctx.k, None, g)") + APPLIED,
    says: "Its backward gave back 3.",
    fit: ["a: g * ctx.k", "k = 2.0: None", "—: [g]"],
    change: ["-         return (g * ctx.k, None, g)", "+         return g * ctx.k, None"],
  },
  "a gradient for a number": {
    code: FUNCTION("ctx.k = k\nreturn a * k", "return g * ctx.k, g") + APPLIED,
    says: "gave a gradient for k = 2.0, which is no tensor",
    change: ["-         return g * ctx.k, g", "+         return g * ctx.k, None"],
  },
  "a gradient of another shape": {
    code: FUNCTION("ctx.k = k\nreturn a * k", "return torch.ones(7), None") + APPLIED,
    says: "gave a gradient of shape [7] for a, which has shape [3]",
    fit: ["a: [3]", "torch.ones(7): [7]"],
    change: null,
  },
  "a backward that needs what was not saved": {
    code: FUNCTION("ctx.k = k\nreturn a.exp()", "a, = ctx.saved_tensors\nreturn g * a.exp(), None") + APPLIED,
    says: "The backward of Scale unpacks a from what was saved, but its forward has saved nothing.",
    change: ["+         ctx.save_for_backward(a)"],
  },
  "a backward that needs what was not kept": {
    code: FUNCTION("return a * k", "return g * ctx.k, None") + APPLIED,
    says: "The backward of Scale asks for ctx.k, which its forward never set.",
    change: ["+         ctx.k = k"],
  },
};

const sources: Record<string, string[]> = Object.fromEntries(
  Object.entries(CASES).map(([name, { code }]) => [name, [`${HEAD}${code}\n`]]),
);
sources["a loss of pairs"] = [
  `${HEAD}p = torch.ones(3, 1, requires_grad=True)\nt = torch.ones(3)\nloss = F.mse_loss(p, t)\n`,
];
const runs = runsOf(sources);
const found = new Map(
  [...runs].map(([name, run]) => [name, diagnose(run, calls).find(({ isError }) => isError)] as const),
);

const candidates = ({ fix, tries = [] }: Diagnosis) => [...(fix ? [fix] : []), ...tries];
const tried = runsOf(
  Object.fromEntries(
    [...found].flatMap(([name, diagnosis]) =>
      (diagnosis ? candidates(diagnosis) : []).map(({ edits }, i) => [
        `${name}/${i}`,
        applyEdits(sources[name] ?? [], edits),
      ]),
    ),
  ),
);

const text = (hole: Hole) => (typeof hole === "string" ? hole : hole.text);

function changeOf(name: string, diagnosis: Diagnosis): string[] | null {
  const which = candidates(diagnosis).findIndex(
    (_, i) => tried.get(`${name}/${i}`)?.trace.outcome.status === "ok",
  );
  const after = tried.get(`${name}/${which}`)?.trace.cells[0]?.source;
  return after === undefined
    ? null
    : diffOf(sources[name]?.[0] ?? "", after)
        .filter(({ sign }) => sign !== "same")
        .map(({ sign, text }) => `${sign === "gone" ? "-" : "+"} ${text}`);
}

describe("a failed call", () => {
  test.each(Object.entries(CASES))("%s is told, shown and mended", (name, { says, fit, change }) => {
    const diagnosis = found.get(name);
    if (!diagnosis) throw new Error(runs.get(name)?.trace.outcome.message);
    expect(diagnosis.happened.map((said) => plain(ENGLISH, said)).join(" ")).toContain(says);
    const rows = diagnosis.fit?.rows.map(
      (row) =>
        `${text(row.name)}: ${row.cells.map((cell) => (cell === null ? "." : cell.state === "clash" ? `[${cell.text}]` : cell.text)).join(" ")}`,
    );
    if (fit) expect(rows).toEqual(fit);
    expect(changeOf(name, diagnosis)).toEqual(change ?? null);
  });

  test("is told without a hole in both languages", () => {
    for (const [name, diagnosis] of found)
      for (const said of [
        ...(diagnosis?.happened ?? []),
        ...(diagnosis?.meaning ? [diagnosis.meaning] : []),
        ...(diagnosis ? candidates(diagnosis).map(({ label }) => label) : []),
        ...(diagnosis?.marks.map(({ label }) => label) ?? []),
      ])
        for (const templates of [ENGLISH, CHINESE])
          expect([name, plain(templates, said)]).not.toEqual([
            name,
            expect.stringMatching(/\{|\?\)|undefined|NaN/),
          ]);
  });
});

test("a loss whose target has another shape is found though nothing is raised", () => {
  const run = runs.get("a loss of pairs");
  const [diagnosis] = run ? diagnose(run, calls) : [];
  expect(diagnosis?.happened.map((said) => plain(ENGLISH, said)).join(" ")).toContain(
    "Laid over each other they give [3, 3]: 9 differences, each prediction with every target.",
  );
  const [after] = applyEdits(sources["a loss of pairs"] ?? [], diagnosis?.fix?.edits ?? []);
  expect(after).toContain("loss = F.mse_loss(p, t.reshape_as(p))");
});

test("one player alone knows a message, so a run goes into the one that explains it", () => {
  const known = Object.values(messagesKnown()).map((patterns) =>
    patterns.map((pattern) => new RegExp(pattern)),
  );
  expect(found.size).toBeGreaterThan(0);
  for (const name of found.keys()) {
    const message = runs.get(name)?.trace.outcome.error?.message;
    // What warns is explained in the player of runs without an error.
    if (message === undefined) continue;
    const players = known.filter((patterns) => patterns.some((pattern) => pattern.test(message)));
    expect([name, message, players.length]).toEqual([name, message, 1]);
  }
});

test("both languages have the same holes in every sentence", () => {
  const holes = (text: string) => (text.match(/\{\w+\}/g) ?? []).sort();
  for (const key of Object.keys(ENGLISH) as (keyof typeof ENGLISH)[])
    expect([key, holes(CHINESE[key])]).toEqual([key, holes(ENGLISH[key])]);
});
