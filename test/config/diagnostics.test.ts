import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { summarize, writeDiagnostics } from "../../src/cli/ui/diagnostics.ts";
import { loadSource } from "../../src/config/load.ts";
import { parseYaml } from "../../src/config/yaml-source.ts";

const GOLDEN = new URL("../fixtures/config/diagnostics.txt", import.meta.url);
const SECRET = "hunter2-secret";

/** Sections of the golden file: "#### name", the config, "----", and what `check` prints about it. */
function readCases(): { name: string; config: string; expected: string }[] {
  return readFileSync(GOLDEN, "utf8")
    .split(/^#### /m)
    .slice(1)
    .map((section) => {
      const [, name = "", config = "", expected = ""] = /^(.*)\n([^]*?)^----\n([^]*)$/m.exec(section) ?? [];
      return { name, config, expected: expected.trimEnd() };
    });
}

function render(text: string): string {
  const file = { file: "/project/gateway.config.yaml", name: "gateway.config.yaml", text, ...parseYaml(text) };
  const loaded = loadSource(file, { SECRET });
  let written = "";
  const sink = { write: (part: string) => void (written += part), isTTY: false, columns: 100, color: false };
  writeDiagnostics(sink, loaded);
  return `${written}${summarize(loaded) ?? "nothing found"}`;
}

describe("diagnostics of a config", () => {
  const cases = readCases();

  it("are held by at least 40 golden cases", () => {
    expect(cases.length).toBeGreaterThanOrEqual(40);
    expect(new Set(cases.map(({ name }) => name)).size).toBe(cases.length);
  });

  it.each(cases)("$name", ({ config, expected }) => {
    expect(render(config)).toBe(expected);
  });

  it("never hold a value from the environment", () => {
    for (const { config } of cases) expect(render(config)).not.toContain(SECRET);
  });
});
