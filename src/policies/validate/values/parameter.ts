import type { Shape } from "../schemas/shape.ts";
import { coerceText, setMember } from "./coerce.ts";
import { decodeFormText, decodePercent, type Pair } from "./form-pairs.ts";

/** How a parameter is written. Source: OpenAPI 3.0.3 and 3.1.1, "Parameter Object", "Style Values". */
export type Style = "form" | "simple" | "label" | "matrix" | "spaceDelimited" | "pipeDelimited" | "deepObject";

export interface Writing {
  readonly name: string;
  readonly style: Style;
  readonly explode: boolean;
  readonly shape: Shape;
}

/** A text that cannot be decoded. */
export const UNREADABLE = Symbol("unreadable");
/** A parameter that may be there once, and is there more often: parsers differ in which one they take. */
export const REPEATED = Symbol("repeated");

export type ParameterValue = { readonly value: unknown } | typeof UNREADABLE | typeof REPEATED | undefined;

type Decode = (raw: string) => string | undefined;

/** What a parameter of a query (or a member of a form) says; `undefined` if it is not there. */
export function readFormParameter(writing: Writing, pairs: readonly Pair[]): ParameterValue {
  const { name, style, explode, shape } = writing;
  if (style === "deepObject") return readDeepObject(name, shape, pairs);
  if (explode && style === "form" && isObject(shape)) return readExploded(shape, pairs);
  const own = pairs.filter((pair) => pair.name === name);
  const [first] = own;
  if (first === undefined) return undefined;
  if (own.length > 1 && !shape.is("array")) return REPEATED;
  if (explode || own.length > 1)
    return ofParts(
      own.map(({ raw }) => raw),
      shape,
      decodeFormText,
    );
  return ofDelimited(first.raw, DELIMITERS[style] ?? ",", shape, decodeFormText);
}

/** What a path segment, a header field or a cookie says. */
export function readSimpleParameter(writing: Writing, raw: string, decode: Decode = decodePercent): ParameterValue {
  const { name, style, explode, shape } = writing;
  if (style === "label") {
    const rest = raw.startsWith(".") ? raw.slice(1) : raw;
    return explode && isObject(shape)
      ? ofAssignments(rest.split("."), shape, decode)
      : ofDelimited(rest, rest.includes(",") && !explode ? "," : ".", shape, decode);
  }
  if (style === "matrix") return readMatrix(name, raw, explode, shape, decode);
  if (explode && isObject(shape)) return ofAssignments(raw.split(","), shape, decode);
  return ofDelimited(raw, ",", shape, decode);
}

const DELIMITERS: Readonly<Partial<Record<Style, string | RegExp>>> = {
  form: ",",
  spaceDelimited: /%20|\+/,
  pipeDelimited: /\||%7C/i,
};

function isObject(shape: Shape): boolean {
  return shape.is("object") && !shape.is("array") && !shape.is("string");
}

function ofDelimited(raw: string, delimiter: string | RegExp, shape: Shape, decode: Decode): ParameterValue {
  if (shape.is("array")) return ofParts(raw === "" ? [] : raw.split(delimiter), shape, decode);
  if (isObject(shape)) {
    const parts = raw.split(delimiter);
    const entries = parts.flatMap((part, i) => (i % 2 === 0 ? [`${part}=${parts[i + 1] ?? ""}`] : []));
    return ofAssignments(entries, shape, decode);
  }
  return ofParts([raw], shape, decode);
}

/** One text as what it is, or several as a list. */
function ofParts(parts: readonly string[], shape: Shape, decode: Decode): ParameterValue {
  const texts: string[] = [];
  for (const part of parts) {
    const text = decode(part);
    if (text === undefined) return UNREADABLE;
    texts.push(text);
  }
  if (shape.is("array")) return { value: texts.map((text) => coerceText(text, shape.items)) };
  return { value: coerceText(texts[0] ?? "", shape) };
}

