import type { ValidateFunction } from "ajv";
import type { Ajv2020 } from "ajv/dist/2020.js";
import type { SchemaBundle, SchemaId } from "./schema-bundle.ts";

/**
 * The validator of a schema, compiled with all that it refers to unless that has been done.
 *
 * Left to itself, the library compiles what a schema refers to while it compiles the schema, and overflows the stack where
 * a few hundred refer to each other in a chain, as in the documents of large APIs. So each is compiled by itself, with all
 * others said to be under way: of those it takes the validator when it is called.
 */
export function compileClosure(ajv: Ajv2020, bundle: SchemaBundle, id: SchemaId): ValidateFunction {
  const known = ajv.schemas[id]?.validate;
  if (known !== undefined) return known as ValidateFunction;
  const closure = [...bundle.closureOf(id)];
  for (const one of closure) {
    const schema = bundle.schemas.get(one);
    if (schema !== undefined && ajv.schemas[one] === undefined) ajv.addSchema(schema);
  }
  const { _compilations: underWay, schemas } = ajv;
  const missing = closure.flatMap((one) => schemas[one] ?? []).filter(({ validate }) => validate === undefined);
  try {
    for (const environment of missing) underWay.add(environment);
    for (const environment of missing) {
      underWay.delete(environment);
      ajv.getSchema(environment.baseId);
    }
  } finally {
    for (const environment of missing) underWay.delete(environment);
  }
  return ajv.getSchema(id) as ValidateFunction;
}
