import type { DocumentSet } from "../documents/document-set.ts";
import { childPointer, isMapping, member } from "../documents/json-pointer.ts";
import type { LocatedSchema } from "./schema-bundle.ts";

/** Which way a value goes: from the client, or to it. */
export type Direction = "request" | "response";

const DEEPEST = 8;

/**
 * Names of the properties that a value must not have when it is sent in this direction: `readOnly` ones in requests,
 * `writeOnly` ones in responses. Those of `allOf` count, behind references, too: what one part requires, another may mark.
 *
 * Source: OpenAPI 3.0.3, "Schema Object": a required property that is read-only is required in responses only, and should
 * not be sent in requests. A gateway that let it pass would let clients set what is not theirs to set.
 */
export function markedProperties(schema: LocatedSchema, direction: Direction, documents: DocumentSet): string[] {
  const mark = direction === "request" ? "readOnly" : "writeOnly";
  const names: string[] = [];
  const visit = (at: LocatedSchema, depth: number): void => {
    if (depth > DEEPEST || !isMapping(at.value)) return;
    const properties = member(at.value, "properties");
    for (const [name, value] of Object.entries(isMapping(properties) ? properties : {})) {
      const pointer = childPointer(childPointer(at.pointer, "properties"), name);
      if (isMarked({ ...at, value, pointer }, mark, documents)) names.push(name);
    }
    const parts = member(at.value, "allOf");
    if (!Array.isArray(parts)) return;
    parts.forEach((value: unknown, i) => {
      const part = target({ ...at, value, pointer: childPointer(childPointer(at.pointer, "allOf"), i) }, documents);
      if (part !== undefined) visit(part, depth + 1);
    });
  };
  visit(schema, 0);
  return names;
}

function isMarked(property: LocatedSchema, mark: "readOnly" | "writeOnly", documents: DocumentSet): boolean {
  if (member(property.value, mark) === true) return true;
  return (
    typeof member(property.value, "$ref") === "string" && member(target(property, documents)?.value, mark) === true
  );
}

/** What a reference leads to, one step; the schema itself where it is none. */
function target(at: LocatedSchema, documents: DocumentSet): LocatedSchema | undefined {
  const reference = member(at.value, "$ref");
  if (typeof reference !== "string") return at;
  const found = documents.resolve(reference, { ...at, pointer: childPointer(at.pointer, "$ref") });
  return found && { ...found, dialect: at.dialect };
}
