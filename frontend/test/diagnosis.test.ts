import { describe, expect, test } from "vitest";
import { type Diagnosis, diagnose } from "../src/core/diagnosis";
import { CALLS_EN, CALLS_ZH } from "../src/core/diagnosis/calls";
import { DIAGNOSIS_EN as BASE_EN } from "../src/core/diagnosis/sentences.en";
import { DIAGNOSIS_ZH as BASE_ZH } from "../src/core/diagnosis/sentences.zh";
import { applyEdits, diffOf } from "../src/core/explain/edits";
import { plain } from "../src/core/explain/said";
import { lessonRun, lessons, runsOf } from "./lesson-runs";

const DIAGNOSIS_EN = { ...BASE_EN, ...CALLS_EN };
const DIAGNOSIS_ZH = { ...BASE_ZH, ...CALLS_ZH };

const runs = new Map(lessons.map((id) => [id, lessonRun(id)]));
const found = new Map([...runs].map(([id, run]) => [id, diagnose(run)]));

function errorOf(id: string): Diagnosis {
  const error = found.get(id)?.find(({ isError }) => isError);
  if (!error) throw new Error(`${id} is not diagnosed`);
  return error;
}

function mended(id: string, { fix }: Diagnosis): string[] {
  return applyEdits(runs.get(id)?.trace.cells.map(({ source }) => source) ?? [], fix?.edits ?? []);
}

const story = ({ happened }: Diagnosis) => happened.map((said) => plain(DIAGNOSIS_EN, said)).join(" ");

/** The lines that a fix takes away and adds. */
function change(id: string, diagnosis: Diagnosis): string[] {
  const after = mended(id, diagnosis);
  return (runs.get(id)?.trace.cells ?? []).flatMap(({ source }, i) =>
    source === after[i]
      ? []
      : diffOf(source, after[i] ?? "")
          .filter(({ sign }) => sign !== "same")
          .map(({ sign, text }) => `${sign === "gone" ? "-" : "+"} ${text}`),
  );
}

/** The code of what is marked: an op, what made a tensor, or what an edge goes into; with the label. */
function marks(id: string, diagnosis: Diagnosis): string[] {
  const run = runs.get(id);
  if (!run) return [];
  return diagnosis.marks.map(({ op, tensor, edge, label }) => {
    const at =
      op ??
      (edge === undefined ? undefined : run.trace.edges[edge]?.op) ??
      run.trace.tensors[tensor ?? -1]?.op;
    const span = at == null ? null : (run.trace.ops[at]?.span ?? null);
    return `${span === null ? "?" : run.source(span)}: ${plain(DIAGNOSIS_EN, label)}`;
  });
}

