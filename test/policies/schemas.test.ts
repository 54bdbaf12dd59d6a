import { describe, expect, it } from "vitest";
import { policiesSchema } from "../../src/config/policies-schema.ts";
import { POLICY_ORDER } from "../../src/policies/index.ts";

function outputOf(policy: string, options: unknown): unknown {
  const result = policiesSchema.safeParse({ [policy]: options });
  return result.success ? result.data[policy as keyof typeof result.data] : undefined;
}

describe("schemas of policies", () => {
  it("are there for every policy of the order, and for no other", () => {
    const ordered = new Set(POLICY_ORDER.map((slot) => slot.replace(":identity", "")));
    expect(Object.keys(policiesSchema.shape).sort()).toEqual([...ordered].sort());
  });

  it.each(Object.keys(policiesSchema.shape))("%s can be switched off", (policy) => {
    expect(outputOf(policy, false)).toBe(false);
    expect(outputOf(policy, true)).toBeUndefined();
    expect(outputOf(policy, null)).toBeUndefined();
  });

  it.each<[policy: string, options: unknown, output: unknown]>([
    ["ipFilter", {}, { deny: [] }],
    [
      "ipFilter",
      { allow: ["127.0.0.1", "10.1.2.3/8", "::1"] },
      { allow: ["127.0.0.1/32", "10.0.0.0/8", "::1/128"], deny: [] },
    ],
    [
      "cors",
      { origins: ["*"] },
      { origins: ["*"], methods: ["GET", "HEAD", "POST"], headers: [], exposed: [], credentials: false },
    ],
    ["compress", {}, { encodings: ["br", "gzip"], minBytes: 1024 }],
    [
      "rateLimit",
      { limit: 100, window: "1m" },
      [
        {
          name: "default",
          limit: 100,
          window: 60_000,
          by: "ip",
          algorithm: "token-bucket",
          headers: "draft",
          mode: "enforce",
        },
      ],
    ],
    ["authenticate", [{ apiKey: {} }], [{ apiKey: { from: ["header:x-api-key"] } }]],
    ["authorize", { scopes: ["a"] }, { scopes: ["a"] }],
    ["concurrency", { limit: 5 }, { limit: 5, queue: 0, timeout: 2_000 }],
    [
      "validate",
      { body: { type: "object" } },
      { body: { type: "object" }, undocumented: "refuse", responses: "warn", maxBytes: 1_048_576, maxDepth: 64 },
    ],
    ["cache", { ttl: "30s" }, { ttl: 30_000, methods: ["GET", "HEAD"], vary: [], maxEntryBytes: 1_048_576 }],
    ["fault", { abort: 503, percent: "10%" }, { abort: 503, percent: 0.1 }],
  ])("%s takes %j", (policy, options, output) => {
    expect(outputOf(policy, options)).toEqual(output);
  });

  it.each<[policy: string, options: unknown]>([
    ["ipFilter", { allow: ["10.0.0.0/33"] }],
    ["ipFilter", { allow: ["10.0.0"] }],
    ["cors", { origins: ["http://localhost:5173/"] }],
    ["cors", { origins: ["*"], credentials: true }],
    ["compress", { encodings: [] }],
    ["rateLimit", []],
    ["rateLimit", { limit: 0, window: "1m" }],
    ["rateLimit", { limit: 1, window: "1m", by: "header:" }],
    ["rateLimit", { limit: 1, window: "1m", by: "header:a b" }],
    ["authenticate", []],
    ["authenticate", [{}]],
    ["authenticate", [{ basic: {}, apiKey: {} }]],
    ["authenticate", [{ anonymous: true }, { basic: {} }]],
    ["authenticate", [{ anonymous: false }]],
    ["authenticate", [{ jwt: { issuer: "localhost" } }]],
    ["authenticate", [{ jwt: { issuer: "local", algorithms: ["none"] } }]],
    ["authorize", {}],
    ["concurrency", { limit: 1.5 }],
    ["validate", {}],
    ["validate", { maxBytes: "1MiB" }],
    ["validate", { body: true, basePath: "/v1" }],
    ["validate", { openapi: "a.yaml", basePath: "/v1/" }],
    ["transform", {}],
    ["transform", { request: { body: {} } }],
    ["cache", { methods: ["POST"] }],
    ["fault", { percent: "10%" }],
    ["fault", { abort: 200 }],
  ])("%s refuses %j", (policy, options) => {
    expect(outputOf(policy, options)).toBeUndefined();
  });
});
