import type { Mapping } from "../documents/json-pointer.ts";

/** The rules that a schema was written by. All are turned into 2020-12. */
export type Dialect = "2020-12" | "2019-09" | "draft-07" | "draft-04" | "openapi-3.1" | "openapi-3.0";

const BY_ADDRESS: readonly (readonly [RegExp, Dialect])[] = [
  [/^https?:\/\/json-schema\.org\/draft\/2020-12\/schema#?$/, "2020-12"],
  [/^https?:\/\/json-schema\.org\/draft\/2019-09\/schema#?$/, "2019-09"],
  [/^https?:\/\/json-schema\.org\/draft-0[67]\/schema#?$/, "draft-07"],
  [/^https?:\/\/json-schema\.org\/draft-04\/schema#?$/, "draft-04"],
  [/^https?:\/\/spec\.openapis\.org\/oas\/3\.1\//, "openapi-3.1"],
];

/** The dialect that a `$schema` names; `undefined` if it is none of those that are known. */
export function dialectOf(address: string): Dialect | undefined {
  return BY_ADDRESS.find(([pattern]) => pattern.test(address))?.[1];
}

/**
 * A schema object in the words of 2020-12; schemas inside it stay as they are. Sources: JSON Schema 2020-12, appendix "ChangeLog", and
 * those of the drafts before; OpenAPI 3.0.3, "Schema Object".
 */
export function modernize(schema: Mapping, dialect: Dialect): Mapping {
  if (dialect === "2020-12" || dialect === "openapi-3.1") return schema;
  // Up to draft 7, and in OpenAPI 3.0, a reference stands for the whole object.
  if (dialect !== "2019-09" && typeof schema["$ref"] === "string") return { $ref: schema["$ref"] };
  let modern: Record<string, unknown> = { ...schema };
  if (dialect === "draft-04" || dialect === "openapi-3.0") modern = withNumericLimits(modern);
  if (dialect === "openapi-3.0") return withNull(modern);
  return withDependencies(withTuples(modern));
}

/** `minimum: 3, exclusiveMinimum: true` → `exclusiveMinimum: 3`. */
function withNumericLimits(schema: Record<string, unknown>): Record<string, unknown> {
  for (const [limit, exclusive] of [
    ["minimum", "exclusiveMinimum"],
    ["maximum", "exclusiveMaximum"],
  ] as const) {
    if (typeof schema[exclusive] !== "boolean") continue;
    const isExclusive = schema[exclusive] && schema[limit] !== undefined;
    if (isExclusive) schema[exclusive] = schema[limit];
    else delete schema[exclusive];
    if (isExclusive) delete schema[limit];
  }
  return schema;
}

/**
 * `nullable: true`. Beside `enum`, null counts as one of the values; without `type`, as beside `allOf`, the whole may be
 * null: OpenAPI 3.0.3 says otherwise of both, and hardly any document means it.
 */
function withNull(schema: Record<string, unknown>): Mapping {
  const { nullable, ...rest } = schema;
  if (nullable !== true) return rest;
  if (typeof rest["type"] !== "string") {
    return Object.keys(rest).some((key) => APPLY.has(key)) ? { anyOf: [{ enum: [null] }, rest] } : rest;
  }
  const { enum: values } = rest;
  const withEnum = Array.isArray(values) && !values.includes(null) ? { enum: [...values, null] } : {};
  // Of a type with subschemas that would refuse null, null is apart.
  if (["allOf", "anyOf", "oneOf", "not"].some((key) => rest[key] !== undefined)) {
    return { anyOf: [{ enum: [null] }, rest] };
  }
  return { ...rest, type: [rest["type"], "null"], ...withEnum };
}

const APPLY = new Set(["allOf", "anyOf", "oneOf", "not", "enum"]);

/** `items: [...]` and `additionalItems` → `prefixItems` and `items`. */
function withTuples(schema: Record<string, unknown>): Record<string, unknown> {
  const { additionalItems, ...rest } = schema;
  if (!Array.isArray(rest["items"])) return rest;
  const { items, ...others } = rest;
  return { ...others, prefixItems: items, ...(additionalItems === undefined ? {} : { items: additionalItems }) };
}

/** `dependencies` → `dependentRequired` and `dependentSchemas`. */
function withDependencies(schema: Record<string, unknown>): Mapping {
  const { dependencies, ...rest } = schema;
  if (typeof dependencies !== "object" || dependencies === null) return rest;
  const entries = Object.entries(dependencies);
  return {
    ...rest,
    dependentRequired: Object.fromEntries(entries.filter(([, value]) => Array.isArray(value))),
    dependentSchemas: Object.fromEntries(entries.filter(([, value]) => !Array.isArray(value))),
  };
}
