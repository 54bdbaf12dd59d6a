import { describe, expect, it } from "vitest";
import { z } from "zod";
import { createServiceSchema, serviceSchema } from "../../src/upstream/schema.ts";

/** Every issue at any depth of unions, as "path: message". */
function problems(input: unknown, schema: z.ZodType = serviceSchema): string[] {
  const result = schema.safeParse(input);
  if (result.success) return [];
  const flatten = (issues: readonly z.core.$ZodIssue[], base: PropertyKey[]): string[] =>
    issues.flatMap((issue) => {
      const path = [...base, ...issue.path];
      const inner = issue.code === "invalid_union" ? issue.errors.flatMap((branch) => flatten(branch, path)) : [];
      return [`${path.join(".")}: ${issue.message}`, ...inner];
    });
  return flatten(result.error.issues, []);
}

const users = { endpoints: ["http://localhost:4001", "http://localhost:4002"] };

describe("serviceSchema", () => {
  it("takes a bare URL, a list, and the long form, and gives one form", () => {
    const endpoint = { id: "http://localhost:4001", protocol: "http", host: "localhost", port: 4001 };
    const plain = { ...endpoint, weight: 1, backup: false };
    expect(serviceSchema.parse("http://localhost:4001").endpoints).toEqual({ kind: "list", list: [plain] });
    const listed = serviceSchema.parse([{ url: "http://localhost:4001", weight: 3, backup: true, zone: "b" }]);
    expect(listed.endpoints).toEqual({ kind: "list", list: [{ ...endpoint, weight: 3, backup: true, zone: "b" }] });
    expect(serviceSchema.parse({ endpoints: ["http://localhost:4001"] })).toEqual(
      serviceSchema.parse("http://localhost:4001"),
    );
  });

  it("has the defaults of SEMANTICS", () => {
    const { endpoints: _, ...defaults } = serviceSchema.parse(users);
    expect(defaults).toEqual({
      algorithm: { name: "round-robin", key: undefined, options: {} },
      sticky: false,
      health: false,
      outlier: false,
      panicThreshold: 0.5,
      breaker: false,
      limits: false,
      slowStart: 0,
      retry: { attempts: 2, on: ["connect-failure", "reset"], budget: 0.2, backoff: 25, nonIdempotent: false },
      hedge: false,
      timeouts: { connect: 2_000, request: 30_000, idle: 60_000, tunnel: 3_600_000 },
      http2: false,
    });
  });

  it("turns durations into ms and percentages into fractions in every section", () => {
    const service = serviceSchema.parse({
      ...users,
      sticky: { cookie: "gw_users", ttl: "1h" },
      outlier: { ejectFor: "20s", maxEjected: "30%" },
      breaker: { errorRate: "25%" },
      limits: { requests: 8 },
      slowStart: "10s",
      hedge: { after: "p95" },
      hold: false,
    });
    expect(service.sticky).toEqual({ cookie: "gw_users", ttl: 3_600_000 });
    expect(service.outlier).toMatchObject({ consecutiveErrors: 5, ejectFor: 20_000, maxEjected: 0.3 });
    expect(service.breaker).toMatchObject({ errorRate: 0.25, minimumRequests: 20, openFor: 10_000 });
    expect(service.limits).toEqual({ requests: 8, queueTimeout: 5_000 });
    expect(service.slowStart).toBe(10_000);
    expect(service.hedge).toEqual({ after: { percentile: 0.95 } });
    expect(service.hold).toBe(false);
    expect(serviceSchema.parse({ ...users, hedge: { after: "200ms" } }).hedge).toEqual({ after: { ms: 200 } });
  });

  it.each([
    ["0", 0, 0],
    ["false", false, 0],
    ["0%", "0%", 0],
    ["80%", "80%", 0.8],
  ])("panicThreshold %s", (_name, input, output) => {
    expect(serviceSchema.parse({ ...users, panicThreshold: input }).panicThreshold).toBe(output);
  });

  it("refuses unknown keys at every level", () => {
    expect(problems({ ...users, helth: {} }).join("\n")).toContain('Unrecognized key: "helth"');
    expect(problems({ ...users, retry: { attemps: 1 } }).join("\n")).toContain('Unrecognized key: "attemps"');
    expect(problems([{ url: "http://a", wieght: 1 }]).join("\n")).toContain('Unrecognized key: "wieght"');
  });

  it("needs endpoints, unless it has run", () => {
    const withRun = createServiceSchema({ run: z.strictObject({ command: z.string() }).optional() });
    expect(problems({}).join("\n")).toContain("needs `endpoints` or `run`");
    expect(problems({}, withRun).join("\n")).toContain("needs `endpoints` or `run`");
    const service = withRun.parse({ run: { command: "node a.js" } });
    expect(service.run?.command).toBe("node a.js");
    expect(withRun.parse("http://localhost:1").run).toBeUndefined();
  });

  it("refuses a check that the endpoints cannot answer", () => {
    const tcp = { endpoints: ["tcp://localhost:1"] };
    expect(problems({ ...tcp, health: { path: "/" } }).join("\n")).toContain("cannot ask a path of tcp://");
    expect(problems({ ...tcp, health: { tcp: true } })).toEqual([]);
    expect(problems({ endpoints: ["udp://localhost:1"], health: { tcp: true } }).join("\n")).toContain("udp://");
  });

  it("is publishable as JSON Schema, with a description for every key", () => {
    const schema = z.toJSONSchema(serviceSchema, { io: "input" }) as { anyOf: { properties?: object }[] };
    const long = schema.anyOf.find((branch) => branch.properties !== undefined)?.properties ?? {};
    expect(Object.keys(long)).toContain("panicThreshold");
    for (const [key, value] of Object.entries(long)) expect(value, key).toHaveProperty("description");
  });
});
