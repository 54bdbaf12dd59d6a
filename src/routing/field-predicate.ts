import type { RequestFacts } from "../exchange/request-facts.ts";
import { cookieValue } from "./cookies.ts";
import type { FieldTest, ValueTest } from "./match-spec.ts";
import type { Predicate } from "./predicate.ts";
import { queryValue } from "./query.ts";

export type FieldKind = "header" | "query" | "cookie";

const LABELS = { header: "header", query: "query parameter", cookie: "cookie" } as const;

/** Headers whose values are credentials: explanations do not repeat them. */
const SECRET_HEADERS = new Set(["authorization", "proxy-authorization", "cookie"]);
const SHOWN_LENGTH = 80;

/** The condition that a header, query parameter or cookie sets. */
export function createFieldPredicate(kind: FieldKind, { name, test }: FieldTest): Predicate {
  const holds = createValueTest(test);
  return {
    holds: (facts) => holds(readField(kind, name, facts)),
    reason: (facts) => `${LABELS[kind]} ${name} ${valueReason(kind, name, test, readField(kind, name, facts))}`,
  };
}

/** A function that says whether a value, `undefined` if there is none, passes the test. */
export function createValueTest(test: ValueTest): (value: string | undefined) => boolean {
  switch (test.kind) {
    case "equals":
      return (value) => value === test.value;
    case "present":
      return (value) => (value !== undefined) === test.present;
    case "regex": {
      const regex = new RegExp(test.source, "u");
      return (value) => value !== undefined && regex.test(value);
    }
  }
}

function readField(kind: FieldKind, name: string, facts: RequestFacts): string | undefined {
  switch (kind) {
    case "header":
      return facts.headers.get(name);
    case "query":
      return queryValue(facts.query, name);
    case "cookie":
      return cookieValue(facts.headers, name);
  }
}

function valueReason(kind: FieldKind, name: string, test: ValueTest, value: string | undefined): string {
  if (value === undefined) return "is absent";
  if (test.kind === "present") return "is present";
  const shown = kind === "header" && SECRET_HEADERS.has(name) ? "has a value that" : `is ${quote(value)}, which`;
  if (test.kind === "regex") return `${shown} does not match ${test.source}`;
  return shown.startsWith("is") ? `is ${quote(value)}, not ${quote(test.value)}` : "has another value";
}

function quote(value: string): string {
  return JSON.stringify(value.length > SHOWN_LENGTH ? `${value.slice(0, SHOWN_LENGTH)}…` : value);
}
