import { isMapping, type Mapping, member } from "../documents/json-pointer.ts";
import type { SchemaId } from "./schema-bundle.ts";

const DEEPEST = 16;

/**
 * What a schema says of the types of a value and its parts: texts of parameters and forms are read by it. Of
 * alternatives, all count.
 */
export class Shape {
  /** "integer", "array" …; empty: any. */
  readonly types: ReadonlySet<string>;
  private readonly schemas: ReadonlyMap<SchemaId, Mapping>;
  private readonly parts: readonly Mapping[];
  private itemShape: Shape | undefined;
  private readonly memberShapes = new Map<string, Shape | undefined>();

  constructor(schemas: ReadonlyMap<SchemaId, Mapping>, roots: readonly unknown[]) {
    this.schemas = schemas;
    this.parts = flatten(roots, schemas);
    this.types = new Set(this.parts.flatMap(typesOf));
  }

  is(type: string): boolean {
    return this.types.has(type);
  }

  /** Of a list's items. */
  get items(): Shape {
    const inside = this.parts.flatMap((part) => [part["items"], ...listOf(part["prefixItems"])]);
    this.itemShape ??= new Shape(this.schemas, inside);
    return this.itemShape;
  }

  /** The names that the schema gives to members. */
  get names(): readonly string[] {
    const named = this.parts.flatMap((part) => [
      ...Object.keys(isMapping(part["properties"]) ? part["properties"] : {}),
      ...listOf(part["required"]).filter((name) => typeof name === "string"),
    ]);
    return [...new Set(named)];
  }

  /** Whether members that it does not name may be there, with a schema of their own. */
  get describesOthers(): boolean {
    return this.parts.some((part) => isMapping(part["additionalProperties"]) || isMapping(part["patternProperties"]));
  }

  /** Of a member; of one without a name, what others may be. */
  member(name: string): Shape {
    let shape = this.memberShapes.get(name);
    if (shape === undefined) {
      const own = this.parts.map((part) => member(part["properties"], name)).filter((one) => one !== undefined);
      const others = this.parts.map((part) => part["additionalProperties"]);
      shape = new Shape(this.schemas, own.length > 0 ? own : others);
      // Names that the schema does not have come from clients: they must not fill the memory.
      if (own.length > 0) this.memberShapes.set(name, shape);
    }
    return shape;
  }
}

/** The schemas that apply to one value: references followed, alternatives side by side. */
function flatten(roots: readonly unknown[], schemas: ReadonlyMap<SchemaId, Mapping>): Mapping[] {
  const found = new Set<Mapping>();
  const visit = (schema: unknown, depth: number): void => {
    if (!isMapping(schema) || found.has(schema) || depth > DEEPEST) return;
    found.add(schema);
    const reference = schema["$ref"];
    if (typeof reference === "string") visit(schemas.get(reference), depth + 1);
    for (const key of ["allOf", "anyOf", "oneOf"]) for (const one of listOf(schema[key])) visit(one, depth + 1);
    for (const key of ["then", "else"]) visit(schema[key], depth + 1);
  };
  for (const root of roots) visit(root, 0);
  return [...found];
}

function typesOf(schema: Mapping): string[] {
  const { type, enum: values, const: only } = schema as { type?: unknown; enum?: unknown; const?: unknown };
  if (type !== undefined) return listOf(type).filter((one) => typeof one === "string");
  if ("properties" in schema || "required" in schema) return ["object"];
  if ("items" in schema || "prefixItems" in schema) return ["array"];
  return [...listOf(values), ...(only === undefined ? [] : [only])].map(typeOf);
}

function typeOf(value: unknown): string {
  if (value === null) return "null";
  if (Array.isArray(value)) return "array";
  return typeof value;
}

function listOf(value: unknown): unknown[] {
  return Array.isArray(value) ? value : value === undefined ? [] : [value];
}
