import { describe, expect, it } from "vitest";
import { ALGORITHMS } from "../../../src/balancing/index.ts";
import { algorithmSchema } from "../../../src/upstream/schema/algorithm.ts";
import { endpointsSchema } from "../../../src/upstream/schema/endpoints.ts";
import { healthSchema } from "../../../src/upstream/schema/health.ts";
import { parseKey } from "../../../src/upstream/schema/key.ts";
import { retrySchema } from "../../../src/upstream/schema/retry.ts";

const fails = (schema: { safeParse(input: unknown): { success: boolean; error?: unknown } }, input: unknown) => {
  const result = schema.safeParse(input);
  return result.success ? "accepted" : JSON.stringify(result.error);
};

describe("endpointsSchema", () => {
  it.each([
    [
      { dns: "a.internal", port: 1 },
      { kind: "dns", dns: "a.internal", port: 1, refresh: 10_000 },
    ],
    [
      { srv: "_a._tcp", refresh: "1s" },
      { kind: "srv", srv: "_a._tcp", refresh: 1_000 },
    ],
    [
      { compose: "./c.yml", service: "a", port: 1 },
      { kind: "compose", compose: "./c.yml", service: "a", port: 1 },
    ],
    [{ file: "./e.json" }, { kind: "file", file: "./e.json" }],
  ])("%o", (input, output) => {
    expect(endpointsSchema.parse(input)).toEqual(output);
  });

  it("refuses the same origin twice, in whatever spelling", () => {
    expect(fails(endpointsSchema, ["http://a:80", "http://A"])).toContain("GW0112");
  });

  it("refuses layers mixed, but not http beside https", () => {
    expect(fails(endpointsSchema, ["http://a:1", "tcp://a:2"])).toContain("GW0111");
    expect(fails(endpointsSchema, ["http://a:1", "https://a:2"])).toBe("accepted");
  });

  it("refuses an empty list, bad weights and a refresh of 0", () => {
    expect(fails(endpointsSchema, [])).toContain("at least one endpoint");
    expect(fails(endpointsSchema, [{ url: "http://a", weight: -1 }])).not.toBe("accepted");
    expect(fails(endpointsSchema, [{ url: "http://a", weight: 1.5 }])).not.toBe("accepted");
    expect(fails(endpointsSchema, { dns: "a", port: 1, refresh: "0s" })).toContain("more than 0");
  });
});

describe("algorithmSchema", () => {
  it("takes every algorithm of the registry by name, with its default options", () => {
    for (const { name, options } of ALGORITHMS) {
      expect(algorithmSchema.parse(name)).toMatchObject({ name, options: options.parse({}) });
      expect(algorithmSchema.parse({ name })).toEqual(algorithmSchema.parse(name));
    }
  });

  it("gives a key to those that hash, and to no other", () => {
    for (const { name, signals } of ALGORITHMS) {
      const spec = algorithmSchema.parse(name);
      expect(spec.key, name).toEqual(signals.includes("key") ? { from: "ip" } : undefined);
      const takes = signals.includes("key") && name !== "ip-hash";
      expect(fails(algorithmSchema, { name, key: "header:x-user" }) === "accepted", name).toBe(takes);
    }
  });

  it("refuses an unknown name and an unknown option", () => {
    expect(fails(algorithmSchema, "least-con")).toContain("least-conn");
    expect(fails(algorithmSchema, { name: "round-robin", nonsense: 1 })).toContain("nonsense");
  });
});

describe("parseKey", () => {
  it.each([
    ["ip", { from: "ip" }],
    ["path", { from: "path" }],
    ["consumer", { from: "consumer" }],
    ["header:X-User", { from: "header", name: "x-user" }],
    ["cookie:Sid", { from: "cookie", name: "Sid" }],
    ["query:id", { from: "query", name: "id" }],
    ["claim:org:id", { from: "claim", name: "org:id" }],
  ])("%s", (text, key) => expect(parseKey(text)).toEqual(key));

  it.each(["", "header", "header:", "ip:x", "host"])("refuses %o", (text) => expect(parseKey(text)).toBeUndefined());
});

describe("healthSchema", () => {
  it("has the defaults of SEMANTICS once it is given", () => {
    const rest = { interval: 2_000, timeout: 1_000, rise: 1, fall: 2, expect: [{ from: 200, to: 399 }] };
    expect(healthSchema.parse({ path: "/healthz" })).toEqual({ check: { kind: "http", path: "/healthz" }, ...rest });
    expect(healthSchema.parse({ tcp: true })).toEqual({ check: { kind: "tcp" }, ...rest });
    expect(healthSchema.parse(undefined)).toBe(false);
  });

  it.each([
    [200, [{ from: 200, to: 200 }]],
    ["204", [{ from: 204, to: 204 }]],
    [
      ["200-299", 304],
      [
        { from: 200, to: 299 },
        { from: 304, to: 304 },
      ],
    ],
  ])("expect %o", (expected, ranges) => {
    expect(healthSchema.parse({ path: "/", expect: expected })).toMatchObject({ expect: ranges });
  });

  it.each(["399-200", "2xx", 99, "600", []])("refuses expect %o", (expected) => {
    expect(fails(healthSchema, { path: "/", expect: expected })).not.toBe("accepted");
  });

  it("needs one of path and tcp, and a time between checks", () => {
    expect(fails(healthSchema, {})).toContain("GW0104");
    expect(fails(healthSchema, { path: "/", tcp: true })).toContain("GW0111");
    expect(fails(healthSchema, { path: "healthz" })).toContain("begins with /");
    expect(fails(healthSchema, { tcp: true, interval: "0s" })).toContain("more than 0");
  });
});

describe("retrySchema", () => {
  it("is on by default, and false is zero attempts", () => {
    expect(retrySchema.parse(undefined).attempts).toBe(2);
    expect(retrySchema.parse(false)).toEqual({ ...retrySchema.parse(undefined), attempts: 0 });
  });

  it("takes statuses beside ways to end, and nothing else", () => {
    expect(retrySchema.parse({ on: ["reset", 502, 503] }).on).toEqual(["reset", 502, 503]);
    expect(fails(retrySchema, { on: ["timeout"] })).toContain("must be connect-failure, reset");
    expect(fails(retrySchema, { on: [200] })).not.toBe("accepted");
  });
});
