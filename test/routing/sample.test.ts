import { describe, expect, it } from "vitest";
import { sampleRegex } from "../../src/routing/regex-sample.ts";
import { sampleRequest } from "../../src/routing/sample.ts";
import { routesOf } from "./requests.ts";

function sampleOf(match: unknown, shape?: "path" | "below" | "odd") {
  const spec = routesOf({ r: match })[0]?.match[0];
  if (spec === undefined) throw new Error("no match");
  return sampleRequest(spec, shape);
}

describe("sampleRequest", () => {
  it("satisfies every kind of condition", () => {
    const match = {
      host: "*.shop.localhost",
      path: "/orders/{id}",
      method: ["POST", "PUT"],
      headers: { "x-tenant": { regex: "^[a-z]+$" }, "x-debug": { present: true }, "x-off": { present: false } },
      query: { "a b": "c&d" },
      cookies: { group: "b", other: { regex: "^\\d{3}$" } },
      clientIp: ["10.0.0.0/8"],
    };
    expect(sampleOf(match)).toEqual({
      method: "POST",
      host: "x.shop.localhost",
      path: "/orders/x",
      query: "a%20b=c%26d",
      headers: { "x-tenant": "x", "x-debug": "1", cookie: "group=b; other=000" },
      clientIp: "10.0.0.0",
    });
  });

  it("takes shapes", () => {
    expect(sampleOf("/a/{b}", "path")?.path).toBe("/a/x");
    expect(sampleOf("/a/{b}", "below")?.path).toBe("/a/x/x");
    expect(sampleOf("/a/{b}", "odd")?.path).toBe("/a/x-0-x/x-0-x");
    expect(sampleOf("/", "path")?.path).toBe("/");
  });

  it.each([
    { name: "a regex that is not understood", match: { path: { regex: "^/\\p{Lu}$" } } },
    { name: "a regex that no path can match", match: { path: { regex: "^orders" } } },
    { name: "a regex that only a path with a dot segment matches", match: { path: { regex: "^/\\.\\./$" } } },
    { name: "a cookie value that no cookie has", match: { cookies: { a: "1; b=2" } } },
    { name: "a value that has no encoding", match: { query: { a: "\ud800" } } },
  ])("gives up on $name", ({ match }) => expect(sampleOf(match)).toBeUndefined());
});

describe("sampleRegex", () => {
  it.each([
    "^/o/[0-9]+$",
    "^/(?:users|orders)/(?<id>\\d{2,4})(?:/.*)?$",
    "^[^a-z/]{3}$",
    "a|b|",
    "^\\/v\\d+\\/x\\.y$",
    "(a(b(c)))",
    "^(?=x)x",
    "[\\]x]y",
    "^[\\w-]+\\s\\S$",
    "é+",
  ])("%s", (source) => {
    const sample = sampleRegex(source);
    expect(sample).toBeDefined();
    expect(new RegExp(source, "u").test(sample ?? "")).toBe(true);
  });

  it.each(["^(?!x)x$", "(a)\\1b", "x{100000}", "^[^\\s\\S]$"])("gives up on %s", (source) => {
    expect(sampleRegex(source)).toBeUndefined();
  });
});
