import { describe, expect, it } from "vitest";
import type { Answer } from "../../../src/exchange/answer.ts";
import { cors } from "../../../src/policies/cors/policy.ts";
import { corsSchema } from "../../../src/policies/cors/schema.ts";
import { policyDeps, policyExchange } from "../support.ts";

const PAGE = "http://localhost:5173";
type Headers = Readonly<Record<string, string>>;

const create = (options: object) => cors.create(corsSchema.parse({ origins: [PAGE], ...options }), policyDeps());

/** What a preflight is answered. What is explained is the same. */
function preflight(options: object, headers: Headers = {}): Answer {
  const policy = create(options);
  const all = { origin: PAGE, "access-control-request-method": "PUT", ...headers };
  const exchange = policyExchange({ method: "OPTIONS", headers: Object.entries(all) });
  const answer = policy.onRequest?.(exchange) as Answer;
  expect(policy.explain(exchange).answer).toEqual(answer);
  expect(exchange.responseFields.made).toEqual([]);
  return answer;
}

const fieldsOf = (answer: Answer): Record<string, string> => Object.fromEntries(answer.fields ?? []);

/** The fields that a policy adds to a response. */
function added(options: object, headers: Headers = {}, method = "GET"): Record<string, string> {
  const policy = create(options);
  const exchange = policyExchange({ method, headers: Object.entries(headers) });
  expect(policy.onRequest?.(exchange)).toBeUndefined();
  const made = exchange.responseFields.made.filter(([, value]) => value !== undefined);
  return Object.fromEntries(made) as Record<string, string>;
}

describe("a preflight", () => {
  it("of an allowed origin is answered with all that is allowed", () => {
    const answer = preflight({
      methods: ["GET", "PUT"],
      headers: ["Content-Type", "x-a"],
      credentials: true,
      maxAge: "10m",
    });
    expect(answer).toMatchObject({ kind: "response", status: 204, body: "" });
    expect(fieldsOf(answer)).toEqual({
      "access-control-allow-origin": PAGE,
      "access-control-allow-headers": "content-type, x-a",
      "access-control-allow-methods": "GET, PUT",
      "access-control-allow-credentials": "true",
      "access-control-max-age": "600",
      vary: "Origin, Access-Control-Request-Method, Access-Control-Request-Headers",
    });
  });

  it("of an allowed origin is answered so, too, where the method or a field is not allowed: the browser names which", () => {
    const answer = preflight({ methods: ["GET"] }, { "access-control-request-headers": "x-b" });
    expect(answer).toMatchObject({ status: 204 });
    expect(fieldsOf(answer)).toMatchObject({ "access-control-allow-methods": "GET" });
    expect(fieldsOf(answer)).not.toHaveProperty("access-control-allow-headers");
    expect(fieldsOf(answer)).not.toHaveProperty("access-control-max-age");
    expect(fieldsOf(answer)).not.toHaveProperty("access-control-allow-credentials");
  });

  it.each([
    ["another origin", "http://evil.test"],
    ["another port", "http://localhost:5174"],
    ["another scheme", "https://localhost:5173"],
    ["another case", "http://LOCALHOST:5173"],
    ["a longer name", `${PAGE}.evil.test`],
    ["null", "null"],
    ["two origins", `${PAGE}, http://evil.test`],
    ["the same one twice", `${PAGE}, ${PAGE}`],
    ["nothing", ""],
    ["an asterisk", "*"],
  ])("of %s is refused, and that depends on the origin", (_, origin) => {
    const answer = preflight({}, { origin });
    expect(answer).toMatchObject({ kind: "problem", code: "GW0509" });
    expect(Object.keys(fieldsOf(answer))).toEqual(["vary"]);
  });

  it("of any origin is allowed by *, null included", () => {
    for (const origin of ["http://a.test", "null"]) {
      expect(fieldsOf(preflight({ origins: ["*"] }, { origin }))).toMatchObject({ "access-control-allow-origin": "*" });
    }
  });

  it("may ask for any field by *, and is told the fields, not *", () => {
    const asked = (value: string) =>
      fieldsOf(preflight({ headers: ["*"] }, { "access-control-request-headers": value }))[
        "access-control-allow-headers"
      ];
    expect(asked("authorization,x-a")).toBe("authorization,x-a");
    expect(asked(" x-a , x-b ")).toBe("x-a , x-b");
    for (const bad of ["", "a b", "x-a,,x-b", "x\u0000", "(comment)"]) expect(asked(bad)).toBeUndefined();
  });

  it("may reach into a private network from an origin that is named, and not from just any", () => {
    const asked = (options: object, headers: Headers) =>
      fieldsOf(preflight(options, { "access-control-request-private-network": "true", ...headers }))[
        "access-control-allow-private-network"
      ];
    expect(asked({}, {})).toBe("true");
    expect(asked({}, { origin: "http://evil.test" })).toBeUndefined();
    expect(asked({}, { "access-control-request-private-network": "false" })).toBeUndefined();
    expect(asked({ origins: ["*"] }, {})).toBeUndefined();
    expect(asked({ origins: ["*", PAGE] }, {})).toBe("true");
  });

  it("is OPTIONS with an origin and a method that is asked for, and nothing else", () => {
    expect(added({}, { origin: PAGE }, "OPTIONS")).toHaveProperty("access-control-allow-origin");
    expect(added({}, { "access-control-request-method": "PUT" }, "OPTIONS")).toEqual({ vary: "Origin" });
    const asking = { origin: PAGE, "access-control-request-method": "PUT" };
    expect(added({}, asking, "GET")).toHaveProperty("access-control-allow-origin");
  });
});

