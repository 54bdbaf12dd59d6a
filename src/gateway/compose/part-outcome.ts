import { isUtf8 } from "node:buffer";
import type { HeaderReader } from "../../exchange/header-reader.ts";
import type { InternalAnswer, InternalFailure, InternalResult } from "../../http/internal/internal-call.ts";
import type { Millis } from "../../shared/clock.ts";
import { errorEntry } from "../../shared/errors/table.ts";
import type { PartPlan } from "./compose-plan.ts";

/** What has become of a part. */
export type PartOutcome =
  | {
      readonly kind: "ok";
      readonly status: number;
      readonly headers: HeaderReader;
      /** As it came: numbers keep all their digits. */
      readonly json: Buffer;
      readonly value: unknown;
    }
  /** Its answer is the whole response's. */
  | { readonly kind: "pass"; readonly answer: InternalAnswer }
  /** `reason` goes on a sentence that begins with the part. */
  | { readonly kind: "failed"; readonly reason: string };

/**
 * Reads what a part's service has answered.
 * @param time that it was given
 */
export function partOutcome(part: PartPlan, result: InternalResult, time: Millis): PartOutcome {
  if (result.kind === "failure") return failed(failureReason(part, result, time));
  const { status } = result;
  if (status < 200 || status > 299) {
    if (!part.optional && part.pass.has(status)) return { kind: "pass", answer: result };
    return failed(`${endpointOf(result)}answered ${status}`);
  }
  const { headers, body } = result;
  // RFC 9110 sections 9.3.2 and 15.3.5: there is none.
  if (part.method === "HEAD" || status === 204 || status === 205) {
    return { kind: "ok", status, headers, json: NULL, value: null };
  }
  const read = readJson(headers, body);
  if ("fault" in read) return failed(`${endpointOf(result)}answered ${status} with ${read.fault}`);
  return { kind: "ok", status, headers, ...read };
}

/** The JSON of what is not there. */
export const NULL = Buffer.from("null");

function failed(reason: string): PartOutcome {
  return { kind: "failed", reason };
}

function endpointOf({ endpoint }: Pick<InternalResult, "endpoint">): string {
  return endpoint === undefined ? "" : `(${endpoint}) `;
}

function failureReason(part: PartPlan, failure: InternalFailure, time: Millis): string {
  const { reason, code } = failure;
  switch (reason) {
    case "timeout":
      return `${endpointOf(failure)}did not answer within ${Math.round(time)} ms`;
    case "too-long":
      return `${endpointOf(failure)}answered with more than ${part.maxBytes} bytes`;
    case "unusable":
      return "could not be asked: its path or its fields make no request";
    case "cancelled":
      return "was given up";
    case "gateway":
      return `${endpointOf(failure)}failed: ${code === undefined ? "no answer came" : `${code} ${errorEntry(code).title}`}`;
  }
}

const JSON_TYPE = /^(?:application|text)\/(?:[\w!#$&.^-]+\+)?json$/i;

/** Its octets, checked to be one JSON text (RFC 8259) in UTF-8, and what they say. */
function readJson(
  headers: HeaderReader,
  octets: Buffer,
): { readonly json: Buffer; readonly value: unknown } | { readonly fault: string } {
  const coding = headers.get("content-encoding")?.trim().toLowerCase() ?? "";
  if (coding !== "" && coding !== "identity")
    return { fault: `a body coded as ${coding}, though it was not asked for` };
  const type = headers.get("content-type")?.replace(/;.*$/s, "").trim();
  if (type !== undefined && type !== "" && !JSON_TYPE.test(type)) return { fault: `${type}, not JSON` };
  // RFC 8259 section 8.1: some write a byte order mark all the same.
  const json = octets[0] === 0xef && octets[1] === 0xbb && octets[2] === 0xbf ? octets.subarray(3) : octets;
  if (!isUtf8(json)) return { fault: "what is not UTF-8" };
  try {
    return { json, value: JSON.parse(json.toString("utf8")) };
  } catch {
    return { fault: json.length === 0 ? "an empty body, not JSON" : "what is not JSON" };
  }
}
