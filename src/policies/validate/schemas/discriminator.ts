import type { DocumentSet } from "../documents/document-set.ts";
import { isMapping, type Mapping, member } from "../documents/json-pointer.ts";
import type { LocatedSchema } from "./schema-bundle.ts";

/** Makes the schemas that stand for `oneOf` with a discriminator; `refer` makes a reference to a branch. */
type Discriminated = (refer: (target: LocatedSchema) => Mapping) => Mapping[];

/**
 * `oneOf`, or `anyOf`, of references beside a `discriminator` that names a property: the value of that property says which
 * branch applies, so that faults are those of that branch and not of all. `undefined` where there is none, or the branches are
 * no references: then the keywords stand for themselves.
 *
 * Source: OpenAPI 3.0.3 and 3.1.1, "Discriminator Object": a branch goes by the last part of its reference, and by its
 * names in `mapping`.
 */
export function discriminate(
  modern: Mapping,
  schema: LocatedSchema,
  documents: DocumentSet,
): Discriminated | undefined {
  if (!schema.dialect.startsWith("openapi")) return undefined;
  const name = member(member(modern, "discriminator"), "propertyName");
  const branches = member(modern, "oneOf") ?? member(modern, "anyOf");
  if (typeof name !== "string" || !Array.isArray(branches)) return undefined;
  const references = branches.map((branch: unknown) => member(branch, "$ref"));
  if (references.length === 0 || !references.every((one) => typeof one === "string")) return undefined;
  const targets = targetsByName(references, member(member(modern, "discriminator"), "mapping"), schema, documents);
  const values = [...targets.keys()];
  return (refer) => [
    { type: "object", required: [name], properties: { [name]: { enum: values } } },
    ...values.map((value) => ({
      if: { type: "object", required: [name], properties: { [name]: { const: value } } },
      // eslint-disable-next-line unicorn/no-thenable -- It is a keyword of JSON Schema; nobody awaits a schema.
      then: refer(targets.get(value) as LocatedSchema),
    })),
  ];
}

function targetsByName(
  references: readonly string[],
  mapping: unknown,
  schema: LocatedSchema,
  documents: DocumentSet,
): Map<string, LocatedSchema> {
  const targets = new Map<string, LocatedSchema>();
  const take = (name: string, reference: string): void => {
    const found = documents.resolve(reference, schema);
    if (found !== undefined) targets.set(name, { ...found, dialect: schema.dialect });
  };
  for (const reference of references) take(lastPart(reference), reference);
  for (const [name, value] of Object.entries(isMapping(mapping) ? mapping : {})) {
    if (typeof value !== "string") continue;
    const named = references.find((reference) => reference === value || lastPart(reference) === value);
    take(name, named ?? value);
  }
  return targets;
}

function lastPart(reference: string): string {
  return (reference.split(/[/#]/).at(-1) ?? reference).replace(/\.(?:ya?ml|json)$/, "");
}
