import fc from "fast-check";

/** Texts that XML, or the rules between it and JSON, might do something to. */
const PECULIAR = [
  "",
  " ",
  "\t\n\r\r\n",
  " x ",
  "true",
  "null",
  "5",
  "-0",
  "007",
  "9.90",
  "1e5",
  "12345678901234567890",
  "]]>",
  "<!DOCTYPE a>",
  "<![CDATA[",
  "&amp;",
  "&#0;",
  "\"'",
  "\u0000",
  "\u0085\u2028",
  "\ud800",
  "\uffff",
  "😀",
  "é",
];

/** Keys that are no names, or mean something to the rules or to JavaScript. */
const PECULIAR_KEYS = [
  "@",
  "@a",
  "@xmlns",
  "@xmlns:p",
  "@p:a",
  "@json-type",
  "@xml:lang",
  "@xmlns:xml",
  "#text",
  "#cdata",
  "p:a",
  "a:b:c",
  ":a",
  "item",
  "root",
  "_x0041_",
  "_x",
  "_x_",
  "a b",
  "1a",
  "xml",
  "__proto__",
  "constructor",
  "toString",
  "größe",
];

const text = fc.oneof(fc.constantFrom(...PECULIAR), fc.string({ unit: "grapheme" }), fc.string({ unit: "binary" }));
const key = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom("a", "b", "c") },
  { weight: 3, arbitrary: fc.constantFrom(...PECULIAR_KEYS, ...PECULIAR) },
  { weight: 1, arbitrary: fc.string({ unit: "binary", maxLength: 4 }) },
);
const number = fc.oneof(
  fc.integer(),
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.constantFrom(0, 2 ** 53, 1e21, 1e-7, 9.9),
);

const { document } = fc.letrec<{ value: unknown; array: unknown; object: unknown; document: unknown }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 5, withCrossShrink: true },
    text,
    number,
    fc.boolean(),
    fc.constant(null),
    tie("array"),
    tie("object"),
  ),
  array: fc.array(tie("value"), { maxLength: 4 }),
  object: fc.array(fc.tuple(key, tie("value")), { maxLength: 5 }).map(fromEntries),
  document: fc.oneof(tie("value"), tie("array"), { weight: 3, arbitrary: tie("object") }),
}));

/** Any JSON document, without -0, which JSON text has no other way to write than 0. */
export const jsonDocuments: fc.Arbitrary<unknown> = document.map((value): unknown => JSON.parse(JSON.stringify(value)));

function fromEntries(entries: readonly (readonly [string, unknown])[]): Record<string, unknown> {
  const object: Record<string, unknown> = {};
  for (const [name, value] of entries) {
    Object.defineProperty(object, name, { value, enumerable: true, configurable: true, writable: true });
  }
  return object;
}

/** The same whatever order members stand in: JSON does not know any. */
export function canonical(value: unknown): string {
  return JSON.stringify(value, (_, part: unknown) => {
    if (typeof part !== "object" || part === null || Array.isArray(part)) return part;
    return Object.entries(part).sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
  });
}
