import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parse, stringify } from "yaml";
import { loadSource, loadValue } from "../../src/config/load.ts";
import { parseYaml } from "../../src/config/yaml-source.ts";
import { leastCost } from "../helpers/cost.ts";

const text = readFileSync(new URL("../fixtures/config/whole-vocabulary.yaml", import.meta.url), "utf8");
const env = { OAUTH_SECRET: "s3cr3t-value" };

function load(changed: string) {
  return loadSource({ file: "/c.yaml", name: "c.yaml", text: changed, ...parseYaml(changed) }, env);
}

const RUNS = 80;
const LONG = 30_000;

/** Every place of the example, as paths. */
function pathsOf(value: unknown, path: (string | number)[] = []): (string | number)[][] {
  if (typeof value !== "object" || value === null) return [path];
  const entries = Array.isArray(value) ? value.map((item, i) => [i, item] as const) : Object.entries(value);
  return [path, ...entries.flatMap(([key, item]) => pathsOf(item, [...path, key]))];
}

const paths = pathsOf(parse(text)).filter((path) => path.length > 0);

const strange = fc.oneof(
  fc.constantFrom<unknown>(
    null,
    true,
    false,
    0,
    -1,
    1.5,
    NaN,
    1e308,
    "",
    "${",
    "${A}",
    "${OAUTH_SECRET}",
    "/",
    "__proto__",
    [],
    {},
  ),
  fc.string({ unit: "binary", maxLength: 12 }),
  fc.object({ maxDepth: 2, maxKeys: 3 }),
);

const mutation = fc.record({
  path: fc.constantFrom(...paths),
  kind: fc.constantFrom("replace", "remove", "rename", "add"),
  key: fc.oneof(
    fc.constantFrom("__proto__", "constructor", "hasOwnProperty", "", "toString"),
    fc.string({ maxLength: 8 }),
  ),
  value: strange,
});

function mutate(
  root: unknown,
  { path, kind, key, value }: typeof mutation extends fc.Arbitrary<infer T> ? T : never,
): void {
  let node = root as Record<string | number, unknown>;
  for (const step of path.slice(0, -1)) {
    const inner = node[step];
    if (typeof inner !== "object" || inner === null) return;
    node = inner as Record<string | number, unknown>;
  }
  const last = path.at(-1) ?? "";
  if (kind === "replace") node[last] = value;
  else if (kind === "remove") Reflect.deleteProperty(node, last);
  else if (Array.isArray(node)) node.push(value);
  else {
    const moved = kind === "rename" ? node[last] : value;
    if (kind === "rename") Reflect.deleteProperty(node, last);
    Object.defineProperty(node, key, { value: moved, enumerable: true, configurable: true, writable: true });
  }
}

describe("loading a config never crashes", () => {
  it("whatever is changed in its values and keys", { timeout: LONG }, () => {
    fc.assert(
      fc.property(fc.array(mutation, { minLength: 1, maxLength: 4 }), (mutations) => {
        const value: unknown = parse(text);
        for (const one of mutations) mutate(value, one);
        const { diagnostics, config } = loadValue(value, env);
        // The example as it is uses what is not supported: without a finding something would have been ignored.
        expect(diagnostics.length).toBeGreaterThan(0);
        expect(config).toBeUndefined();
        expect(JSON.stringify(diagnostics)).not.toContain(env.OAUTH_SECRET);
      }),
      { seed: 11, numRuns: RUNS },
    );
  });

  it("whatever is changed in its text", { timeout: LONG }, () => {
    fc.assert(
      fc.property(
        fc.nat(text.length),
        fc.nat(20),
        fc.string({ unit: "binary", maxLength: 6 }),
        (at, length, inserted) => {
          const changed = text.slice(0, at) + inserted + text.slice(at + length);
          const { diagnostics } = load(changed);
          const lines = changed.split(/\r?\n/);
          for (const { line, column, length: marked } of diagnostics) {
            if (line === undefined || column === undefined) continue;
            const whole = lines[line - 1];
            expect(whole).toBeDefined();
            expect(column - 1).toBeLessThanOrEqual(whole?.length ?? 0);
            expect(marked).toBeGreaterThan(0);
          }
        },
      ),
      { seed: 12, numRuns: RUNS },
    );
  });

  it("whatever it is", { timeout: LONG }, () => {
    fc.assert(
      fc.property(
        fc.anything({ maxDepth: 3, withBigInt: true, withDate: true, withMap: true, withSet: true }),
        (value) => {
          const { diagnostics, config } = loadValue(value);
          expect(diagnostics.some(({ severity }) => severity === "error")).toBe(config === undefined);
        },
      ),
      { seed: 13, numRuns: 300 },
    );
  });

  it("on a list with a hole, out of code", () => {
    const routes: unknown[] = [];
    routes[1] = { match: "/a", respond: {} };
    const { diagnostics } = loadValue({ version: 1, routes });
    expect(diagnostics).toMatchObject([{ code: "GW0104", path: "routes[0]", message: "routes[0] is missing" }]);
  });

  it("on keys that JavaScript takes for its own", () => {
    const { diagnostics } = load('version: 1\n__proto__: { a: 1 }\nservices: { __proto__: "http://localhost:4001" }\n');
    expect(diagnostics.map(({ path }) => path)).toEqual(["__proto__", "services.__proto__"]);
  });
});

describe("5,000 routes", () => {
  it("load in less than a second", { timeout: LONG }, () => {
    const routes = Array.from({ length: 5_000 }, (_, i) => ({
      match: `/api/v${i % 50}/things-${i}`,
      service: "users",
    }));
    const big = stringify({ version: 1, services: { users: "http://localhost:4001" }, routes });
    load("version: 1\n");
    const took = leastCost(() => {
      const { config, diagnostics } = load(big);
      expect(diagnostics).toEqual([]);
      expect(config?.routes).toHaveLength(5_000);
    }, 1_000_000);
    expect(took).toBeLessThan(1_000_000);
  });
});
