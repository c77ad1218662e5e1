import { describe, expect, test } from "vitest";
import { asReceiver, augmentedOf, binaryOf, callOf, itemsOf } from "../src/core/explain/expression";

const sides = (text: string) => {
  const found = binaryOf(text);
  return found && [found.left.text, found.operator, found.right.text];
};

describe("an expression's operator", () => {
  test.each([
    ["x @ w", ["x", "@", "w"]],
    ["a * 2 + b", ["a * 2", "+", "b"]],
    ["a - b - c", ["a - b", "-", "c"]],
    ["a ** b ** c", ["a", "**", "b ** c"]],
    ["-a * b", ["-a", "*", "b"]],
    ["a @ -b", ["a", "@", "-b"]],
    ["1e-3 * x", ["1e-3", "*", "x"]],
    ["f(a, b + c)[i + 1] @ (d + e).T", ["f(a, b + c)[i + 1]", "@", "(d + e).T"]],
    ["'a + b' + c", ["'a + b'", "+", "c"]],
    ["a > b", ["a", ">", "b"]],
  ])("of %s is the one that binds least", (text, expected) => {
    expect(sides(text)).toEqual(expected);
  });

  test.each(["x", "f(a + b)", "-x", "a if b + c else d", "lambda a: a + b", "x.view(2, 3)"])(
    "is none in %s",
    (text) => {
      expect(sides(text)).toBeNull();
    },
  );

  test("of an assignment that computes is found too", () => {
    expect(augmentedOf("x[0] += y * 2")).toMatchObject({
      left: { text: "x[0]" },
      operator: "+",
      right: { text: "y * 2" },
    });
    expect(augmentedOf("x = y")).toBeNull();
  });
});

describe("a call", () => {
  test("has a callee, what it belongs to, and arguments by position and name", () => {
    const text = "F.mse_loss(model(x, 2), target=y[0, 1])";
    const found = callOf(text);
    expect(found?.callee).toBe("F.mse_loss");
    expect(found?.receiver?.text).toBe("F");
    expect(found?.args.map(({ name, value }) => [name, value.text])).toEqual([
      [null, "model(x, 2)"],
      ["target", "y[0, 1]"],
    ]);
    for (const { value } of found?.args ?? []) expect(text.slice(value.from, value.to)).toBe(value.text);
  });

  test("on a call's result belongs to that call", () => {
    expect(callOf("x.t().view(6)")).toMatchObject({ callee: "x.t().view", receiver: { text: "x.t()" } });
    expect(callOf("M()(x)")).toMatchObject({ callee: "M()", receiver: null });
  });

  test.each(["x", "(a)", "f(a) + g(b)", "a @ f(b)"])("is not %s", (text) => {
    expect(callOf(text)).toBeNull();
  });

  test("opens a list that is written out, and no other argument", () => {
    const text = "torch.cat([a, b.t()], dim=1)";
    const [list, dim] = callOf(text)?.args ?? [];
    expect(list && itemsOf(text, list.value)?.map((part) => part.text)).toEqual(["a", "b.t()"]);
    expect(dim && itemsOf(text, dim.value)).toBeNull();
  });
});

test("what is no name, call or item is put in brackets before a method is called on it", () => {
  expect(["a", "f(a + b)", "a[0]", "a + b", "-a"].map(asReceiver)).toEqual([
    "a",
    "f(a + b)",
    "a[0]",
    "(a + b)",
    "(-a)",
  ]);
});
