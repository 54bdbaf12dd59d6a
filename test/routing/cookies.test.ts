import { describe, expect, it } from "vitest";
import type { HeaderReader } from "../../src/exchange/header-reader.ts";
import { cookieValue } from "../../src/routing/cookies.ts";

function headersWith(...cookies: string[]): HeaderReader {
  return {
    get: () => (cookies.length > 0 ? cookies.join(", ") : undefined),
    getAll: () => cookies,
    has: () => cookies.length > 0,
    entries: () => cookies.map((value) => ["cookie", value]),
  };
}

describe("cookieValue", () => {
  it.each([
    { name: "one", fields: ["a=1"], expected: "1" },
    { name: "among others, without spaces", fields: ["b=2;a=1;c=3"], expected: "1" },
    { name: "the first of its name", fields: ["a=1; a=2"], expected: "1" },
    { name: "in a second field, as HTTP/2 may have it", fields: ["b=2", "a=1"], expected: "1" },
    { name: "quoted", fields: ['a="1"'], expected: "1" },
    { name: "one quote only", fields: ['a="'], expected: '"' },
    { name: "with an equals sign", fields: ["a=b=c"], expected: "b=c" },
    { name: "empty", fields: ["a="], expected: "" },
    { name: "encoded, as sent", fields: ["a=%20"], expected: "%20" },
    { name: "without an equals sign", fields: ["a; b=1"], expected: undefined },
    { name: "of another case", fields: ["A=1"], expected: undefined },
    { name: "a name within a value", fields: ["b=a=1"], expected: undefined },
    { name: "no field", fields: [], expected: undefined },
  ])("$name", ({ fields, expected }) => expect(cookieValue(headersWith(...fields), "a")).toBe(expected));
});
