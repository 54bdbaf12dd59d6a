import type { DocumentSet, Located } from "../documents/document-set.ts";
import { childPointer, isMapping, type Mapping, member } from "../documents/json-pointer.ts";
import type { Dialect } from "../schemas/dialect.ts";
import type { Direction } from "../schemas/marked-properties.ts";
import type { SchemaBundle } from "../schemas/schema-bundle.ts";
import { Shape } from "../schemas/shape.ts";
import type { UsableSchema } from "./operation.ts";

/** A part of an OpenAPI document. */
export type Part = Located;

/** What the readers of an OpenAPI document's parts have in common. */
export class OpenApiReader {
  readonly documents: DocumentSet;
  private readonly bundle: SchemaBundle;
  private readonly dialect: Dialect;

  constructor(documents: DocumentSet, bundle: SchemaBundle, dialect: Dialect) {
    this.documents = documents;
    this.bundle = bundle;
    this.dialect = dialect;
  }

  /** Says that a part has not the form that it must have. */
  invalid(at: Part, message: string): undefined {
    return this.documents.fault("GW0143", at, message);
  }

  /** A part that has to be a mapping, references followed. */
  mapping(at: Part, what: string): (Part & { readonly value: Mapping }) | undefined {
    const part = this.documents.follow(at);
    if (part === undefined) return undefined;
    if (!isMapping(part.value)) return this.invalid(part, `is not ${what}: not a mapping`);
    return part as Part & { readonly value: Mapping };
  }

  /** A member of a mapping; `undefined` if it is not there. */
  childOf(part: Part, key: string): Part | undefined {
    const value = member(part.value, key);
    return value === undefined ? undefined : { ...part, value, pointer: childPointer(part.pointer, key) };
  }

  /** The members of a mapping that is a member; none if it is not there. */
  childrenOf(part: Part, key: string): (readonly [name: string, part: Part])[] {
    const map = this.childOf(part, key);
    if (map === undefined) return [];
    if (!isMapping(map.value)) {
      this.invalid(map, "is not a mapping");
      return [];
    }
    return Object.entries(map.value).map(([name, value]) => [
      name,
      { ...map, value, pointer: childPointer(map.pointer, name) },
    ]);
  }

  schema(at: Part, direction: Direction): UsableSchema {
    const id = this.bundle.add({ ...at, dialect: this.dialect }, direction);
    return { id, shape: new Shape(this.bundle.schemas, [{ $ref: id }]) };
  }
}
