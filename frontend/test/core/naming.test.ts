import { expect, test } from "vitest";
import { messageText } from "../../src/core/naming";

// What PyTorch says of a second pass through a graph.
const FREED =
  "Trying to backward through the graph a second time (or directly access saved tensors after they have already been freed). " +
  "Saved intermediate values of the graph are freed when you call .backward() or autograd.grad(). ";
const ADVICE =
  "Specify retain_graph=True if you need to backward through the graph a second time or if you need to access saved tensors " +
  "after calling backward.";

test("a long message ends with a whole sentence, or else with a whole word", () => {
  expect(messageText(FREED + ADVICE)).toBe(`${FREED}…`);
  expect(messageText(ADVICE)).toBe(ADVICE);
  expect(messageText("a word ".repeat(60))).toBe(`${"a word ".repeat(34)}…`);
  expect(messageText("x".repeat(300))).toBe(`${"x".repeat(239)}…`);
});
