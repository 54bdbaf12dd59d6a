import { writeFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { validate } from "../../../src/policies/validate/policy.ts";
import { validateSchema } from "../../../src/policies/validate/schema.ts";
import { closureOf } from "../../helpers/imports.ts";
import { tempDir } from "../../helpers/temp-dir.ts";
import { OPENAPI_FOLDER } from "../../integration/policies/petstore.ts";
import { type ExchangeOptions, policyDeps, policyExchange } from "../support.ts";

const JSON_TYPE = [["content-type", "application/json"]] as const;
const DEPS = policyDeps({ baseDirectory: OPENAPI_FOLDER });
const create = (options: Record<string, unknown>, deps = DEPS) => validate.create(validateSchema.parse(options), deps);
const petstore = (options: Record<string, unknown> = {}) => create({ openapi: "petstore.yaml", ...options });

/** What a request without a body to look at gets at once: the code, or "on". */
function atOnce(policy: ReturnType<typeof create>, exchange: ExchangeOptions): unknown {
  const verdict = policy.onRequest?.(policyExchange(exchange));
  if (verdict instanceof Promise) return "later";
  return verdict?.kind === "problem" ? verdict.code : "on";
}

describe("validate", () => {
  it.each<[name: string, exchange: ExchangeOptions, expected: string]>([
    ["a request without a body", { path: "/pets" }, "on"],
    ["one with a body that nobody described", { path: "/pets", method: "GET", body: "x" }, "on"],
    [
      "one with a body that is not looked into",
      { path: "/pets/1/photo", method: "POST", headers: [["content-type", "image/png"]], body: "x" },
      "on",
    ],
    ["one that is wrong before its body", { path: "/pets/x", method: "PUT", headers: JSON_TYPE, body: "{}" }, "GW0514"],
    ["one that lacks a body", { path: "/pets", method: "POST" }, "GW0514"],
    [
      "one that says that it is too long",
      { path: "/pets", method: "POST", headers: [...JSON_TYPE, ["content-length", "1048577"]], body: "{}" },
      "GW0516",
    ],
    ["one with a body", { path: "/pets", method: "POST", headers: JSON_TYPE, body: "{}" }, "later"],
  ])("judges %s without waiting, where there is nothing to wait for", (_, exchange, expected) => {
    expect(atOnce(petstore(), exchange)).toBe(expected);
  });

  it("goes by the path that the endpoint gets", () => {
    const policy = petstore();
    expect(atOnce(policy, { path: "/shop/pets" })).toBe("GW0517");
    expect(atOnce(policy, { path: "/shop/pets", endpointPath: "/pets" })).toBe("on");
    expect(atOnce(policy, { path: "/shop/pets/x", endpointPath: "/v1/pets/x" })).toBe("GW0514");
  });

  it("finds paths behind basePath, and nowhere else", () => {
    const policy = petstore({ basePath: "/shop" });
    expect(["/shop/pets", "/pets", "/v1/pets"].map((path) => atOnce(policy, { path }))).toEqual([
      "on",
      "GW0517",
      "GW0517",
    ]);
  });

  it("lets pass what the document does not have, if asked, and holds it against the other schemas", () => {
    const policy = petstore({ undocumented: "pass", query: { required: ["v"] } });
    const codes = [
      { path: "/cats?", query: "v=1" },
      { path: "/pets/7", method: "POST", query: "v=1" },
      { path: "/cats" },
      { path: "/pets/x", query: "v=1" },
    ].map((exchange) => atOnce(policy, exchange));
    expect(codes).toEqual(["on", "on", "GW0514", "GW0514"]);
  });

  it("takes HEAD for GET", () => {
    expect(atOnce(petstore(), { path: "/pets", method: "HEAD", query: "limit=x" })).toBe("GW0514");
  });

  it("says nothing about a body of no octets, where none is needed", async () => {
    const exchange = (method: string, path: string) =>
      policyExchange({ method, path, headers: [["content-type", "application/merge-patch+json"]], body: "" });
    expect(await petstore().onRequest?.(exchange("PATCH", "/pets/7"))).toBeUndefined();
    expect(
      await create({ body: {} }).onRequest?.(policyExchange({ method: "POST", headers: JSON_TYPE, body: "" })),
    ).toMatchObject({ code: "GW0514" });
  });

  it("tells of the first error where its files cannot be used", () => {
    expect(() => create({ openapi: "no.yaml" })).toThrow("validate of route orders: openapi: no.yaml: is not there.");
    expect(() => create({ openapi: "no.yaml" })).toThrow(expect.objectContaining({ code: "GW0140" }));
  });

  it("shares what it made of a file between routes, until the file is another one", () => {
    const folder = tempDir({ "a.yaml": "type: object" });
    const deps = policyDeps({ baseDirectory: folder });
    const policy = () => create({ query: "a.yaml" }, deps);
    policy();
    const cache = deps.shared("validate:contracts", () => undefined) as unknown as {
      get(options: unknown, base: string): unknown;
    };
    const options = validateSchema.parse({ query: "a.yaml" });
    const first = cache.get(options, folder);
    expect(cache.get(options, folder)).toBe(first);
    expect(atOnce(policy(), { query: "b=1" })).toBe("on");
    writeFileSync(`${folder}/a.yaml`, "required: [a]");
    expect(atOnce(policy(), { query: "b=1" })).toBe("GW0514");
    expect(cache.get(options, folder)).not.toBe(first);
  });

  it("loads neither validator nor parser before there is a need for one", () => {
    const { packages } = closureOf(["src/policies/registry.ts"]);
    expect([...packages.keys()].filter((name) => /^(?:ajv|yaml)/.test(name))).toEqual([]);
  });
});

describe("what validate says to route", () => {
  it.each<[name: string, exchange: ExchangeOptions, verdict: string, reason: string]>([
    ["a good request", { path: "/pets", query: "limit=3" }, "pass", "operation GET /pets: all as it should be"],
    [
      "a bad one",
      { path: "/pets", query: "limit=0&status=x" },
      "reject",
      'query /limit must be >= 1; query /status/0 must be one of "available", "pending", "sold"',
    ],
    ["a path that is not there", { path: "/cats" }, "reject", "no path of the document is /cats"],
    [
      "a method that is not there",
      { path: "/pets/7", method: "POST" },
      "reject",
      "/pets/{petId} of the document has no POST, but GET, HEAD, PUT, DELETE, PATCH",
    ],
    [
      "a body that is not given",
      { path: "/pets", method: "POST" },
      "unknown",
      "operation POST /pets: it needs a body, which -d gives",
    ],
    [
      "a body that need not be given",
      { path: "/pets/7", method: "PATCH" },
      "pass",
      "operation PATCH /pets/{petId}: all as it should be",
    ],
    [
      "a good body",
      {
        path: "/pets",
        method: "POST",
        headers: JSON_TYPE,
        givenBody: '{"name":"a","price":1,"kind":{"species":"cat","lives":1}}',
      },
      "pass",
      "operation POST /pets: all as it should be, the body, too",
    ],
    [
      "a bad body",
      { path: "/orders", method: "POST", headers: JSON_TYPE, givenBody: '{"items":[{"pet":1,"price":"1"}]}' },
      "reject",
      "body /items/0/price must be number",
    ],
    [
      "many faults",
      { path: "/orders", method: "POST", headers: JSON_TYPE, givenBody: '{"items":[0,0,0,0,0,0,0]}' },
      "reject",
      "body /items/0 must be object; body /items/1 must be object; body /items/2 must be object; body /items/3 must be object; body /items/4 must be object; and 2 more",
    ],
    [
      "another media type",
      { path: "/orders", method: "POST", headers: [["content-type", "text/xml"]], givenBody: "<a/>" },
      "reject",
      "The body has to be application/json, by the API's description",
    ],
    [
      "a body that is not looked into",
      { path: "/pets/1/photo", method: "POST", headers: [["content-type", "image/png"]], givenBody: "x" },
      "pass",
      "operation POST /pets/{petId}/photo; image/png has no schema: all as it should be",
    ],
    [
      "a body that is not described",
      { path: "/pets", headers: JSON_TYPE, givenBody: "x" },
      "pass",
      "operation GET /pets; the body is not described: all as it should be",
    ],
    [
      "a body that is too long",
      { path: "/pets", method: "POST", headers: JSON_TYPE, givenBody: " ".repeat(1024 ** 2 + 1) },
      "reject",
      "Bodies of up to 1048576 bytes are validated here",
    ],
  ])("%s", (_, exchange, verdict, reason) => {
    const explained = petstore().explain(policyExchange(exchange));
    expect([explained.verdict, explained.reason]).toEqual([verdict, reason]);
  });

  it("names the schemas of a route without a document", () => {
    const policy = create({ body: {}, query: {} });
    expect(policy.explain(policyExchange()).reason).toBe("body, query: all as it should be");
  });
});
