import { describe, expect, it } from "vitest";
import { createWholeLines } from "../../../../src/cli/up/workers/whole-lines.ts";

const TEXT = '{"path":"/ä"}\n{"path":"/\u{1f600}"}\n{}\n';

describe("lines of a worker", () => {
  it("are whole however the bytes come", () => {
    const bytes = Buffer.from(TEXT);
    for (let size = 1; size <= bytes.length; size++) {
      const written: string[] = [];
      const lines = createWholeLines((text) => written.push(text));
      for (let at = 0; at < bytes.length; at += size) lines.push(bytes.subarray(at, at + size));
      expect(written.join("")).toBe(TEXT);
      expect(written.every((text) => text.endsWith("\n"))).toBe(true);
    }
  });

  it("come as many at once as there are", () => {
    const written: string[] = [];
    createWholeLines((text) => written.push(text)).push(Buffer.from(TEXT));
    expect(written).toEqual([TEXT]);
  });

  it("are not passed on torn", () => {
    const written: string[] = [];
    const lines = createWholeLines((text) => written.push(text));
    lines.push(Buffer.from("one\ntw"));
    expect(written).toEqual(["one\n"]);
  });
});
