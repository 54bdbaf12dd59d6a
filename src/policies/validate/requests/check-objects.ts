import type { HeaderReader } from "../../../exchange/header-reader.ts";
import { childPointer } from "../documents/json-pointer.ts";
import type { Place, UsableSchema } from "../openapi/operation.ts";
import type { Shape } from "../schemas/shape.ts";
import type { Validators } from "../schemas/validators.ts";
import { coerceText, setMember } from "../values/coerce.ts";
import { decodeFormText, decodePercent, readPairs } from "../values/form-pairs.ts";
import { sizeOf } from "./check-parameters.ts";
import type { RequestFault } from "./fault.ts";

/** An object out of texts, or what is wrong with these. */
interface Built {
  readonly value: Record<string, unknown>;
  readonly faults: readonly RequestFault[];
}

/** Holds a query, as an object, against a schema. A parameter that stands there several times is a list. */
export function checkQuery(query: string, schema: UsableSchema, validators: Validators): RequestFault[] {
  return check("query", queryObject(query, schema.shape), schema, validators);
}

/** Holds header fields, as an object, against a schema. Names are found in whatever case the schema has them. */
export function checkHeaders(headers: HeaderReader, schema: UsableSchema, validators: Validators): RequestFault[] {
  return check("header", headerObject(headers, schema.shape), schema, validators);
}

/** Holds what the path captured, decoded, against a schema. */
export function checkCaptures(
  captures: Readonly<Record<string, string>>,
  schema: UsableSchema,
  validators: Validators,
): RequestFault[] {
  const built: Built & { faults: RequestFault[] } = { value: {}, faults: [] };
  for (const [name, raw] of Object.entries(captures)) {
    const text = decodePercent(raw);
    if (text === undefined) built.faults.push(broken("path", name));
    else setMember(built.value, name, coerceText(text, schema.shape.member(name)));
  }
  return check("path", built, schema, validators);
}

function check(place: Place, { value, faults }: Built, { id }: UsableSchema, validators: Validators): RequestFault[] {
  const found = validators.check(id, { value, ...sizeOf(value) }) ?? [];
  const own = found.map((fault): RequestFault => ({ ...fault, in: place }));
  return [...faults, ...own.filter(({ pointer }) => !faults.some((fault) => fault.pointer === pointer))];
}

function broken(place: Place, name: string): RequestFault {
  return { in: place, pointer: childPointer("", name), message: "cannot be decoded", keyword: "encoding" };
}

function queryObject(query: string, shape: Shape): Built {
  const value: Record<string, unknown> = {};
  const faults: RequestFault[] = [];
  const pairs = readPairs(query);
  if (!Array.isArray(pairs)) return { value, faults: [{ in: "query", pointer: "", ...pairs }] };
  const counts = new Map<string, number>();
  for (const { name } of pairs) counts.set(name, (counts.get(name) ?? 0) + 1);
  for (const { name, raw } of pairs) {
    const text = decodeFormText(raw);
    const inside = shape.member(name);
    if (text === undefined) {
      faults.push(broken("query", name));
    } else if (inside.is("array") || (inside.types.size === 0 && (counts.get(name) ?? 0) > 1)) {
      const list = Object.hasOwn(value, name) ? (value[name] as unknown[]) : [];
      list.push(coerceText(text, inside.items));
      setMember(value, name, list);
    } else if (!Object.hasOwn(value, name)) {
      setMember(value, name, coerceText(text, inside));
      if ((counts.get(name) ?? 0) > 1) {
        faults.push({
          in: "query",
          pointer: childPointer("", name),
          message: "is given more than once",
          keyword: "unique",
        });
      }
    }
  }
  return { value, faults };
}

function headerObject(headers: HeaderReader, shape: Shape): Built {
  const value: Record<string, unknown> = {};
  const spelled = new Map(shape.names.map((name) => [name.toLowerCase(), name]));
  for (const [lower] of headers.entries()) {
    const name = spelled.get(lower) ?? lower;
    if (Object.hasOwn(value, name)) continue;
    const inside = shape.member(name);
    const texts = headers.getAll(lower).flatMap((text) => (inside.is("array") ? text.split(",") : [text]));
    const read = texts.map((text) => coerceText(text.trim(), inside.is("array") ? inside.items : inside));
    setMember(value, name, inside.is("array") ? read : read.length === 1 ? read[0] : headers.get(lower));
  }
  return { value, faults: [] };
}