/** By lesson: words of the story, what is marked, and what the fix changes. */
const ERRORS: Record<string, [story: string, marks: string[], change: string[]]> = {
  "backward-twice": [
    "Backward pass 3, y.backward() (cell 2, line 2), used that and let it go.",
    ["2 * torch.dot(x, x): freed by backward 3"],
    ["- y.backward()", "+ y.backward(retain_graph=True)"],
  ],
  "hidden-state": [
    "This round's h was computed from the h of the round before",
    ["torch.tanh(w * h): freed by backward 1"],
    ["+     h = h.detach()"],
  ],
  "in-place-harm": [
    "ExpBackward0 saved its own result, e, at version 0: its gradient formula needs these numbers. e[0] = 9 (cell 2, line 3) then wrote",
    ["u.exp(): saved at version 0, now 1", "e[0]: written here: version 1"],
    ["+ e = e.clone()"],
  ],
  "detach-shares-memory": [
    "SigmoidBackward0 saved its own result, o, at version 0",
    ["a.sigmoid(): saved at version 0, now 1", "o.detach().zero_(): written here: version 1"],
    ["+ o = o.clone()"],
  ],
  "augmented-assignment": [
    "MulBackward0 saved b at version 0",
    ["b * b: saved at version 0, now 1", "b += 1: written here: version 1"],
    ["- b += 1", "+ b = b + 1"],
  ],
  "no-grad": [
    "x * x (cell 1, line 5) ran under no_grad",
    ["y.sum(): no grad_fn", "x * x: cut here", "x * x: cut here"],
    ["- with torch.no_grad():", "+ with torch.enable_grad():"],
  ],
  "update-by-rebinding": [
    "w - 0.1 * w.grad (cell 2, line 4) ran under no_grad",
    ["w * w: no grad_fn", "w - 0.1 * w.grad: cut here"],
    ["-     w = w - 0.1 * w.grad", "+     w -= 0.1 * w.grad"],
  ],
  "rewrapping-cuts": [
    "torch.tensor([torch.cos(a), torch.sin(a)]) (cell 2, line 1) copied the numbers",
    [
      "y.sum(): no grad_fn",
      "torch.tensor([torch.cos(a), torch.sin(a)]): cut here",
      "torch.tensor([torch.cos(a), torch.sin(a)]): cut here",
    ],
    ["- y = torch.tensor([torch.cos(a), torch.sin(a)])", "+ y = torch.stack([torch.cos(a), torch.sin(a)])"],
  ],
  "item-cuts": [
    "It holds the very number that torch.cos(a).item() took out of the graph.",
    ["torch.tensor(c) * 2: no grad_fn", "torch.tensor(c): asks for no gradient"],
    ["- c = torch.cos(a).item()", "- y = torch.tensor(c) * 2", "+ c = torch.cos(a)", "+ y = c * 2"],
  ],
  "flat-and-cut": [
    "x > 1 (cell 2, line 1) has no slope",
    ["above.sum(): no grad_fn", "x > 1: cut here"],
    ["- above = (x > 1).float()", "+ above = (torch.sigmoid(x - 1)).float()"],
  ],
  "too-late": [
    "requires_grad was set on x only after it had been used",
    ["x * x: no grad_fn", "torch.tensor(3.0): asks for no gradient"],
    ["- x = torch.tensor(3.0)", "+ x = torch.tensor(3.0, requires_grad=True)"],
  ],
  "second-order": [
    "torch.autograd.grad(y, x) (cell 4, line 2) computed this gradient without create_graph=True",
    ["?: no grad_fn", "x ** 3: went back from here without create_graph"],
    [
      "- torch.autograd.grad(y, x)[0].backward()",
      "+ torch.autograd.grad(y, x, create_graph=True)[0].backward()",
    ],
  ],
  "non-scalar-backward": [
    "y has 4 elements",
    ["x * x: more than one number"],
    ["- y.backward()", "+ y.sum().backward()"],
  ],
  "leaf-in-place": [
    "w -= 0.1 (cell 2, line 1) writes into w",
    ["torch.tensor(1.0, requires_grad=True): a leaf that requires grad"],
    ["- w -= 0.1", "+ with torch.no_grad():", "+     w -= 0.1"],
  ],
  "view-of-leaf": [
    "w[0] = 7.0 (cell 2, line 1) writes into w",
    ["torch.ones(3): a leaf that requires grad"],
    ["- w[0] = 7.0", "+ with torch.no_grad():", "+     w[0] = 7.0"],
  ],
  "numpy-of-tracked": [
    "x requires grad, and numpy() (cell 2, line 1)",
    ["torch.arange(4.0, requires_grad=True): requires grad"],
    ["- x.numpy()", "+ x.detach().numpy()"],
  ],
  "non-leaf-requires-grad": [
    "y was computed by x * 2",
    ["x * 2: a result, not a leaf"],
    ["- y.requires_grad = False", "+ y = y.detach()"],
  ],
  integers: [
    "torch.arange(4, requires_grad=True) (cell 2, line 1) gives int64.",
    [],
    [
      "- x = torch.arange(4, requires_grad=True)",
      "+ x = torch.arange(4, requires_grad=True, dtype=torch.float32)",
    ],
  ],
  "none-is-not-zero": [
    "x * x (cell 3, line 1) was not computed from z",
    ["torch.tensor(1.0, requires_grad=True): not used"],
    ["- torch.autograd.grad(x * x, z)", "+ torch.autograd.grad(x * x, z, allow_unused=True)"],
  ],
  "zero-before-backward": [
    "No backward pass has run before cell 2, line 1, so x.grad is None.",
    ["torch.arange(4.0, requires_grad=True): grad is None"],
    ["- x.grad.zero_()", "+ if x.grad is not None:", "+     x.grad.zero_()"],
  ],
};

describe("an error of a lesson", () => {
  const raising = lessons.filter((id) => runs.get(id)?.trace.outcome.status === "error");

  test("is one of those that are listed here", () => {
    expect(raising.sort()).toEqual(Object.keys(ERRORS).sort());
  });

  test.each(Object.entries(ERRORS))(
    "%s says the cause, marks it and mends it",
    (id, [words, marked, changed]) => {
      const error = errorOf(id);
      expect(story(error)).toContain(words);
      expect(marks(id, error)).toEqual(marked);
      expect(change(id, error)).toEqual(changed);
      expect(error.meaning).not.toBeNull();
    },
  );

  test("is gone once it is mended", () => {
    const notebooks = Object.fromEntries(raising.map((id) => [id, mended(id, errorOf(id))]));
    for (const [id, run] of runsOf(notebooks)) expect([id, run.trace.outcome.message]).toEqual([id, ""]);
  });
});

/** What goes wrong without an error: the same, at the event where it shows. */
const SILENT: Record<string, [story: string, change: string[]]> = {
  "non-leaf-grad": ["y is no leaf: it was computed by y = x * x (cell 1, line 4).", ["+ y.retain_grad()"]],
  "accidental-non-leaf": [
    "The leaf is the tensor inside that expression, and it has no name",
    ["- w = torch.randn(3, requires_grad=True) * 0.01", "+ w = (torch.randn(3) * 0.01).requires_grad_()"],
  ],
  "update-by-rebinding": [
    "w used to name a leaf",
    ["- w = w - 0.1 * w.grad", "+ with torch.no_grad():", "+     w -= 0.1 * w.grad"],
  ],
  "data-hides-it": [
    "o.data.zero_() (cell 2, line 1) then wrote into the same memory through .data",
    ["- o.data.zero_()", "+ o.detach().clone().zero_()"],
  ],
};

