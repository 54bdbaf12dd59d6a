import { Ajv2020 } from "ajv/dist/2020.js";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { loadContract } from "../../../../src/policies/validate/contract.ts";
import { validateSchema } from "../../../../src/policies/validate/schema.ts";
import { tempDir, writeFiles } from "../../../helpers/temp-dir.ts";

const NAMES = fc.constantFrom("a", "b", "c/d", "e~f");
/** As JSON makes them: with a prototype. */
const asJson = (value: unknown): unknown => JSON.parse(JSON.stringify(value)) as unknown;
const VALUES = fc
  .letrec<{ value: unknown }>((tie) => ({
    value: fc.oneof(
      { depthSize: "small", withCrossShrink: true },
      fc.constantFrom<unknown>(null, true, false, 0, 1, 2, 2.5, -1, "", "a", "ab", "b"),
      fc.array(tie("value"), { maxLength: 3 }),
      fc.dictionary(NAMES, tie("value"), { maxKeys: 3 }),
    ),
  }))
  .value.map(asJson);
const TYPE = fc.constantFrom("string", "number", "integer", "object", "array", "boolean", "null");

/** Schemas of 2020-12 with every keyword that applies others, and references to four of them. */
const SCHEMAS = fc.letrec<{ schema: unknown }>((tie) => {
  const schema = tie("schema");
  const list = fc.array(schema, { minLength: 1, maxLength: 3 });
  const map = fc.dictionary(NAMES, schema, { maxKeys: 2 });
  return {
    schema: fc.oneof(
      { depthSize: "small", withCrossShrink: true },
      fc.record({ type: TYPE }),
      fc.boolean(),
      fc.record({ $ref: fc.constantFrom("#/$defs/0", "#/$defs/1", "#/$defs/2", "#/$defs/3") }),
      fc.record(
        {
          type: fc.oneof(TYPE, fc.uniqueArray(TYPE, { minLength: 1, maxLength: 3 })),
          enum: fc.uniqueArray(VALUES, { minLength: 1, maxLength: 3, selector: (value) => JSON.stringify(value) }),
          const: VALUES,
          minimum: fc.constantFrom(0, 1),
          exclusiveMaximum: fc.constantFrom(2, 3),
          minLength: fc.constantFrom(1, 2),
          pattern: fc.constantFrom("^a", "b$", "\\-"),
          minItems: fc.constantFrom(1, 2),
          uniqueItems: fc.boolean(),
          maxProperties: fc.constantFrom(1, 2),
          required: fc.uniqueArray(NAMES, { maxLength: 2 }),
          properties: map,
          patternProperties: fc.dictionary(fc.constantFrom("^a", "b"), schema, { maxKeys: 1 }),
          additionalProperties: schema,
          unevaluatedProperties: schema,
          propertyNames: schema,
          dependentRequired: fc.dictionary(NAMES, fc.uniqueArray(NAMES, { maxLength: 2 }), { maxKeys: 1 }),
          dependentSchemas: map,
          items: schema,
          prefixItems: list,
          unevaluatedItems: schema,
          contains: schema,
          allOf: list,
          anyOf: list,
          oneOf: list,
          not: schema,
          if: schema,
          // eslint-disable-next-line unicorn/no-thenable -- It is a keyword of JSON Schema.
          then: schema,
          else: schema,
        },
        { requiredKeys: [] },
      ),
    ),
  };
}).schema;

/** References that lead straight back are no schema: nobody could say what they mean. */
function leadsStraightBack(definitions: Readonly<Record<string, unknown>>): boolean {
  const applied = (schema: unknown): number[] => {
    if (typeof schema !== "object" || schema === null) return [];
    return Object.entries(schema).flatMap(([key, part]: [string, unknown]) => {
      if (key === "$ref") return [Number(String(part).at(-1))];
      if (key === "allOf" || key === "anyOf" || key === "oneOf") return (part as unknown[]).flatMap(applied);
      if (key === "dependentSchemas") return Object.values(part as object).flatMap(applied);
      return ["not", "if", "then", "else"].includes(key) ? applied(part) : [];
    });
  };
  const visit = (index: number, path: readonly number[]): boolean =>
    path.includes(index) || applied(definitions[index]).some((next) => visit(next, [...path, index]));
  return Object.keys(definitions).some((index) => visit(Number(index), []));
}

describe("schemas as they are copied", () => {
  it("mean what they meant, in one file and in several", () => {
    const folder = tempDir();
    const both = { passed: 0, refused: 0 };
    fc.assert(
      fc.property(
        fc.tuple(SCHEMAS, SCHEMAS, SCHEMAS, SCHEMAS),
        fc.array(VALUES, { minLength: 5, maxLength: 8 }),
        (parts, values) => {
          const $defs = Object.fromEntries(parts.entries());
          fc.pre(!leadsStraightBack($defs));
          const schema = { $defs, $ref: "#/$defs/0" };
          const validate = new Ajv2020({
            strict: false,
            validateSchema: false,
            logger: false,
            ownProperties: true,
            strictNumbers: true,
            unicodeRegExp: false,
          }).compile(schema);
          const elsewhere = JSON.parse(JSON.stringify($defs).replaceAll('"#/$defs/', '"part.json#/$defs/')) as object;
          writeFiles(folder, { "part.json": JSON.stringify({ $defs: elsewhere }) });
          for (const body of [schema, { $ref: "part.json#/$defs/0" }]) {
            const { contract, faults } = loadContract(validateSchema.parse({ body }), folder);
            expect(faults).toEqual([]);
            for (const value of values) {
              const found = contract?.validators.check(contract.schemas.body?.id ?? "", {
                value,
                nodes: 1,
                length: 10,
              });
              const passes = validate(value);
              both[passes ? "passed" : "refused"]++;
              expect([value, found === undefined]).toEqual([value, passes]);
              // Whoever is refused is told why, at a place of what was sent or of what is missing there.
              if (found !== undefined) expect(found.length).toBeGreaterThan(0);
            }
          }
        },
      ),
      { seed: 12, numRuns: 60 },
    );
    // Both happen often, or this would show nothing.
    expect(Math.min(both.passed, both.refused)).toBeGreaterThan(100);
  }, 60_000);
});
