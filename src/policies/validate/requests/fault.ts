import type { Answer, Fields } from "../../../exchange/answer.ts";
import type { Place } from "../openapi/operation.ts";
import { MOST_FAULTS, type SchemaFault } from "../schemas/schema-fault.ts";

/** What is wrong with a request, and where. Nothing that was sent is in it, but names. */
export interface RequestFault extends SchemaFault {
  readonly in: Place;
}

/** "body /items/0/price must be number" */
export function faultSentence({ in: place, pointer, message }: RequestFault): string {
  return pointer === "" ? `the ${place} ${message}` : `${place} ${pointer} ${message}`;
}

/** The first of several, and how many there are besides. */
export function faultsSentence(faults: readonly RequestFault[], most = 1): string {
  const shown = faults.slice(0, most).map(faultSentence).join("; ");
  const others = faults.length - most;
  return others <= 0 ? shown : `${shown}; and ${others} more`;
}

/** 400, with every fault as a member of `errors`. */
export function refuseFaults(all: readonly RequestFault[]): Answer {
  const faults = all.slice(0, MOST_FAULTS);
  const errors = faults.map(({ in: place, pointer, message, keyword }) => ({ in: place, pointer, message, keyword }));
  return { kind: "problem", code: "GW0514", detail: capital(`${faultsSentence(faults)}.`), members: { errors } };
}

/** 415, with what would be taken. */
export function refuseMediaType(detail: string, fields: Fields): Answer {
  return { kind: "problem", code: "GW0515", detail, fields };
}

/** 413. */
export function refuseLength(maxBytes: number): Answer {
  return { kind: "problem", code: "GW0516", detail: `Bodies of up to ${maxBytes} bytes are validated here.` };
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