describe("what goes wrong without an error", () => {
  const silent = (id: string) => found.get(id)?.filter(({ isError }) => !isError) ?? [];

  test("is found in these lessons and no other", () => {
    expect(lessons.filter((id) => silent(id).length > 0).sort()).toEqual(Object.keys(SILENT).sort());
  });

  test.each(Object.entries(SILENT))("%s says the cause and mends it", (id, [words, changed]) => {
    const [first] = silent(id);
    if (!first) throw new Error("not found");
    expect(story(first)).toContain(words);
    expect(change(id, first)).toEqual(changed);
  });
});

test("a batch-norm that keeps its statistics hides nothing, whatever comes after it", () => {
  const net = (next: string) => [
    `import torch\nfrom torch import nn\nnet = nn.Sequential(nn.BatchNorm1d(2), ${next})\nnet(torch.randn(3, 2)).sum().backward()`,
  ];
  for (const run of runsOf({ relu: net("nn.ReLU()"), inPlace: net("nn.ReLU(inplace=True)") }).values()) {
    expect(run.trace.outcome.status).toBe("ok");
    expect(run.trace.events.some(({ kind }) => kind === "write")).toBe(true);
    expect(diagnose(run)).toEqual([]);
  }
});

test("every hole is filled", () => {
  for (const diagnoses of found.values())
    for (const { happened, meaning, fix, marks: marked } of diagnoses)
      for (const said of [
        ...happened,
        ...(meaning ? [meaning] : []),
        ...(fix ? [fix.label] : []),
        ...marked.map(({ label }) => label),
      ])
        for (const templates of [DIAGNOSIS_EN, DIAGNOSIS_ZH])
          expect(plain(templates, said)).not.toMatch(/\{|\?\)|undefined/);
});

describe("edits", () => {
  test("are made from the end, so that none shifts another", () => {
    const put = (line: number, column: number, end: number, text: string) => {
      return { cell: 0, line, column, end_line: line, end_column: end, text };
    };
    expect(applyEdits(["ab\ncd"], [put(1, 0, 1, "xyz"), put(1, 0, 0, "new\n"), put(2, 1, 2, "!")])).toEqual([
      "new\nxyzb\nc!",
    ]);
  });
});

describe("what a student writes", () => {
  const HEAD = "import torch\nx = torch.tensor(2.0, requires_grad=True)\n";
  const written: Record<string, string> = {
    item: `${HEAD}y = (x * 3).item()\nprint(x.item())\nloss = (y - 1) ** 2\nloss.backward()`,
    total: `${HEAD}total = 0\nfor i in range(3):\n    loss = x * i\n    total += loss.item()\ntotal.backward()`,
    bare: `${HEAD}loss = 3.0\nprint((x * 2).item())\nloss.backward()`,
    grad: `${HEAD}y = x * x\nwith torch.no_grad():\n    x -= 0.1 * x.grad`,
    state: `import torch\nW = torch.eye(2, requires_grad=True)\nh = W[0]\nfor t in range(3):\n    h = torch.tanh(W @ h)\n    h = h.detach()\nh.sum().backward()`,
    alone: `${HEAD}h = x * 2\nif True:\n    h = h.detach()\nh.backward()`,
  };
  const student = runsOf(Object.fromEntries(Object.entries(written).map(([name, code]) => [name, [code]])));
  const first = (name: string) => {
    const run = student.get(name);
    const error = run && diagnose(run).find(({ isError }) => isError);
    if (!error) throw new Error(`${name} is not diagnosed`);
    return error;
  };
  const changed = (name: string) => applyEdits([written[name] ?? ""], first(name).fix?.edits ?? [])[0];

  test("a number that item() took out of the graph", () => {
    expect(story(first("item"))).toBe(
      "loss (cell 1, line 6) is no tensor but a plain float, which has no backward(). " +
        "(x * 3).item() (cell 1, line 3) took the number of x * 3 out to Python, where no gradient can follow.",
    );
    expect(changed("item")).toBe(written.item?.replace("(x * 3).item()", "(x * 3)"));
    expect(changed("total")).toBe(written.total?.replace("loss.item()", "loss"));
  });

  test("a number that never was in the graph blames nothing", () => {
    expect(first("bare").happened.map(({ key }) => key)).toEqual(["plainNumber"]);
    expect(first("bare").fix).toBeNull();
  });

  test("a .grad that is not there yet", () => {
    expect(story(first("grad"))).toBe(
      "0.1 * x.grad computes with a .grad that is None. " +
        "No backward pass has run before cell 1, line 5, so x.grad is None.",
    );
  });

  test("a line that only detaches goes, where its block has more", () => {
    expect(changed("state")).toBe(written.state?.replace("    h = h.detach()\n", ""));
    expect(changed("alone")).toBe(written.alone?.replace("h.detach()", "h"));
  });
});