describe("any other request", () => {
  it.each<[what: string, options: object, origin: string | undefined, fields: Record<string, string>]>([
    ["of an allowed origin is told so", {}, PAGE, { vary: "Origin", "access-control-allow-origin": PAGE }],
    [
      "may have credentials, and show fields",
      { credentials: true, exposed: ["x-a", "x-b"] },
      PAGE,
      {
        vary: "Origin",
        "access-control-allow-origin": PAGE,
        "access-control-allow-credentials": "true",
        "access-control-expose-headers": "x-a, x-b",
      },
    ],
    [
      "of another origin passes without",
      { credentials: true, exposed: ["x-a"] },
      "http://evil.test",
      { vary: "Origin" },
    ],
    ["without an origin varies all the same", {}, undefined, { vary: "Origin" }],
    ["of null passes without", {}, "null", { vary: "Origin" }],
    ["is the same for all by *", { origins: ["*"] }, undefined, { "access-control-allow-origin": "*" }],
    ["of any origin may be read by *", { origins: ["*", PAGE] }, PAGE, { "access-control-allow-origin": "*" }],
  ])("%s", (_, options, origin, fields) => {
    expect(added(options, origin === undefined ? {} : { origin })).toEqual(fields);
  });

  it("has the endpoint's own answer taken away, allowed or not", () => {
    for (const origin of [PAGE, "http://evil.test"]) {
      const exchange = policyExchange({ headers: [["origin", origin]] });
      void create({}).onRequest?.(exchange);
      const removed = exchange.responseFields.made.filter(([, value]) => value === undefined).map(([name]) => name);
      expect(removed).toEqual([
        "access-control-allow-origin",
        "access-control-allow-credentials",
        "access-control-allow-methods",
        "access-control-allow-headers",
        "access-control-allow-private-network",
        "access-control-expose-headers",
        "access-control-max-age",
      ]);
    }
  });

  it("is explained", () => {
    const explain = (headers: Headers, method = "GET") =>
      create({}).explain(policyExchange({ method, headers: Object.entries(headers) }));
    expect(explain({})).toEqual({ verdict: "pass", reason: "no Origin" });
    expect(explain({ origin: PAGE })).toEqual({ verdict: "pass", reason: `${PAGE} is allowed` });
    expect(explain({ origin: "null" })).toEqual({
      verdict: "pass",
      reason: "null is not allowed: a page cannot read the response",
    });
    const asking = { "access-control-request-method": "PUT" };
    expect(explain({ ...asking, origin: PAGE }, "OPTIONS")).toMatchObject({ verdict: "respond" });
    expect(explain({ ...asking, origin: "null" }, "OPTIONS")).toMatchObject({ verdict: "reject" });
  });
});

it("refuses what browsers would not understand", () => {
  const valid = (options: object) => corsSchema.safeParse({ origins: [PAGE], ...options }).success;
  expect(valid({ credentials: true, origins: ["*"] })).toBe(false);
  expect(valid({ credentials: true, exposed: ["*"] })).toBe(false);
  expect(valid({ exposed: ["*"] })).toBe(true);
  expect(valid({ headers: ["a b"] })).toBe(false);
  expect(valid({ exposed: ["a,b"] })).toBe(false);
});
