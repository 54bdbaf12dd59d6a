import { describe, expect, it } from "vitest";
import { cacheKey, pathOf, resolveReference, routeOf, uriOf } from "../../../src/policies/cache/key.ts";
import { policyExchange } from "../support.ts";

const request = (more: object) => ({ ...policyExchange({ host: "a.test", path: "/x" }).request, ...more });

describe("what a response is stored under", () => {
  it("is the route and the URI, with the port and the spelling that go on", () => {
    const key = cacheKey("orders", request({ authority: "A.test:8080", rawPath: "/%78" }), "b=2&a=1");
    expect(key).toBe("orders\nhttp://a.test:8080/%78?b=2&a=1");
    expect([routeOf(key), uriOf(key), pathOf(uriOf(key))]).toEqual([
      "orders",
      "http://a.test:8080/%78?b=2&a=1",
      "/%78",
    ]);
  });

  it("is the same with the scheme's own port, and without", () => {
    expect(cacheKey("r", request({ authority: "a.test:80" }), "")).toBe(cacheKey("r", request({}), ""));
    expect(cacheKey("r", request({ authority: "a.test:443", scheme: "https" }), "")).toBe("r\nhttps://a.test/x");
    expect(cacheKey("r", request({ authority: "a.test:443" }), "")).toBe("r\nhttp://a.test:443/x");
  });

  it.each([
    ["/b?c#d", "http://a.test:81/b?c"],
    ["b", "http://a.test:81/x/b"],
    ["http://a.test:81/b", "http://a.test:81/b"],
    ["", "http://a.test:81/x/y?z"],
    ["http://a.test/b", undefined],
    ["https://a.test:81/b", undefined],
    ["http://b.test:81/", undefined],
    ["http://[", undefined],
  ])("a response's reference %s leads to %s", (reference, uri) =>
    expect(resolveReference("http://a.test:81/x/y?z", reference)).toBe(uri),
  );
});
