/** Keywords whose value is a schema. */
export const ONE_SCHEMA = new Set([
  "additionalProperties",
  "contains",
  "else",
  "if",
  "items",
  "not",
  "propertyNames",
  "then",
  "unevaluatedItems",
  "unevaluatedProperties",
]);

/** Keywords whose value is a list of schemas. */
export const SCHEMA_LISTS = new Set(["allOf", "anyOf", "oneOf", "prefixItems"]);

/** Keywords whose value is a mapping to schemas. */
export const SCHEMA_MAPS = new Set(["dependentSchemas", "patternProperties", "properties"]);

/** Keywords whose schemas apply to the same value. */
export const IN_PLACE = new Set(["allOf", "anyOf", "oneOf", "if", "then", "else", "dependentSchemas"]);

/** Keywords that are taken as they are. */
export const ASSERTIONS = new Set([
  "const",
  "dependentRequired",
  "enum",
  "exclusiveMaximum",
  "exclusiveMinimum",
  "format",
  "maxContains",
  "maxItems",
  "maxLength",
  "maxProperties",
  "maximum",
  "minContains",
  "minItems",
  "minLength",
  "minProperties",
  "minimum",
  "multipleOf",
  "pattern",
  "required",
  "type",
  "uniqueItems",
]);

/** Keywords that say nothing about values, or that were taken care of. */
export const ANNOTATIONS = new Set([
  "$anchor",
  "$comment",
  "$defs",
  "$dynamicAnchor",
  "$id",
  "$recursiveAnchor",
  "$schema",
  "$vocabulary",
  "contentEncoding",
  "contentMediaType",
  "contentSchema",
  "default",
  "definitions",
  "deprecated",
  "description",
  "discriminator",
  "example",
  "examples",
  "externalDocs",
  "id",
  "readOnly",
  "title",
  "writeOnly",
  "xml",
]);

export const REFERENCES = new Set(["$ref", "$dynamicRef", "$recursiveRef"]);

/** All that JSON Schema and OpenAPI know. */
export const KNOWN: readonly string[] = [
  ...ONE_SCHEMA,
  ...SCHEMA_LISTS,
  ...SCHEMA_MAPS,
  ...ASSERTIONS,
  ...ANNOTATIONS,
  ...REFERENCES,
  "dependencies",
  "additionalItems",
  "nullable",
];

/** Keywords of ours alone, of properties that must not be sent in a direction. */
export const UNSENT = { request: "x-gateway-read-only", response: "x-gateway-write-only" } as const;
