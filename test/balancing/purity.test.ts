import { existsSync, readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";

/** What would make a pick depend on more than its arguments. */
const IMPURE = [
  /from\s+"node:/,
  /\bimport\s*\(/,
  /\bDate\b/,
  /\bperformance\b/,
  /\bMath\.random\b/,
  /\b(set|clear)(Timeout|Interval|Immediate)\b/,
  /\bcrypto\b/,
  /\bprocess\s*[.[]/,
  /\bglobalThis\b/,
];

/** The source without comments, which may speak of anything. */
function code(source: string): string {
  return source.replace(/\/\*[\s\S]*?\*\//g, "").replace(/(^|\s)\/\/.*$/gm, "$1");
}

function impurities(source: string): string[] {
  return IMPURE.filter((pattern) => pattern.test(code(source))).map(String);
}

const root = new URL("../../src/", import.meta.url);
const files = ["balancing/", "routing/"]
  .filter((folder) => existsSync(new URL(folder, root)))
  .flatMap((folder) =>
    readdirSync(new URL(folder, root), { recursive: true, encoding: "utf8" }).map((name) => `${folder}${name}`),
  )
  .filter((name) => name.endsWith(".ts"));

describe("time and chance are arguments", () => {
  it.each(files)("in %s", (name) => {
    expect(impurities(readFileSync(new URL(name, root), "utf8"))).toEqual([]);
  });

  it.each([
    'import { createHash } from "node:crypto";',
    "const now = Date.now();",
    "const now = performance.now(); // a clock",
    "const pick = Math.random();",
    "setTimeout(() => {}, 5);",
  ])("and would be noticed if not: %s", (line) => {
    expect(impurities(line)).not.toEqual([]);
  });

  it("while comments may name them", () => {
    expect(impurities("/** Never Math.random. */\nconst a = 1; // nor Date")).toEqual([]);
  });
});
