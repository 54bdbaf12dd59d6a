import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { TransformFault } from "../../../../src/policies/transform/fault.ts";
import { createXmlReader } from "../../../../src/policies/transform/xml/read-xml.ts";
import { writeXml } from "../../../../src/policies/transform/xml/write-xml.ts";
import { leastCost } from "../../../helpers/cost.ts";
import { canonical, jsonDocuments } from "./documents.ts";
import { mutants } from "./mutants.ts";

const readTyped = createXmlReader({ typed: true, marks: true });
const readTexts = createXmlReader({ typed: false, marks: false });

/** `undefined` where it is refused; anything else that is thrown fails the test. */
function readOr(read: (text: string) => unknown, text: string): unknown {
  try {
    return read(text);
  } catch (error) {
    if (error instanceof TransformFault) return undefined;
    throw error;
  }
}

const SCRIPT = fileURLToPath(new URL("expat.py", import.meta.url));
const hasExpat = spawnSync("python3", ["-c", "import xml.parsers.expat"]).status === 0;

/** What expat reads each document as; null where it refuses one. */
function askExpat(texts: readonly string[], ...options: string[]): unknown[] {
  const input = `${texts.map((text) => JSON.stringify(text)).join("\n")}\n`;
  const asked = spawnSync("python3", [SCRIPT, ...options], { input, encoding: "utf8", maxBuffer: 2 ** 28 });
  expect(asked.stderr).toBe("");
  const answers = asked.stdout.trimEnd().split("\n");
  expect(answers).toHaveLength(texts.length);
  return answers.map((answer): unknown => JSON.parse(answer));
}

describe("documents that something was done to", () => {
  it("are read or refused, and nothing else comes of it", () => {
    const read = mutants(10_000, 1).filter((text) => readOr(readTyped, text) !== undefined);
    // Enough of both: else the mutants are too tame, or too wild.
    expect(read.length).toBeGreaterThan(1_000);
    expect(read.length).toBeLessThan(9_000);
  });

  it("take no more than 50 ms of CPU time for 64 KiB", () => {
    const long = mutants(40, 2).map(
      (text) =>
        `<r>${text
          .replace(/^<\?xml[^>]*>/, "")
          .repeat(300)
          .slice(0, 65_000)}</r>`,
    );
    for (const text of long) {
      expect(leastCost(() => readOr(readTyped, text), 50_000)).toBeLessThan(50_000);
    }
  });

  it.runIf(hasExpat)("mean what expat says that they mean", { timeout: 30_000 }, () => {
    // Expat is told that all is UTF-8, and takes every version.
    const texts = mutants(6_000, 3).filter((text) => !/^<\?xml\s(?!version="1.0" encoding="UTF-8"\?>)/.test(text));
    const answers = askExpat(texts);
    const differing = texts.flatMap((text, i) => {
      const theirs: unknown = answers[i];
      const ours = readOr(readTexts, text) ?? null;
      return canonical(ours) === canonical(theirs) ? [] : [{ text, ours, theirs }];
    });
    expect(differing.slice(0, 5)).toEqual([]);
  });

  it.runIf(hasExpat)("that are written are read by expat, which knows namespaces", { timeout: 30_000 }, () => {
    const texts = fc
      .sample(jsonDocuments, { numRuns: 3_000, seed: 4 })
      .map((value) => writeXml(value, { marks: false }));
    const answers = askExpat(texts, "namespaces");
    // It goes by the names of XML's fourth edition, which knew fewer characters.
    const refused = texts.filter((text, i) => answers[i] === null && isAscii(text));
    expect(refused.slice(0, 5)).toEqual([]);
    expect(texts.filter(isAscii).length).toBeGreaterThan(1_000);
  });

  it.skipIf(hasExpat)("(python3 is not installed: expat was not asked)", () => {});
});

function isAscii(text: string): boolean {
  return !/[^\t\n\r -~]/.test(text);
}
