import type { PartSource } from "../../config/compose/part-template.ts";
import type { HeaderReader } from "../../exchange/header-reader.ts";
import type { Principal } from "../../exchange/principal.ts";
import { readClaim } from "../../routing/claims.ts";
import { queryValue } from "../../routing/query.ts";
import type { SourceValue } from "./fill-template.ts";

/** What of a request a composition's parts may be given. */
export interface ComposedRequest {
  readonly headers: HeaderReader;
  /** As policies have left it, without "?". */
  readonly query: string;
  readonly captures: Readonly<Record<string, string>>;
  readonly principal: Principal | undefined;
}

/** What is known of a part that has been asked. */
export interface AnsweredPart {
  readonly status: number | undefined;
  /** Parsed. */
  readonly body: unknown;
}

const MISSING: SourceValue = { lacks: "is missing" };

/** @param part by its name; `undefined` where it has failed and nothing stands in for it */
export function readSource(
  source: PartSource,
  request: ComposedRequest,
  part: (name: string) => AnsweredPart | undefined,
): SourceValue {
  const { principal } = request;
  switch (source.kind) {
    case "capture": {
      const { captures } = request;
      const encoded = Object.hasOwn(captures, source.name) ? captures[source.name] : undefined;
      return encoded === undefined ? MISSING : { encoded };
    }
    case "query":
      return orMissing(queryValue(request.query, source.name));
    case "header":
      return orMissing(headerText(request.headers.get(source.name)));
    case "consumer":
      return orMissing(principal?.consumer ?? principal?.id);
    case "claim":
      return principal === undefined ? MISSING : scalar(readClaim(principal.claims, source.name));
    case "status":
    case "body":
      return ofPart(source, part(source.part));
  }
}

function ofPart(
  source: Extract<PartSource, { kind: "status" | "body" }>,
  answered: AnsweredPart | undefined,
): SourceValue {
  if (answered === undefined) return { lacks: `is missing: the part ${source.part} failed` };
  if (source.kind === "body") return scalar(walk(answered.body, source.steps));
  return orMissing(answered.status?.toString());
}

function orMissing(text: string | undefined): SourceValue {
  return text === undefined ? MISSING : { text };
}

/** Fields are octets: what is UTF-8 is read as that. */
function headerText(value: string | undefined): string | undefined {
  if (value === undefined || !/[\x80-\xff]/.test(value)) return value;
  const text = Buffer.from(value, "latin1").toString("utf8");
  return text.includes("\ufffd") ? value : text;
}

/** Own keys, and places of lists, from 0. */
function walk(root: unknown, steps: readonly string[]): unknown {
  let value = root;
  for (const step of steps) {
    if (typeof value !== "object" || value === null || !Object.hasOwn(value, step)) return undefined;
    value = (value as Record<string, unknown>)[step];
  }
  return value;
}

function scalar(value: unknown): SourceValue {
  if (value === undefined) return MISSING;
  if (typeof value === "string") return { text: value };
  if (typeof value === "boolean") return { text: String(value) };
  if (typeof value === "number") return numeral(value);
  return { lacks: value === null ? "is null" : "is no text, number or boolean" };
}

/** Numbers are read as doubles: what may have been rounded on the way names something else. */
function numeral(value: number): SourceValue {
  if (Number.isInteger(value) && !Number.isSafeInteger(value)) return { lacks: "is a number too large to be exact" };
  return { text: String(value) };
}
