import type { Content, Encoding, UsableSchema } from "../openapi/operation.ts";
import type { SchemaFault } from "../schemas/schema-fault.ts";
import type { Shape } from "../schemas/shape.ts";
import type { Validators } from "../schemas/validators.ts";
import { coerceText, setMember } from "../values/coerce.ts";
import { decodeFormText, type Pair, readPairs } from "../values/form-pairs.ts";
import type { BodyKind } from "../values/media-type.ts";
import { membersOf, type ParameterValue, readFormParameter, REPEATED, UNREADABLE } from "../values/parameter.ts";
import { decodeUtf8, type Read, readJson, readJsonText } from "../values/strict-json.ts";
import { childPointer } from "../documents/json-pointer.ts";
import { sizeOf } from "./check-parameters.ts";

/** How a body is to be read, and what it has to be. */
export interface BodyReading {
  readonly kind: Exclude<BodyKind, "opaque">;
  readonly schema: UsableSchema;
  readonly encodings: Content["encodings"];
  readonly maxDepth: number;
}

/** What is wrong with a body that was decoded; none if nothing is. */
export function checkBytes(bytes: Uint8Array, reading: BodyReading, validators: Validators): readonly SchemaFault[] {
  const read = readBytes(bytes, reading);
  if (read.fault !== undefined) return [read.fault];
  return validators.check(reading.schema.id, read) ?? [];
}

function readBytes(bytes: Uint8Array, { kind, schema, encodings, maxDepth }: BodyReading): Read {
  if (kind === "json") return readJson(bytes, maxDepth);
  const text = decodeUtf8(bytes);
  if (text === undefined) return fault("", "is not UTF-8", "encoding");
  if (kind === "form") return readForm(text, schema.shape, encodings, maxDepth);
  return { value: coerceText(text, schema.shape), nodes: 1, length: text.length };
}

/** A form as the object that its schema describes. Source: OpenAPI 3.0.3 and 3.1.1, "Encoding Object". */
function readForm(text: string, shape: Shape, encodings: Content["encodings"], maxDepth: number): Read {
  const pairs = readPairs(text);
  if (!Array.isArray(pairs)) return { fault: { pointer: "", ...pairs } };
  const value: Record<string, unknown> = {};
  const named = new Set(shape.names);
  const { own, others } = partByName(pairs, named);
  for (const name of named) {
    const encoding = encodings.get(name);
    // Only an object whose members stand for themselves is spread over other names.
    const concerned = encoding?.style === "form" && encoding.explode ? pairs : (own.get(name) ?? []);
    const read = readMember(name, shape.member(name), concerned, encoding, maxDepth);
    if (read === undefined) continue;
    if (read === UNREADABLE) return fault(childPointer("", name), "cannot be decoded", "encoding");
    if (read === REPEATED) return fault(childPointer("", name), "is given more than once", "unique");
    setMember(value, name, read.value);
  }
  const rest = membersOf(others, shape);
  if (rest === UNREADABLE) return fault("", "cannot be decoded", "encoding");
  if (rest === REPEATED) return fault("", "gives a member more than once", "unique");
  for (const [name, member] of Object.entries(rest?.value ?? {})) setMember(value, name, member);
  return { value, ...sizeOf(value) };
}

/** The pairs of each name, those with brackets behind it among them, and the others. */
function partByName(pairs: readonly Pair[], names: ReadonlySet<string>): { own: Map<string, Pair[]>; others: Pair[] } {
  const own = new Map<string, Pair[]>();
  const others: Pair[] = [];
  for (const pair of pairs) {
    const bracket = pair.name.indexOf("[");
    const base = names.has(pair.name) || bracket < 0 ? pair.name : pair.name.slice(0, bracket);
    const list = names.has(base) ? (own.get(base) ?? []) : others;
    list.push(pair);
    if (list !== others) own.set(base, list);
  }
  return { own, others };
}

function readMember(
  name: string,
  shape: Shape,
  pairs: readonly Pair[],
  encoding: Encoding | undefined,
  maxDepth: number,
): ParameterValue {
  const isObject = shape.is("object") && !shape.is("string") && !shape.is("array");
  if (encoding !== undefined && !encoding.isJson) {
    return readFormParameter({ name, shape, style: encoding.style, explode: encoding.explode }, pairs);
  }
  if (encoding?.isJson !== true && !isObject) {
    return readFormParameter({ name, shape, style: "form", explode: true }, pairs);
  }
  const own = pairs.filter((pair) => pair.name === name);
  const [first] = own;
  if (first === undefined) return readFormParameter({ name, shape, style: "deepObject", explode: true }, pairs);
  if (own.length > 1) return REPEATED;
  const text = decodeFormText(first.raw);
  if (text === undefined) return UNREADABLE;
  const read = readJsonText(text, maxDepth);
  // What is no JSON is a text, which the schema says is none of an object.
  return { value: read.fault === undefined ? read.value : text };
}

function fault(pointer: string, message: string, keyword: string): { fault: SchemaFault } {
  return { fault: { pointer, message, keyword } };
}
