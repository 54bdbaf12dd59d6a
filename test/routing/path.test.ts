import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { normalizePath, pathProblem } from "../../src/routing/path.ts";

describe("normalizePath", () => {
  it.each([
    { name: "the root", given: "/", expected: "/" },
    { name: "plain characters", given: "/a-b_c~d/e.f/!$&'()*+,;=:@", expected: "/a-b_c~d/e.f/!$&'()*+,;=:@" },
    { name: "encoded unreserved characters", given: "/%75sers/%7e%2Dx%2ey", expected: "/users/~-x.y" },
    { name: "encoded reserved ones get upper-case hex", given: "/a%2fb%3a%40", expected: "/a%2Fb%3A%40" },
    { name: "an encoded percent sign is not decoded twice", given: "/%252e%252e/", expected: "/%252e%252e/" },
    { name: "UTF-8", given: "/caf%c3%a9", expected: "/caf%C3%A9" },
    { name: "octets that are not UTF-8", given: "/%ff", expected: "/%FF" },
    {
      name: "characters that a URI cannot have are encoded",
      given: '/{a}"<>^`|[ ]',
      expected: "/%7Ba%7D%22%3C%3E%5E%60%7C%5B%20%5D",
    },
    { name: "empty segments stay", given: "//a///b//", expected: "//a///b//" },
    { name: "a hidden file", given: "/.well-known/.a", expected: "/.well-known/.a" },
    { name: "three dots", given: "/.../a..", expected: "/.../a.." },
    { name: "an encoded backslash stays in its segment", given: "/a%5cb", expected: "/a%5Cb" },
  ])("$name", ({ given, expected }) => {
    expect(normalizePath(given)).toBe(expected);
    expect(pathProblem(given)).toBeUndefined();
  });

  it.each([
    { name: "nothing", given: "", problem: "not-absolute" },
    { name: "an asterisk", given: "*", problem: "not-absolute" },
    { name: "an encoded first slash", given: "%2Fa", problem: "not-absolute" },
    { name: "a dot segment", given: "/a/./b", problem: "dot-segment" },
    { name: "a dot segment at the end", given: "/a/..", problem: "dot-segment" },
    { name: "a dot segment at the start", given: "/../a", problem: "dot-segment" },
    { name: "an encoded dot segment", given: "/a/%2e%2E/b", problem: "dot-segment" },
    { name: "a half-encoded dot segment", given: "/a/.%2e", problem: "dot-segment" },
    { name: "a dot segment behind an encoded slash", given: "/a/..%2fb", problem: "dot-segment" },
    { name: "a dot segment between encoded slashes", given: "/a%2F..%2Fb", problem: "dot-segment" },
    { name: "a dot segment between encoded backslashes", given: "/a%5c..%5cb", problem: "dot-segment" },
    { name: "a dot segment with a path parameter", given: "/a/..;x=1/b", problem: "dot-segment" },
    { name: "a percent sign alone", given: "/a%", problem: "broken-encoding" },
    { name: "half an encoding", given: "/a%4", problem: "broken-encoding" },
    { name: "no hexadecimal digits", given: "/a%zz", problem: "broken-encoding" },
    { name: "NUL, encoded", given: "/a%00", problem: "control-character" },
    { name: "a line break, encoded", given: "/a%0d%0aX:", problem: "control-character" },
    { name: "DEL", given: "/a\x7f", problem: "control-character" },
    { name: "a tab", given: "/a\tb", problem: "control-character" },
    { name: "a backslash", given: "/a\\..\\b", problem: "backslash" },
    { name: "an octet beyond ASCII", given: "/\xfc", problem: "not-ascii" },
    { name: "a query", given: "/a?b", problem: "query-or-fragment" },
    { name: "a fragment", given: "/a#b", problem: "query-or-fragment" },
  ])("refuses $name: $problem", ({ given, problem }) => {
    expect(normalizePath(given)).toBeUndefined();
    expect(pathProblem(given)).toBe(problem);
  });
});

/** The same rules by regular expressions, segment by segment. */
function reference(raw: string): string | undefined {
  if (!raw.startsWith("/") || /[^ -~]|[\\?#]/.test(raw)) return undefined;
  if (/%(?![0-9a-f]{2})|%[01][0-9a-f]|%7f/i.test(raw)) return undefined;
  const decoded = raw.replace(/%(..)/g, (whole, hex: string) => {
    const char = String.fromCharCode(Number.parseInt(hex, 16));
    return /[\w.~-]/.test(char) ? char : whole.toUpperCase();
  });
  const path = decoded.replace(/[ "<>^`{|}[\]]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`);
  const segments = path.split(/\/|%2F|%5C/).map((segment) => segment.split(";")[0]);
  return segments.includes(".") || segments.includes("..") ? undefined : path;
}

describe("normalizePath, on arbitrary text", () => {
  const piece = fc.constantFrom(
    "/",
    ".",
    "..",
    "%2e",
    "%2E",
    "%2f",
    "%5c",
    "%41",
    "%7f",
    "%0a",
    "%",
    "%c3",
    "a",
    ";",
    "\\",
    "{",
    "é",
    "?",
    "~",
    "//",
    "%25",
  );
  const path = fc.oneof(
    fc.array(piece, { maxLength: 8 }).map((pieces) => `/${pieces.join("")}`),
    fc.string({ unit: "binary", maxLength: 20 }).map((text) => `/${text}`),
    fc.string({ unit: "binary-ascii", maxLength: 20 }),
  );

  it("agrees with the reference, and gives a reason exactly where it refuses", { timeout: 60_000 }, () => {
    let accepted = 0;
    fc.assert(
      fc.property(path, (raw) => {
        const normal = normalizePath(raw);
        expect(normal).toBe(reference(raw));
        expect(pathProblem(raw) === undefined).toBe(normal !== undefined);
        if (normal !== undefined) accepted++;
      }),
      { numRuns: 20_000, seed: 3 },
    );
    expect(accepted).toBeGreaterThan(1_000);
  });

  it("leaves a normal form as it is", { timeout: 60_000 }, () => {
    fc.assert(
      fc.property(path, (raw) => {
        const normal = normalizePath(raw);
        if (normal !== undefined) expect(normalizePath(normal)).toBe(normal);
      }),
      { numRuns: 5_000, seed: 4 },
    );
  });
});
