import type { HeaderReader } from "../../../exchange/header-reader.ts";
import { cookieValue } from "../../../routing/cookies.ts";
import { childPointer } from "../documents/json-pointer.ts";
import type { Parameter } from "../openapi/operation.ts";
import type { Validators } from "../schemas/validators.ts";
import { decodeFormText, decodePercent, type Pair, readPairs } from "../values/form-pairs.ts";
import {
  type ParameterValue,
  readFormParameter,
  readSimpleParameter,
  REPEATED,
  UNREADABLE,
} from "../values/parameter.ts";
import { readJsonText } from "../values/strict-json.ts";
import type { RequestFault } from "./fault.ts";

/** Where parameters come from. */
export interface ParameterSource {
  readonly headers: HeaderReader;
  /** Without "?". */
  readonly query: string;
  /** As the client encoded them. */
  readonly captures: ReadonlyMap<string, string>;
}

export interface ParameterLimits {
  readonly maxDepth: number;
}

/**
 * What is wrong with an operation's parameters. Parameters that the document does not have are none of its business: that
 * of headers, clients add as they like, and of queries, OpenAPI says nothing.
 */
export function checkParameters(
  parameters: readonly Parameter[],
  source: ParameterSource,
  validators: Validators,
  limits: ParameterLimits,
): RequestFault[] {
  const faults: RequestFault[] = [];
  let pairs: readonly Pair[] | undefined;
  for (const parameter of parameters) {
    if (parameter.in === "query" && pairs === undefined) {
      const read = readPairs(source.query);
      if (!Array.isArray(read)) return [{ in: "query", pointer: "", ...read }];
      pairs = read;
    }
    faults.push(...checkParameter(parameter, source, pairs ?? [], validators, limits));
  }
  return faults;
}

function checkParameter(
  parameter: Parameter,
  source: ParameterSource,
  pairs: readonly Pair[],
  validators: Validators,
  { maxDepth }: ParameterLimits,
): RequestFault[] {
  const { name, in: place, required, schema, isJson } = parameter;
  const begin = childPointer("", name);
  const fault = (message: string, keyword: string): RequestFault[] => [{ in: place, pointer: begin, message, keyword }];
  if (parameter.allowEmpty && pairs.some((pair) => pair.name === name && pair.raw === "")) return [];
  const read = isJson ? readText(parameter, source, pairs) : readValue(parameter, source, pairs);
  if (read === undefined) return required ? fault("is required", "required") : [];
  if (read === UNREADABLE) return fault("cannot be decoded", "encoding");
  if (read === REPEATED) return fault("is given more than once", "unique");
  if (schema === undefined) return [];
  const sized = isJson ? readJsonText(String(read.value), maxDepth) : { value: read.value, ...sizeOf(read.value) };
  if (sized.fault !== undefined) return [{ ...sized.fault, in: place, pointer: begin + sized.fault.pointer }];
  const faults = validators.check(schema.id, sized) ?? [];
  return faults.map((one) => ({ ...one, in: place, pointer: begin + one.pointer }));
}

function readValue(parameter: Parameter, source: ParameterSource, pairs: readonly Pair[]): ParameterValue {
  const { schema, in: place } = parameter;
  if (schema === undefined) return readText(parameter, source, pairs);
  const writing = { ...parameter, shape: schema.shape };
  if (place === "query") return readFormParameter(writing, pairs);
  const raw = rawText(parameter, source, pairs);
  if (raw === undefined || raw === REPEATED) return raw;
  return readSimpleParameter(writing, raw, place === "header" ? trimmed : decodePercent);
}

/** The one text that it is, decoded. */
function readText(parameter: Parameter, source: ParameterSource, pairs: readonly Pair[]): ParameterValue {
  const raw = rawText(parameter, source, pairs);
  if (raw === undefined || raw === REPEATED) return raw;
  const decodeText = parameter.in === "query" ? decodeFormText : parameter.in === "header" ? trimmed : decodePercent;
  const text = decodeText(raw);
  return text === undefined ? UNREADABLE : { value: text };
}

function rawText(
  { name, in: place }: Parameter,
  { headers, captures }: ParameterSource,
  pairs: readonly Pair[],
): string | undefined | typeof REPEATED {
  if (place === "path") return captures.get(name);
  if (place === "header") return headers.get(name);
  if (place === "cookie") return cookieValue(headers, name);
  const own = pairs.filter((pair) => pair.name === name);
  return own.length > 1 ? REPEATED : own[0]?.raw;
}

/** Header fields are not percent-encoded; around the commas of a list there may be space (RFC 9110 section 5.6.1). */
function trimmed(text: string): string {
  return text.trim();
}

/** How large a value is that was read of a text of its own. */
export function sizeOf(value: unknown): { nodes: number; length: number } {
  if (typeof value === "string") return { nodes: 1, length: value.length };
  if (typeof value !== "object" || value === null) return { nodes: 1, length: 8 };
  let nodes = 1;
  let length = 0;
  for (const member of Object.values(value)) {
    const inside = sizeOf(member);
    nodes += inside.nodes;
    length += inside.length;
  }
  return { nodes, length };
}