function ofAssignments(parts: readonly string[], shape: Shape, decode: Decode): ParameterValue {
  const value: Record<string, unknown> = {};
  for (const part of parts) {
    const equals = part.indexOf("=");
    const name = decode(equals < 0 ? part : part.slice(0, equals));
    const text = decode(equals < 0 ? "" : part.slice(equals + 1));
    if (name === undefined || text === undefined) return UNREADABLE;
    if (Object.hasOwn(value, name)) return REPEATED;
    setMember(value, name, coerceText(text, shape.member(name)));
  }
  return { value };
}

function readMatrix(name: string, raw: string, explode: boolean, shape: Shape, decode: Decode): ParameterValue {
  const parts = raw.split(";").filter((part) => part !== "");
  if (explode && isObject(shape)) return ofAssignments(parts, shape, decode);
  const own = parts.filter((part) => part === name || part.startsWith(`${name}=`));
  const values = own.map((part) => part.slice(name.length + 1));
  if (own.length === 0 || own.length < parts.length) return UNREADABLE;
  if (values.length > 1 && !shape.is("array")) return REPEATED;
  return explode ? ofParts(values, shape, decode) : ofDelimited(values[0] ?? "", ",", shape, decode);
}

/** `?R=100&G=200`: members are parameters of their own; others are none of this object's, unless it says what they are. */
function readExploded(shape: Shape, pairs: readonly Pair[]): ParameterValue {
  const { names } = shape;
  const own = pairs.filter(({ name }) => names.includes(name));
  return own.length === 0 ? undefined : membersOf(own, shape);
}

/** The members that pairs give an object: lists by repetition, where the schema says so. */
export function membersOf(pairs: readonly Pair[], shape: Shape): ParameterValue {
  const value: Record<string, unknown> = {};
  for (const { name, raw } of pairs) {
    const text = decodeFormText(raw);
    if (text === undefined) return UNREADABLE;
    const inside = shape.member(name);
    if (inside.is("array")) {
      const list = Object.hasOwn(value, name) ? (value[name] as unknown[]) : [];
      list.push(coerceText(text, inside.items));
      setMember(value, name, list);
    } else if (Object.hasOwn(value, name)) {
      return REPEATED;
    } else {
      setMember(value, name, coerceText(text, inside));
    }
  }
  return { value };
}

const DEEPEST_OBJECT = 8;

/** `?filter[status]=open&filter[price][max]=9`. Source: OpenAPI names one level; more are what common parsers read. */
function readDeepObject(name: string, shape: Shape, pairs: readonly Pair[]): ParameterValue {
  const root: Record<string, unknown> = {};
  let isThere = false;
  for (const pair of pairs) {
    if (!pair.name.startsWith(`${name}[`)) continue;
    isThere = true;
    const keys = /^(?:\[[^[\]]*\])+$/.test(pair.name.slice(name.length))
      ? pair.name.slice(name.length + 1, -1).split("][")
      : [];
    const text = decodeFormText(pair.raw);
    if (keys.length === 0 || keys.length > DEEPEST_OBJECT || text === undefined) return UNREADABLE;
    const problem = putDeep(root, keys, text, shape);
    if (problem !== undefined) return problem;
  }
  return isThere ? { value: root } : undefined;
}

function putDeep(
  root: Record<string, unknown>,
  keys: readonly string[],
  text: string,
  shape: Shape,
): typeof UNREADABLE | typeof REPEATED | undefined {
  let object = root;
  let at = shape;
  const path = keys.at(-1) === "" ? keys.slice(0, -1) : keys;
  for (const key of path.slice(0, -1)) {
    at = at.member(key);
    if (!Object.hasOwn(object, key)) setMember(object, key, {});
    const inner = object[key];
    if (typeof inner !== "object" || inner === null || Array.isArray(inner)) return UNREADABLE;
    object = inner as Record<string, unknown>;
  }
  const last = path.at(-1);
  if (last === undefined) return UNREADABLE;
  const own = at.member(last);
  const before = Object.hasOwn(object, last) ? object[last] : undefined;
  if (own.is("array")) {
    const list: unknown[] = Array.isArray(before) ? before : [];
    list.push(coerceText(text, own.items));
    setMember(object, last, list);
    return undefined;
  }
  if (before !== undefined) return REPEATED;
  setMember(object, last, coerceText(text, own));
  return undefined;
}
