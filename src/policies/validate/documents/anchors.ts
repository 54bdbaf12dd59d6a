import { childPointer, isMapping } from "./json-pointer.ts";

const DEEPEST = 100;

/** The file and the fragment of a reference, decoded. */
export function withoutFragment(reference: string): { file: string; fragment: string } {
  const mark = reference.indexOf("#");
  if (mark < 0) return { file: decode(reference), fragment: "" };
  return { file: decode(reference.slice(0, mark)), fragment: decode(reference.slice(mark + 1)) };
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/**
 * The pointer to the schema that has this anchor. `$id: "#name"` is what anchors were up to draft 7.
 * Source: JSON Schema 2020-12, core, section 8.2.2.
 */
export function findAnchor(root: unknown, name: string): string | undefined {
  const search = (value: unknown, pointer: string, depth: number): string | undefined => {
    if (typeof value !== "object" || value === null || depth > DEEPEST) return undefined;
    if (isMapping(value) && isNamed(value, name)) return pointer;
    for (const [key, inner] of Object.entries(value)) {
      const found = search(inner, childPointer(pointer, key), depth + 1);
      if (found !== undefined) return found;
    }
    return undefined;
  };
  return search(root, "", 0);
}

function isNamed(value: Readonly<Record<string, unknown>>, name: string): boolean {
  return value["$anchor"] === name || value["$dynamicAnchor"] === name || value["$id"] === `#${name}`;
}
