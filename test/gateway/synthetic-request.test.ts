import { describe, expect, it } from "vitest";
import { type SyntheticRequest, syntheticFacts } from "../../src/gateway/synthetic-request.ts";

const facts = (url: string, more: Partial<SyntheticRequest> = {}) => syntheticFacts({ method: "GET", url, ...more });

describe("a synthetic request", () => {
  it.each([
    ["/", { scheme: "http", host: "localhost", path: "/", query: "" }],
    ["/orders/7?v=2&w=?", { path: "/orders/7", query: "v=2&w=?" }],
    ["/a#part?x", { path: "/a", query: "" }],
    ["http://shop.localhost", { host: "shop.localhost", path: "/" }],
    ["http://shop.localhost?v=2", { host: "shop.localhost", path: "/", query: "v=2" }],
    ["HTTPS://SHOP.localhost:8443/a/b", { scheme: "https", host: "shop.localhost", path: "/a/b" }],
    ["/%61b/%2F", { path: "/ab/%2F", rawPath: "/%61b/%2F" }],
  ])("of %s is read as the gateway would read it", (url, expected) => {
    const { facts: read, refusal } = facts(url);
    expect(refusal).toBeUndefined();
    expect(read).toMatchObject(expected);
  });

  it.each(["/a/../b", "/a/%2e%2e/b", "/a%", "/a\u0000"])("of %j is refused, with the reason", (url) => {
    expect(facts(url).refusal).toMatch(/^the path /);
  });

  it("comes from 127.0.0.1 unless an address is given", () => {
    expect(facts("/").facts.clientIp).toBe("127.0.0.1");
    expect(facts("/", { ip: "10.0.0.7" }).facts.clientIp).toBe("10.0.0.7");
  });

  it("takes its host from the URL, else from Host", () => {
    const headers = [["Host", "a.localhost:8080"]] as const;
    expect(facts("/", { headers }).facts.host).toBe("a.localhost");
    expect(facts("http://b.localhost/", { headers }).facts.host).toBe("b.localhost");
  });

  it("has header fields in any case, joined as HTTP joins them", () => {
    const { headers } = facts("/", {
      headers: [
        ["X-A", " 1 "],
        ["x-a", "2"],
        ["Cookie", "a=1"],
        ["cookie", "b=2"],
      ],
    }).facts;
    expect(headers.get("x-a")).toBe("1, 2");
    expect(headers.get("cookie")).toBe("a=1; b=2");
    expect(headers.getAll("x-a")).toEqual(["1", "2"]);
    expect(headers.get("x-b")).toBeUndefined();
    expect([headers.has("x-a"), headers.has("x-b")]).toEqual([true, false]);
    expect([...headers.entries()]).toHaveLength(4);
  });

  it.each(["users", "", "ftp://localhost/", "//localhost/x y", "http:///x", "http://a b/"])(
    "of %j is GW0002, or has the path that it says",
    (url) => {
      if (url.startsWith("//")) return expect(facts(url).facts.rawPath).toBe(url);
      expect(() => facts(url)).toThrow(expect.objectContaining({ code: "GW0002" }));
    },
  );
});
