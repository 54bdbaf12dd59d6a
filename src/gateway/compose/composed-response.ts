import type { HeaderReader } from "../../exchange/header-reader.ts";
import type { LocalResponse } from "../../http/exchange/local-response.ts";
import type { InternalAnswer } from "../../http/internal/internal-call.ts";
import type { Millis } from "../../shared/clock.ts";
import type { ErrorCode } from "../../shared/errors/gateway-error.ts";
import { composedCacheControl, composedVary } from "./composed-freshness.ts";
import type { Composing, PartPlan } from "./compose-plan.ts";
import { NULL, type PartOutcome } from "./part-outcome.ts";

/** What a composition comes to: a response, or an error of the table. */
export type Composed =
  | { readonly kind: "response"; readonly response: LocalResponse }
  | {
      readonly kind: "problem";
      readonly code: ErrorCode;
      readonly detail: string;
      /** The detail says nothing of what is behind the gateway. */
      readonly publicDetail: boolean;
    };

/** A part that is over. */
export interface FinishedPart {
  readonly part: PartPlan;
  readonly outcome: PartOutcome;
  readonly durationMs: Millis;
}

/** Names the parts that are not there, or only by what stands in for them. */
export const PARTIAL_FIELD = "gatewayctl-partial";

/**
 * One JSON object out of all parts, in the order of the config. Of the parts' fields nothing goes on but what caches may
 * do: a cookie, or a date, of one part is not the whole's.
 *
 * @param timings show the client how long each part took
 */
export function composedResponse(plan: Composing, parts: readonly FinishedPart[], timings: boolean): Composed {
  const missing = parts.filter(({ outcome }) => outcome.kind !== "ok");
  if (missing.length === parts.length && missing.every(({ part }) => part.fallback === undefined)) {
    const reasons = missing.map(
      ({ part, outcome }) => `${part.name} ${outcome.kind === "failed" ? outcome.reason : ""}`,
    );
    return {
      kind: "problem",
      code: "GW0524",
      detail: `No part succeeded: ${reasons.join("; ")}.`,
      publicDetail: false,
    };
  }
  const headers = parts.flatMap(({ outcome }) => (outcome.kind === "ok" ? [outcome.headers] : []));
  const fields: [string, string][] = [
    ["content-type", "application/json"],
    ...cacheFields(plan, headers, missing.length > 0),
  ];
  if (missing.length > 0) fields.push([PARTIAL_FIELD, missing.map(({ part }) => part.name).join(", ")]);
  if (timings) fields.push(["server-timing", serverTiming(parts)]);
  return { kind: "response", response: { status: 200, fields, body: jsonOf(parts) } };
}

function cacheFields(plan: Composing, headers: readonly HeaderReader[], partial: boolean): [string, string][] {
  const control = partial ? "no-store" : composedCacheControl(headers, plan.personal);
  const vary = composedVary(headers, plan.varies);
  return [
    ...(control === undefined ? [] : [["cache-control", control] as [string, string]]),
    ...(vary === undefined ? [] : [["vary", vary] as [string, string]]),
  ];
}

function jsonOf(parts: readonly FinishedPart[]): Buffer {
  const pieces: Buffer[] = [];
  for (const { part, outcome } of parts) {
    pieces.push(Buffer.from(`${pieces.length === 0 ? "{" : ","}${JSON.stringify(part.name)}:`));
    pieces.push(outcome.kind === "ok" ? outcome.json : (part.fallback?.json ?? NULL));
  }
  pieces.push(Buffer.from("}"));
  return Buffer.concat(pieces);
}

/** W3C Server Timing: one metric a part. */
function serverTiming(parts: readonly FinishedPart[]): string {
  return parts.map(({ part, durationMs }) => `${part.name};dur=${Math.round(durationMs * 10) / 10}`).join(", ");
}

/** Of a part's answer that becomes the whole's, the fields that are about it. */
const PASSED_FIELDS = ["content-type", "content-language", "www-authenticate", "retry-after"];

/** The answer of one part in place of all. */
export function passedResponse(plan: Composing, { status, headers, body }: InternalAnswer): Composed {
  const coding = headers.get("content-encoding");
  const fields = PASSED_FIELDS.flatMap((name) =>
    headers.getAll(name).map((value) => [name, value] as [string, string]),
  );
  if (coding !== undefined) fields.push(["content-encoding", coding]);
  fields.push(...cacheFields(plan, [headers], false));
  return { kind: "response", response: { status, fields, body } };
}
