import { describe, expect, it } from "vitest";
import { wrap } from "../../../src/cli/ui/wrap.ts";

describe("wrap", () => {
  it("breaks at blanks, never beyond the width", () => {
    expect(wrap("one two three four", 9)).toBe("one two\nthree\nfour");
    expect(wrap("one two", 7)).toBe("one two");
  });

  it("leaves a word that is too long whole, and indents every line", () => {
    expect(wrap("a incomprehensible b", 6)).toBe("a\nincomprehensible\nb");
    expect(wrap("one two", 6, "  ")).toBe("  one\n  two");
  });
});
