import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { renderJsonSchema } from "../../src/config/json-schema.ts";

interface Schema {
  readonly $ref?: string;
  readonly $defs?: Readonly<Record<string, Schema>>;
  readonly description?: string;
  readonly type?: string;
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly pattern?: string;
  readonly anyOf?: readonly Schema[];
  readonly oneOf?: readonly Schema[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: Schema | false;
  readonly items?: Schema;
}

const text = renderJsonSchema();
const root = JSON.parse(text) as Schema;
const read = (path: string): string => readFileSync(new URL(path, import.meta.url), "utf8");

function resolve(schema: Schema): Schema {
  const name = schema.$ref?.replace("#/$defs/", "");
  if (name === undefined) return schema;
  const target = root.$defs?.[name];
  if (target === undefined) throw new Error(`${schema.$ref} leads nowhere`);
  return target;
}

/** Enough of a validator for what the schema uses; the complaint that goes deepest, or `undefined`. */
function complaint(schema: Schema, value: unknown, path = ""): string | undefined {
  const { anyOf, oneOf, ...own } = resolve(schema);
  const branches = anyOf ?? oneOf;
  if (branches !== undefined) {
    const complaints = branches.map((branch) => complaint(branch, value, path));
    return complaints.includes(undefined)
      ? undefined
      : (complaints as string[]).reduce((a, b) => (b.length > a.length ? b : a));
  }
  if (own.const !== undefined && own.const !== value) return `${path}: not ${JSON.stringify(own.const)}`;
  if (own.enum !== undefined && !own.enum.includes(value)) return `${path}: not one of ${own.enum.join()}`;
  if (own.type !== undefined && !isOfType(own.type, value)) return `${path}: not of type ${own.type}`;
  if (own.pattern !== undefined && !new RegExp(own.pattern, "u").test(String(value)))
    return `${path}: not ${own.pattern}`;
  if (Array.isArray(value))
    return firstOf(value.map((item, i) => own.items && complaint(own.items, item, `${path}[${i}]`)));
  if (typeof value !== "object" || value === null) return undefined;
  const missing = own.required?.find((key) => !(key in value));
  if (missing !== undefined) return `${path}: ${missing} is missing`;
  return firstOf(
    Object.entries(value).map(([key, item]) => {
      const inner = own.properties?.[key] ?? own.additionalProperties;
      if (inner === false) return `${path}.${key}: unknown`;
      return inner && complaint(inner, item, `${path}.${key}`);
    }),
  );
}

function firstOf(complaints: readonly (string | undefined)[]): string | undefined {
  return complaints.find((one) => one !== undefined);
}

function isOfType(type: string, value: unknown): boolean {
  if (type === "array") return Array.isArray(value);
  if (type === "object") return typeof value === "object" && value !== null && !Array.isArray(value);
  return type === "integer" ? Number.isInteger(value) : typeof value === type;
}

function everySchema(schema: Schema, path: string, visit: (schema: Schema, path: string) => void): void {
  visit(schema, path);
  const inner: [string, Schema][] = [
    ...Object.entries(schema.properties ?? {}).map(([key, one]): [string, Schema] => [`${path}.${key}`, one]),
    ...Object.entries(schema.$defs ?? {}).map(([key, one]): [string, Schema] => [`$defs.${key}`, one]),
    ...[...(schema.anyOf ?? []), ...(schema.oneOf ?? [])].map((one): [string, Schema] => [path, one]),
    ...(schema.items ? [[`${path}[]`, schema.items] as [string, Schema]] : []),
    ...(schema.additionalProperties ? [[`${path}.*`, schema.additionalProperties] as [string, Schema]] : []),
  ];
  for (const [at, one] of inner) everySchema(one, at, visit);
}

describe("the JSON Schema", () => {
  it("is the one that is committed; if not, `npm run generate` makes it so", () => {
    expect(read("../../src/config/gateway.schema.json")).toBe(text);
  });

  it("takes the whole vocabulary", () => {
    expect(complaint(root, parse(read("../fixtures/config/whole-vocabulary.yaml")))).toBeUndefined();
  });

  it.each<[name: string, config: object]>([
    ["the smallest file", { version: 1, services: { a: ["http://a:1"] }, routes: [{ match: "/a", service: "a" }] }],
    [
      "placeholders",
      { version: 1, listeners: [{ http: "${PORT}" }], limits: { connections: "${N:-1}", bodyBytes: "${S}" } },
    ],
    ["its own key", { $schema: "./gateway.schema.json", version: 1 }],
  ])("takes %s", (_name, config) => {
    expect(complaint(root, config)).toBeUndefined();
  });

  it.each<[config: object, complaint: RegExp]>([
    [{}, /version is missing/],
    [{ version: 1, servcies: {} }, /servcies: unknown/],
    [{ version: 1, limits: { headerTimeout: "10 sec" } }, /headerTimeout/],
    [{ version: 1, limits: { connections: "many" } }, /connections/],
    [{ version: 1, services: { a: { endpoints: ["http://a"], algorithm: "least-con" } } }, /algorithm/],
    [{ version: 1, routes: [{ match: "/a", policies: { rateLimit: { limit: 1, window: "1m", by: "me" } } }] }, /by/],
  ])("refuses %j", (config, expected) => {
    expect(complaint(root, config)).toMatch(expected);
  });

  it("describes every key", () => {
    const silent: string[] = [];
    everySchema(root, "", ({ properties }, path) => {
      for (const [key, one] of Object.entries(properties ?? {})) {
        if (one.description === undefined && resolve(one).description === undefined) silent.push(`${path}.${key}`);
      }
    });
    expect(silent).toEqual([]);
  });

  it("has no reference that leads nowhere, and no word that validators do not know", () => {
    everySchema(root, "", (schema) => expect(() => resolve(schema)).not.toThrow());
    expect([...text.matchAll(/"format": "([^"]+)"/g)].map((match) => match[1]).filter((one) => one !== "date")).toEqual(
      [],
    );
  });
});
