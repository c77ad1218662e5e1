import { describe, expect, test } from "vitest";
import { BINDINGS, commandOf, type KeyPress, SPEEDS, speedOfDigit } from "../src/keys";

const press = (key: string, rest: Partial<KeyPress> = {}): KeyPress => ({
  key,
  shiftKey: false,
  ctrlKey: false,
  metaKey: false,
  altKey: false,
  ...rest,
});

describe("keys on the page", () => {
  test.each([
    ["ArrowRight", "next"],
    ["ArrowLeft", "previous"],
    ["PageDown", "next"],
    ["PageUp", "previous"],
    ["Home", "first"],
    ["End", "last"],
    [" ", "play"],
    ["f", "fullscreen"],
    ["b", "blank"],
    ["l", "laser"],
    ["+", "larger"],
    ["-", "smaller"],
    ["?", "help"],
    ["7", "speed"],
  ])("%s asks for %s", (key, command) => {
    expect(commandOf(press(key), "page")).toBe(command);
  });

  test("with caps lock on mean the same", () => {
    expect(commandOf(press("F"), "page")).toBe("fullscreen");
  });

  test("with Ctrl, Alt or Meta stay the browser's", () => {
    for (const modifier of ["ctrlKey", "altKey", "metaKey"] as const) {
      expect(commandOf(press("f", { [modifier]: true }), "page")).toBeNull();
    }
  });
});

test("no key is stolen from typing, but Ctrl+Enter runs there too", () => {
  for (const binding of BINDINGS) {
    for (const key of binding.keys) expect(commandOf(press(key), "text")).toBeNull();
  }
  expect(commandOf(press("Enter", { ctrlKey: true }), "text")).toBe("run");
});

test("a focused button keeps the key that presses it; the others still turn the page", () => {
  expect(commandOf(press(" "), "control")).toBeNull();
  expect(commandOf(press("ArrowRight"), "control")).toBe("next");
});

test("a part that scrolls keeps the arrows up and down; a clicker still turns the page", () => {
  expect(commandOf(press("ArrowDown"), "scroller")).toBeNull();
  expect(commandOf(press("ArrowRight"), "scroller")).toBe("next");
  expect(commandOf(press("PageDown"), "scroller")).toBe("next");
});

test("no key has two meanings", () => {
  const keys = BINDINGS.flatMap((binding) => binding.keys);
  expect(new Set(keys).size).toBe(keys.length);
});

test("digits go from slow to fast", () => {
  const speeds = [..."123456789"].map(speedOfDigit);
  expect(speeds).toEqual(SPEEDS);
  expect([...speeds].sort((a, b) => a - b)).toEqual(speeds);
});

test("a slider keeps the keys that pull it; a clicker still turns the page", () => {
  for (const key of ["ArrowLeft", "ArrowRight", "ArrowUp", "ArrowDown", "Home", "End"])
    expect(commandOf(press(key), "slider")).toBeNull();
  expect(commandOf(press("PageDown"), "slider")).toBe("next");
});

test("a field of one line has all keys but a clicker's, which it has no use for", () => {
  for (const key of ["ArrowLeft", "Home", "r", " ", "."]) expect(commandOf(press(key), "field")).toBeNull();
  expect(commandOf(press("PageDown"), "field")).toBe("next");
  expect(commandOf(press("PageUp"), "field")).toBe("previous");
});
