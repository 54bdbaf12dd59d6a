import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { readJson, readJsonText } from "../../../../src/policies/validate/values/strict-json.ts";

const faultOf = (text: string, maxDepth = 64) => {
  const { fault } = readJsonText(text, maxDepth);
  return fault && `${fault.pointer} ${fault.keyword} ${fault.message}`;
};

describe("reading JSON strictly", () => {
  it.each<[name: string, text: string, fault: string]>([
    ["a name that stands twice", '{"a":1,"b":{"c":2,"c":3}}', "/b/c unique names a member twice"],
    ["a name that stands twice, escaped", '{"role":"user","r\\u006fle":"admin"}', "/role unique names a member twice"],
    ["a name that stands twice in a list", '[{"a":1},{"a":1,"a":1}]', "/1/a unique names a member twice"],
    ["__proto__ twice", '{"__proto__":1,"__proto__":2}', "/__proto__ unique names a member twice"],
    ["a byte order mark", '\uFEFF{"a":1}', " encoding begins with a byte order mark"],
    ["half of a pair", '{"a":["\\ud83d"]}', "/a/0 encoding has half of a surrogate pair"],
    ["half of a pair as a name", '{"\\udc00":1}', " encoding has half of a surrogate pair"],
    ["an end that is too early", '{"a":', " json is not JSON: it ends too early"],
    ["a trailing comma", "[1,]", " json is not JSON"],
    ["two values", "{} {}", " json is not JSON"],
    ["a comment", "/* */ {}", " json is not JSON"],
    ["NaN", "[NaN]", " json is not JSON"],
    ["nothing", " ", " json is not JSON: it ends too early"],
  ])("refuses %s", (_, text, fault) => {
    expect(faultOf(text)?.startsWith(fault)).toBe(true);
  });

  it.each([
    '{"a":"\\"a\\":1, {[","b":[{"a":1},{"a":2}]}',
    '{"a":"\\\\","b":"\\\\\\""}',
    '"\\ud83d\\ude00"',
    '{"constructor":{"prototype":1},"__proto__":{"a":1}}',
    "-1e5",
    " [ ] ",
  ])("reads %s as JSON.parse does", (text) => {
    const read = readJsonText(text, 64);
    expect(read.fault).toBeUndefined();
    if (read.fault === undefined) expect(read.value).toEqual(JSON.parse(text));
  });

  it("refuses octets that are not UTF-8", () => {
    expect(readJson(Buffer.from([0x22, 0xc0, 0xaf, 0x22]), 9).fault?.message).toBe("is not UTF-8");
    expect(readJson(Buffer.from([0xef, 0xbb, 0xbf, 0x31]), 9).fault?.message).toBe("begins with a byte order mark");
  });

  it("counts depth in lists and objects alike, to the level", () => {
    const nested = (depth: number) => '{"a":['.repeat(depth / 2) + "]}".repeat(depth / 2);
    expect(faultOf(nested(64))).toBeUndefined();
    expect(faultOf(nested(66))).toBe(" depth is nested more than 64 levels deep");
    expect(faultOf(`"${"[".repeat(1000)}"`)).toBeUndefined();
  });

  it("says nothing of what was sent", () => {
    const said = ['{"secret": hunter2}', '["hunter2', "hunter2", '{"a":1,}'].map((text) => faultOf(text) ?? "");
    expect(said.every((text) => text.includes("is not JSON") && !text.includes("hunter2"))).toBe(true);
  });

  it("reads what fast-check writes, and counts its values", () => {
    fc.assert(
      fc.property(fc.json({ maxDepth: 5 }), (text) => {
        const read = readJsonText(text, 64);
        // fast-check may write half of a surrogate pair, which is not for sending.
        if (read.fault !== undefined) return read.fault.keyword === "encoding";
        const count = (value: unknown): number =>
          typeof value === "object" && value !== null
            ? 1 + Object.values(value).reduce<number>((sum, one) => sum + count(one), 0)
            : 1;
        expect(read.value).toEqual(JSON.parse(text));
        expect(read.nodes).toBe(count(JSON.parse(text)));
        return true;
      }),
      { seed: 7, numRuns: 500 },
    );
  });

  it("agrees with JSON.parse on what is JSON at all", () => {
    fc.assert(
      fc.property(
        fc.string({ unit: fc.constantFrom(...'{}[]",:\\1a n'.split(""), "null", "true", '"a"', "{}") }),
        (text) => {
          let isJson = true;
          try {
            JSON.parse(text);
          } catch {
            isJson = false;
          }
          const { fault } = readJsonText(text, 1_000);
          if (!isJson) expect(fault?.keyword).toBe("json");
          else if (fault !== undefined) expect(fault.keyword).toBe("unique");
        },
      ),
      { seed: 11, numRuns: 5_000 },
    );
  });
});
