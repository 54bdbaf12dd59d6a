import { describe, expect, it } from "vitest";
import { transformSchema } from "../../../src/policies/transform/schema.ts";
import { policyExchange } from "../support.ts";
import { createTransform, response } from "./support.ts";

describe("header fields of requests", () => {
  it("are removed, renamed, set and added, in this order, and at once", () => {
    const policy = createTransform({
      request: {
        headers: {
          add: { "X-Via": "{clientIp}" },
          set: { "X-Env": "dev", "x-b": "{header.x-a}!" },
          rename: { "X-A": "x-b", "x-gone": "x-never", "x-two": "x-both" },
          remove: ["X-Secret", "x-gone"],
        },
      },
    });
    const exchange = policyExchange({
      headers: [
        ["x-a", "1"],
        ["x-secret", "s"],
        ["x-gone", "g"],
        ["x-two", "a"],
        ["x-two", "b"],
      ],
    });
    expect(policy.onRequest?.(exchange)).toBeUndefined();
    expect(policy.onResponse).toBeUndefined();
    expect(exchange.requestFields.made).toEqual([
      ["x-secret"],
      ["x-gone"],
      ["x-a"],
      ["x-b"],
      ["x-two"],
      ["x-both"],
      ["x-b", "1"],
      ["x-both", "a"],
      ["x-both", "b"],
      ["x-env", "dev"],
      ["x-b", "1!"],
      ["x-via", "127.0.0.1"],
    ]);
  });

  it("hold octets: what is beyond ASCII is UTF-8, and what came as UTF-8 stays as it came", () => {
    const policy = createTransform({ request: { headers: { set: { "x-a": "ü{header.x-b}{id}" } } } });
    const exchange = policyExchange({ headers: [["x-b", "\xc3\xa9"]], captures: { id: "%E2%82%AC" } });
    void policy.onRequest?.(exchange);
    expect(exchange.requestFields.get("x-a")).toBe(Buffer.from("üé€").toString("latin1"));
  });

  it("that were taken off before are not to be had by another name", () => {
    const policy = createTransform({ request: { headers: { rename: { authorization: "x-token" } } } });
    const exchange = policyExchange({ headers: [["authorization", "Bearer x"]] });
    exchange.requestFields.remove("authorization");
    void policy.onRequest?.(exchange);
    expect(exchange.requestFields.made).toEqual([["authorization"]]);
  });

  it.each([
    "Host",
    "connection",
    "Content-Length",
    "transfer-encoding",
    "TE",
    "trailer",
    "upgrade",
    "keep-alive",
    "proxy-authorization",
    "expect",
    "Via",
    "x-forwarded-for",
    "X-Request-Id",
    "x-consumer-id",
    "X-Consumer-Anything",
    "a b",
    "",
  ])("cannot be touched: %j", (name) => {
    const ways = [
      { set: { [name]: "x" } },
      { add: { [name]: "x" } },
      { remove: [name] },
      { rename: { [name]: "x-a" } },
      { rename: { "x-a": name } },
    ];
    for (const headers of ways) expect(transformSchema.safeParse({ request: { headers } }).success).toBe(false);
  });
});

describe("the query", () => {
  it("is edited, with values of the request as it came", () => {
    const policy = createTransform({
      request: {
        query: { set: { source: "gateway", who: "{query.user}" }, remove: ["user"], rename: { q: "search" } },
      },
    });
    const exchange = policyExchange({ query: "q=a%20b&user=x%26y&page=2" });
    expect(policy.onRequest?.(exchange)).toBeUndefined();
    expect(exchange.query).toBe("search=a%20b&page=2&source=gateway&who=x%26y");
  });
});

describe("header fields of responses", () => {
  const policy = createTransform({
    response: {
      headers: {
        remove: ["server"],
        rename: { "set-cookie": "x-cookie" },
        set: { "x-tenant": "{header.x-tenant}", "x-was": "{status} {response.Content-Type}" },
        add: { "x-group": "{cookie.group}" },
      },
    },
  });

  it("are changed at once, and say what they vary by", () => {
    const exchange = policyExchange({ headers: [["x-tenant", "acme"]] });
    const answer = response({
      status: 404,
      type: "text/html",
      headers: [
        ["set-cookie", "a=1"],
        ["set-cookie", "b=2"],
      ],
      body: "x",
    });
    expect(policy.onResponse?.(exchange, answer)).toBeUndefined();
    expect(answer.asked()).toBe(0);
    expect(exchange.responseFields.made).toEqual([
      ["server"],
      ["set-cookie"],
      ["x-cookie"],
      ["x-cookie", "a=1"],
      ["x-cookie", "b=2"],
      ["x-tenant", "acme"],
      ["x-was", "404 text/html"],
      ["x-group", ""],
      ["vary", "x-tenant, cookie"],
    ]);
  });

  it("of the gateway's own errors stay as they are", () => {
    const exchange = policyExchange();
    expect(policy.onResponse?.(exchange, response({ status: 502, code: "GW0303", body: "{}" }))).toBeUndefined();
    expect(exchange.responseFields.made).toEqual([]);
  });

  it("may be Host or x-consumer-*, which mean nothing there, and not those of the connection", () => {
    expect(transformSchema.safeParse({ response: { headers: { remove: ["x-consumer-id"] } } }).success).toBe(true);
    expect(transformSchema.safeParse({ response: { headers: { remove: ["content-length"] } } }).success).toBe(false);
  });
});

describe("explain", () => {
  it("names what it would change, and changes it", () => {
    const policy = createTransform({
      request: { headers: { set: { "x-env": "dev" }, remove: ["x-secret"] }, query: { set: { source: "gateway" } } },
      response: { headers: { remove: ["server"] }, body: { from: "xml", to: "json", map: "$" } },
    });
    const exchange = policyExchange();
    expect(policy.explain(exchange)).toEqual({
      verdict: "pass",
      reason:
        "fields: remove x-secret, set x-env; query: set source; response fields: remove server; response body xml → json, by map",
    });
    expect(exchange.query).toBe("source=gateway");
    expect(exchange.requestFields.get("x-env")).toBe("dev");
  });
});
