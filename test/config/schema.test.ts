import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { loadValue } from "../../src/config/load.ts";
import { configSchema } from "../../src/config/schema.ts";
import { UNSUPPORTED, unsupportedProblems } from "../../src/config/unsupported.ts";

const WHOLE = new URL("../fixtures/config/whole-vocabulary.yaml", import.meta.url);
const whole: unknown = parse(readFileSync(WHOLE, "utf8"));

describe("the whole vocabulary", () => {
  it("is accepted, but for what is not supported yet and names that the example leaves out", () => {
    const { diagnostics } = loadValue(whole, { OAUTH_SECRET: "s" });
    const others = diagnostics.filter(({ code, severity }) => code !== "GW0110" && severity !== "note");
    // The example names two services and an API version that it does not define, and its password hash is an ellipsis.
    expect(others.map(({ code, path }) => `${code} ${path}`)).toEqual([
      "GW0105 routes[1].split.orders-next",
      "GW0105 routes[1].mirror.service",
      "GW0119 routes[1].version",
      "GW0133 consumers[1].basic.password",
    ]);
  });

  it("is refused where it is not supported, never ignored", () => {
    const refused = loadValue(whole, { OAUTH_SECRET: "s" }).diagnostics.filter(({ code }) => code === "GW0110");
    const paths = refused.map(({ path }) => path.replaceAll(/\[\d+\]/g, "[]").replace(/^services\.\w+/, "services.*"));
    expect(paths).toEqual(expect.arrayContaining(["tests", "telemetry.tracing"]));
  });
});

describe("defaults", () => {
  const document = configSchema.parse({ version: 1 });

  it("are those of the design", () => {
    expect(document).toEqual({
      version: 1,
      listeners: [{ kind: "http", hosts: ["127.0.0.1", "::1"], port: 8080, proxyProtocol: false }],
      trustedProxies: [],
      state: "memory",
      limits: {
        connections: 10_000,
        connectionsPerIp: 1_000,
        requests: 10_000,
        headerBytes: 16_384,
        bodyBytes: 104_857_600,
        headerTimeout: 10_000,
        bodyTimeout: 60_000,
        keepAliveTimeout: 65_000,
        drainTimeout: 10_000,
      },
      services: {},
      consumers: [],
      policies: {},
      routes: [],
      telemetry: {
        accessLog: expect.objectContaining({ path: "-", sample: 1, redact: ["authorization", "cookie"] }),
        tracing: false,
        record: false,
      },
      tests: [],
    });
  });

  it("are not shared between two documents", () => {
    const other = configSchema.parse({ version: 1 });
    expect(other.listeners).not.toBe(document.listeners);
    expect(other.limits).not.toBe(document.limits);
  });
});

describe("listeners", () => {
  const hostsOf = (http: unknown): readonly string[] | undefined =>
    configSchema.safeParse({ version: 1, listeners: [{ http }] }).data?.listeners[0]?.hosts;

  it.each<[http: unknown, hosts: readonly string[] | undefined]>([
    [8080, ["127.0.0.1", "::1"]],
    [0, ["127.0.0.1", "::1"]],
    ["localhost:8080", ["127.0.0.1", "::1"]],
    ["0.0.0.0:8080", ["0.0.0.0"]],
    ["[::1]:8080", ["::1"]],
    ["*:8080", ["0.0.0.0", "::"]],
    ["8080", undefined],
    [":8080", undefined],
    ["[::g]:8080", undefined],
    ["localhost:80800", undefined],
    [-1, undefined],
    [80.5, undefined],
  ])("%j binds %j", (http, hosts) => {
    expect(hostsOf(http)).toEqual(hosts);
  });

  it("are told apart by kind", () => {
    const { listeners } = configSchema.parse({
      version: 1,
      listeners: [{ https: 8443 }, { tcp: 1, sni: { "*": "a" } }, { udp: 2, service: "a" }],
    });
    expect(listeners).toMatchObject([
      { kind: "https", tls: "auto" },
      { kind: "tcp", sni: { "*": "a" } },
      { kind: "udp", service: "a" },
    ]);
  });
});

describe("routes", () => {
  const routeOf = (route: object): unknown =>
    configSchema.parse({ version: 1, routes: [{ match: "/a", ...route }] }).routes[0];

  it("have one form of split", () => {
    expect(routeOf({ split: { a: 90, b: 10 } })).toMatchObject({ split: { to: { a: 90, b: 10 } } });
    expect(routeOf({ split: { by: "cookie:group", to: { a: 1 } } })).toMatchObject({
      split: { by: "cookie:group", to: { a: 1 } },
    });
    // Services may be called that too.
    expect(routeOf({ split: { by: 1, to: 2 } })).toMatchObject({ split: { to: { by: 1, to: 2 } } });
  });

  it("answer with what is given, and defaults", () => {
    expect(routeOf({ respond: {} })).toMatchObject({ respond: { status: 200, headers: {}, body: "" } });
    expect(routeOf({ redirect: { to: "/x" } })).toMatchObject({ redirect: { to: "/x", status: 302 } });
  });

  it("never put a line break into a header", () => {
    const route = { match: "/a", respond: { headers: { "x-a": "b\r\nset-cookie: c" } } };
    expect(configSchema.safeParse({ version: 1, routes: [route] }).success).toBe(false);
  });
});

describe("tests", () => {
  it("take a request in one line or in parts", () => {
    const { tests } = configSchema.parse({
      version: 1,
      tests: [
        { request: "GET /a?b=c", expect: { status: 404 } },
        { request: { path: "/a" }, expect: { status: 404 } },
      ],
    });
    expect(tests.map(({ request }) => request)).toEqual([
      { method: "GET", path: "/a?b=c", headers: {} },
      { method: "GET", path: "/a", headers: {} },
    ]);
  });
});

describe("what is not supported yet", () => {
  it("is fine when switched off or empty", () => {
    const config = {
      gateways: undefined,
      consumers: [],
      tests: [],
      policies: { cors: false },
      services: { a: { sticky: false, http2: false, slowStart: "0s", endpoints: ["http://a:1"] }, b: ["http://b:1"] },
      routes: [{ match: "/a", policies: { rateLimit: false }, keepVersionPath: false }],
      telemetry: { record: false, accessLog: {} },
      listeners: [{ http: 1, proxyProtocol: false }],
      state: "memory",
    };
    expect(unsupportedProblems(config)).toEqual([]);
  });

  it.each<[path: string, config: object]>([
    ["telemetry.tracing", { telemetry: { tracing: { otlp: "http://localhost:4318" } } }],
    ["tests", { tests: [{ request: "GET /", expect: { outcome: "forward" } }] }],
  ])("is found at %s", (path, config) => {
    const found = loadValue({ version: 1, ...config }).diagnostics.filter(({ code }) => code === "GW0110");
    expect(found.map((one) => one.path)).toContain(path);
  });

  it("has no row twice", () => {
    const paths = UNSUPPORTED.map(({ path }) => path);
    expect(new Set(paths).size).toBe(paths.length);
  });
});
