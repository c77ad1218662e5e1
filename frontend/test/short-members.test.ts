import { runInNewContext } from "node:vm";
import { describe, expect, test } from "vitest";
import { withShortMembers } from "../short-members.plugin.ts";

const renamed = (code: string, own: string[]) => withShortMembers(code, own, new Set(["length", "tensor"]));

describe("short names of members", () => {
  test("stand wherever the script speaks of a member, and mean what they meant", () => {
    const code = `class Run { first = 2; eventOf(n) { return { first: n, later: this.first }.later + n } }
      const { eventOf, first } = new Run(); eventOf.call({ first }, 40) + first * 0`;
    const short = renamed(code, ["first", "eventOf", "later"]);
    expect(short).not.toMatch(/\.(?:first|eventOf|later)\b/);
    expect(runInNewContext(short)).toBe(runInNewContext(code));
  });

  test("are none that others know, or that a text in the script speaks of", () => {
    const code = "x.tensor + x.length + x.kind + x['kind of' + y] + x.mine";
    expect(renamed(code, ["tensor", "length", "kind", "mine"])).toBe(code.replace("mine", "a"));
  });

  test("are not those of other members", () => {
    expect(renamed("x.mine + x.a + x.b", ["mine"])).toBe("x.c + x.a + x.b");
  });
});
