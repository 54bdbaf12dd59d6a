import type { z } from "zod";
import type { ConfigPath } from "./config-path.ts";

/** The parts of Zod's definitions that hold other schemas. */
interface Definition {
  readonly type: string;
  readonly shape?: Readonly<Record<string, z.core.$ZodType>>;
  readonly options?: readonly z.core.$ZodType[];
  readonly element?: z.core.$ZodType;
  readonly valueType?: z.core.$ZodType;
  readonly innerType?: z.core.$ZodType;
  readonly in?: z.core.$ZodType;
  readonly getter?: () => z.core.$ZodType;
}

function definitionOf(schema: z.core.$ZodType): Definition {
  return schema._zod.def;
}

/** The schemas that decide what a value may look like: wrappers and transforms taken off, unions opened. */
function forms(schema: z.core.$ZodType): z.core.$ZodType[] {
  const { type, options, innerType, in: input, getter } = definitionOf(schema);
  if (type === "union") return (options ?? []).flatMap(forms);
  if (type === "pipe" && input !== undefined) return forms(input);
  if (type === "lazy" && getter !== undefined) return forms(getter());
  return innerType === undefined ? [schema] : forms(innerType);
}

/** Every schema that a value at `path` could be checked by. */
export function schemasAt(root: z.core.$ZodType, path: ConfigPath): z.core.$ZodType[] {
  let schemas = forms(root);
  for (const step of path) {
    schemas = schemas.flatMap((schema) => {
      const { shape, element, valueType } = definitionOf(schema);
      const inner = typeof step === "number" ? element : (shape?.[step] ?? valueType);
      return inner === undefined ? [] : forms(inner);
    });
  }
  return schemas;
}

/** The keys that a mapping at `path` may have; none where names are free. */
export function keysAt(root: z.core.$ZodType, path: ConfigPath): string[] {
  const keys = schemasAt(root, path).flatMap((schema) => Object.keys(definitionOf(schema).shape ?? {}));
  return [...new Set(keys)];
}

/** Places where `key` is part of the vocabulary, as in `services.<name>.retry`; "" is the top. */
export function placesOf(root: z.core.$ZodType, key: string): string[] {
  const places = new Set<string>();
  const visit = (schema: z.core.$ZodType, place: string): void => {
    for (const form of forms(schema)) {
      const { shape, element, valueType } = definitionOf(form);
      if (shape !== undefined) {
        if (Object.hasOwn(shape, key)) places.add(place);
        for (const [name, inner] of Object.entries(shape)) visit(inner, place === "" ? name : `${place}.${name}`);
      }
      if (element !== undefined) visit(element, `${place}[]`);
      if (valueType !== undefined) visit(valueType, `${place}.<name>`);
    }
  };
  visit(root, "");
  return [...places];
}
