import type { z } from "zod";
import { nearest } from "../shared/nearest.ts";

type Issue = z.core.$ZodIssue;

const KINDS: Readonly<Record<string, string>> = {
  string: "a text",
  number: "a number",
  int: "a whole number",
  boolean: "true or false",
  array: "a list",
  object: "a mapping",
  record: "a mapping",
};

/** "must be …", from the schema's own words where it has some. Never ends with a full stop. */
export function sentence(issue: Issue, value: unknown): string {
  // The engine repeats the whole pattern in front of what is wrong with it.
  const own = issue.message.replace(/Invalid regular expression: \/.*\/[a-z]*: /s, "");
  const isOwn = !/^(?:Invalid|Too |Unrecognized|Expected)/.test(own);
  if (isOwn)
    return issue.code === "invalid_type" && own.startsWith("must be ") ? `${own}; this is ${kindOf(value)}` : own;
  switch (issue.code) {
    case "invalid_type":
      if (issue.expected === "int" && typeof value === "number") return "must be a whole number";
      return `must be ${KINDS[issue.expected] ?? issue.expected}; this is ${kindOf(value)}`;
    case "invalid_value":
      return `must be ${oneOf(issue.values.map(String))}${suggestion(value, issue.values.map(String))}`;
    case "too_small":
      return tooSmall(issue);
    case "too_big":
      return tooBig(issue);
    case "invalid_format":
      return `must be a ${issue.format}`;
    case "invalid_union":
      return "has a form that is not known here";
    default:
      return own.charAt(0).toLowerCase() + own.slice(1);
  }
}

function tooSmall(issue: Extract<Issue, { code: "too_small" }>): string {
  const least = String(issue.minimum);
  if (issue.origin === "string") return least === "1" ? "must not be empty" : `must have at least ${least} characters`;
  if (issue.origin === "array" || issue.origin === "set") return `must have at least ${least} ${plural(issue.minimum)}`;
  return issue.inclusive === false ? `must be more than ${least}` : `must be at least ${least}`;
}

function tooBig(issue: Extract<Issue, { code: "too_big" }>): string {
  const most = String(issue.maximum);
  if (issue.origin === "string") return `must have at most ${most} characters`;
  if (issue.origin === "array" || issue.origin === "set") return `must have at most ${most} ${plural(issue.maximum)}`;
  return issue.inclusive === false ? `must be less than ${most}` : `must be at most ${most}`;
}

function plural(count: number | bigint): string {
  return Number(count) === 1 ? "entry" : "entries";
}

function oneOf(values: readonly string[]): string {
  return values.length < 2 ? (values[0] ?? "nothing") : `${values.slice(0, -1).join(", ")} or ${values.at(-1)}`;
}

function suggestion(value: unknown, values: readonly string[]): string {
  const close = typeof value === "string" ? nearest(value, values) : undefined;
  return close === undefined ? "" : ` (did you mean ${close}?)`;
}

function kindOf(value: unknown): string {
  if (value === undefined) return "missing";
  if (value === null) return "empty";
  if (Array.isArray(value)) return "a list";
  switch (typeof value) {
    case "string":
      return "a text";
    case "number":
      return "a number";
    case "boolean":
      return "true or false";
    case "object":
      return "a mapping";
    default:
      return `a ${typeof value}`;
  }
}
