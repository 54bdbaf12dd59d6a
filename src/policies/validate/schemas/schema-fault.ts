import type { ErrorObject } from "ajv";
import { childPointer } from "../documents/json-pointer.ts";
import { UNSENT } from "./keywords.ts";

/** What is wrong with a value at one place of it. Nothing of the value itself is in here, but names of its members. */
export interface SchemaFault {
  /** JSON Pointer (RFC 6901) into the value; to the member itself where one is missing, or one too many. */
  readonly pointer: string;
  /** As the end of a sentence that begins with the place: "must be integer". */
  readonly message: string;
  /** The schema's keyword that says so. */
  readonly keyword: string;
}

/** More do not help anybody, and an answer has to have an end. */
export const MOST_FAULTS = 50;
const LONGEST_POINTER = 300;

/** The validator's findings as faults: one for each place and reason, those that only follow from others left out. */
export function schemaFaults(errors: readonly ErrorObject[]): SchemaFault[] {
  const faults = new Map<string, SchemaFault>();
  for (const error of withoutEchoes(errors)) {
    const fault = translate(error);
    const key = `${fault.pointer}\0${fault.message}`;
    if (!faults.has(key)) faults.set(key, fault);
    if (faults.size >= MOST_FAULTS) break;
  }
  return [...faults.values()];
}

/**
 * Of alternatives, each branch says why it is not the one. Where a branch complains of something inside the value, the value is most
 * likely meant for it: that stays, and what the others say of the value as a whole goes. Where none does, only that it is
 * none of them is worth saying.
 */
function withoutEchoes(errors: readonly ErrorObject[]): readonly ErrorObject[] {
  let kept = errors.filter(({ keyword, propertyName }) => keyword !== "if" && propertyName === undefined);
  if (kept.length === 0) kept = errors.slice();
  for (const { keyword, instancePath: at } of kept) {
    if (keyword !== "anyOf" && keyword !== "oneOf") continue;
    const isDeeper = ({ instancePath, keyword: own }: ErrorObject): boolean =>
      instancePath.startsWith(`${at}/`) || (instancePath === at && MEMBERS.has(own));
    const hasDeeper = kept.some(isDeeper);
    kept = kept.filter((one) => one.instancePath !== at || isDeeper(one) || (isChoice(one) && !hasDeeper));
  }
  return kept;
}

/** Keywords that speak of a member of the value. */
const MEMBERS = new Set(["required", "additionalProperties", "unevaluatedProperties", "dependentRequired"]);

function isChoice({ keyword }: ErrorObject): boolean {
  return keyword === "anyOf" || keyword === "oneOf";
}

function translate(error: ErrorObject): SchemaFault {
  const { keyword, instancePath } = error;
  const params = error.params as Readonly<Record<string, unknown>>;
  const at = (name: unknown): string => cut(childPointer(instancePath, String(name)));
  switch (keyword) {
    case "required":
      return { pointer: at(params["missingProperty"]), keyword, message: "is required" };
    case "dependentRequired":
      return {
        pointer: at(params["missingProperty"]),
        keyword,
        message: `is required beside ${String(params["property"])}`,
      };
    case "additionalProperties":
      return { pointer: at(params["additionalProperty"]), keyword, message: "is not allowed" };
    case "unevaluatedProperties":
      return { pointer: at(params["unevaluatedProperty"]), keyword, message: "is not allowed" };
    case "propertyNames":
      return { pointer: at(params["propertyName"]), keyword, message: "has a name that is not allowed" };
    case UNSENT.request:
      return { pointer: cut(instancePath), keyword: "readOnly", message: "is read-only: it must not be sent" };
    case UNSENT.response:
      return { pointer: cut(instancePath), keyword: "writeOnly", message: "is write-only: no response must have it" };
    default:
      return {
        pointer: cut(instancePath),
        keyword,
        message: sentence(keyword, params) ?? error.message ?? "is not valid",
      };
  }
}

function sentence(keyword: string, params: Readonly<Record<string, unknown>>): string | undefined {
  if (keyword === "type") return `must be ${[params["type"]].flat().join(" or ").replaceAll(",", " or ")}`;
  if (keyword === "enum") return `must be one of ${listed(params["allowedValues"])}`;
  if (keyword === "const") return `must be ${listed([params["allowedValue"]])}`;
  if (keyword === "not" || keyword === "false schema") return "is not allowed";
  if (keyword === "anyOf") return "is none of what it may be";
  if (keyword === "oneOf")
    return params["passingSchemas"] === null ? "is none of what it may be" : "is more than one of what it may be";
  if (keyword === "uniqueItems") return "must not have the same item twice";
  return undefined;
}

const MOST_VALUES = 12;

/** Values out of the schema, never out of the request. */
function listed(values: unknown): string {
  const all = Array.isArray(values) ? values : [];
  const shown = all
    .slice(0, MOST_VALUES)
    .map((value) => (typeof value === "object" && value !== null ? "…" : JSON.stringify(value)));
  return shown.join(", ") + (all.length > MOST_VALUES ? ", …" : "");
}

function cut(pointer: string): string {
  return pointer.length > LONGEST_POINTER ? `${pointer.slice(0, LONGEST_POINTER)}…` : pointer;
}
