import { describe, expect, it } from "vitest";
import { createStyle } from "../../../src/cli/ui/style.ts";
import { fitting, type Look, newTable, renderTable } from "../../../src/cli/ui/table.ts";

const style = createStyle({ color: false });

function build(look: Look): string {
  const table = newTable(["endpoint", "requests"], look, style, ["left", "right"]);
  table.push([look.short ? "localhost:4001" : "http://localhost:4001", "12"]);
  return renderTable(table, look);
}

describe("a table", () => {
  it("is framed, with figures to the right, where there is room", () => {
    expect(fitting(80, build)).toBe(
      [
        "┌───────────────────────┬──────────┐",
        "│ endpoint              │ requests │",
        "├───────────────────────┼──────────┤",
        "│ http://localhost:4001 │       12 │",
        "└───────────────────────┴──────────┘",
      ].join("\n"),
    );
  });

  it("gives up first the long ids, then the frame; what fits exactly is kept", () => {
    expect(fitting(36, build)).toContain("http://");
    expect(fitting(35, build)).toContain("│ localhost:4001 │");
    expect(fitting(29, build)).toContain("│ localhost:4001 │");
    expect(fitting(28, build)).toBe("endpoint       requests\n───────────────────────\nlocalhost:4001       12");
    expect(fitting(5, build)).toContain("localhost:4001");
  });

  it("measures what is seen, not the codes of colours", () => {
    const colored = (look: Look): string => `\u001b[31m${build(look)}\u001b[39m`;
    expect(fitting(36, colored)).toContain("http://");
  });

  it("has no blanks at the ends of lines without a frame", () => {
    const look = { framed: false, short: true, algorithms: true };
    const table = newTable(["a", "b"], look, style);
    table.push(["x", ""]);
    expect(renderTable(table, look)).not.toMatch(/ $/m);
  });
});
