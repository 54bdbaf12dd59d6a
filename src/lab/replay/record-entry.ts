import { RECORD_VERSION } from "../../telemetry/record/format.ts";

/** An exchange, as its line says it. Times in µs since the session's header. */
export interface RecordedExchange {
  readonly kind: "exchange";
  readonly by: string;
  readonly at: number;
  readonly service: string;
  readonly endpoint: string | null;
  readonly algorithm: string | null;
  readonly key: string;
  readonly status: number;
  readonly code: string | null;
  readonly wait: number;
  readonly head: number;
  readonly took: number;
  readonly total: number;
  readonly sticky: boolean;
}

/** What a line of the record is. `other`: of a kind that this version does not know. */
export type RecordEntry =
  | RecordedExchange
  | { readonly kind: "header"; readonly session: string; readonly startedAt: number }
  | { readonly kind: "services"; readonly services: ReadonlyMap<string, ServiceEntry> }
  | { readonly kind: "gap"; readonly lines: number; readonly torn: boolean }
  | { readonly kind: "stopped" }
  | { readonly kind: "other" };

export interface ServiceEntry {
  readonly algorithm: string;
  readonly options: unknown;
  readonly endpoints: readonly { readonly id: string; readonly weight: number }[];
}

/** What is wrong with a line; completes the sentence "… line 7 …". */
export class EntryProblem extends Error {}

type Fields = Readonly<Record<string, unknown>>;

/** @throws EntryProblem if it is none */
export function parseEntry(line: string): RecordEntry {
  const fields = parseObject(line);
  if (Object.hasOwn(fields, "gatewayctl")) return header(fields);
  if (Object.hasOwn(fields, "service")) return exchange(fields);
  if (Object.hasOwn(fields, "services")) return { kind: "services", services: services(fields["services"]) };
  if (Object.hasOwn(fields, "dropped"))
    return { kind: "gap", lines: number(fields, "dropped"), torn: fields["torn"] === true };
  return { kind: Object.hasOwn(fields, "stopped") ? "stopped" : "other" };
}

function header(fields: Fields): RecordEntry {
  if (fields["gatewayctl"] !== "traffic record") throw new EntryProblem("is no header of a traffic record");
  const { version } = fields;
  if (version !== RECORD_VERSION)
    throw new EntryProblem(`says version ${JSON.stringify(version)}; this gatewayctl reads version ${RECORD_VERSION}`);
  const startedAt = Date.parse(text(fields, "startedAt"));
  if (!Number.isFinite(startedAt)) throw new EntryProblem("has no time in startedAt");
  return { kind: "header", session: text(fields, "session"), startedAt };
}

function exchange(fields: Fields): RecordEntry {
  const head = fields["head"] === -1 ? -1 : number(fields, "head");
  return {
    kind: "exchange",
    by: text(fields, "by"),
    at: number(fields, "at"),
    service: text(fields, "service"),
    endpoint: textOrNull(fields, "endpoint"),
    algorithm: textOrNull(fields, "algorithm"),
    key: text(fields, "key"),
    status: number(fields, "status"),
    code: textOrNull(fields, "code"),
    wait: number(fields, "wait"),
    head,
    took: number(fields, "took"),
    total: number(fields, "total"),
    sticky: fields["sticky"] === true,
  };
}

function services(value: unknown): ReadonlyMap<string, ServiceEntry> {
  const named = object(value, "services");
  return new Map(Object.entries(named).map(([name, each]) => [name, service(object(each, `services.${name}`))]));
}

function service(fields: Fields): ServiceEntry {
  const algorithm = object(fields["algorithm"], "algorithm");
  const { endpoints } = fields;
  if (!Array.isArray(endpoints)) throw new EntryProblem("has no list in endpoints");
  return {
    algorithm: text(algorithm, "name"),
    options: algorithm["options"],
    endpoints: endpoints.map((each: unknown) => {
      const endpoint = object(each, "endpoints");
      return { id: text(endpoint, "id"), weight: number(endpoint, "weight") };
    }),
  };
}

function parseObject(line: string): Fields {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    throw new EntryProblem("is not JSON");
  }
  return object(value, undefined);
}

function object(value: unknown, name: string | undefined): Fields {
  if (typeof value === "object" && value !== null && !Array.isArray(value)) return value as Fields;
  throw new EntryProblem(name === undefined ? "is no JSON object" : `has no object in ${name}`);
}

/** Names are short; what is not would only fill memory. */
const LONGEST = 2048;

function text(fields: Fields, name: string): string {
  const value = fields[name];
  if (typeof value === "string" && value.length <= LONGEST) return value;
  throw new EntryProblem(`has no text in ${name}`);
}

function textOrNull(fields: Fields, name: string): string | null {
  return fields[name] === null || fields[name] === undefined ? null : text(fields, name);
}

/** 0 or more, and small enough to be counted with. */
function number(fields: Fields, name: string): number {
  const value = fields[name];
  if (typeof value === "number" && value >= 0 && value <= 1e15) return value;
  throw new EntryProblem(`has no number of 0 or more in ${name}`);
}
