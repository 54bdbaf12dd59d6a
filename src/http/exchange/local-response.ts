import { STATUS_CODES } from "node:http";
import type { FieldEditList } from "../head/field-edit-list.ts";

/** A response that the gateway makes itself. */
export interface LocalResponse {
  readonly status: number;
  /** Names in lower case; values without controls. Never content-length or connection, which are added, nor date, unless `dated`. */
  readonly fields: readonly (readonly [name: string, value: string])[];
  /** Text, sent as UTF-8, or octets that stay as they are. */
  readonly body: string | Uint8Array;
  /** To HEAD: octets of the body that GET would bring, where `body` has none of them. */
  readonly length?: number;
  /** One of the fields is a Date of its own. */
  readonly dated?: boolean;
  /** End the connection after it, whatever the client would like. */
  readonly close?: boolean;
}

/** Its body's octets. */
export function bodyOctets({ body }: LocalResponse): Buffer {
  if (typeof body === "string") return Buffer.from(body, "utf8");
  return Buffer.isBuffer(body) ? body : Buffer.from(body.buffer, body.byteOffset, body.byteLength);
}

/** RFC 9110 section 6.4.1: whatever is said of their length, no body follows. */
export function isBodiless(status: number, method: string): boolean {
  return method === "HEAD" || status === 204 || status === 304;
}

/** Lists of fields that do not change from one response to the next, and what they come to. */
const RENDERED = new WeakMap<LocalResponse["fields"], string>();

function fieldLines(fields: LocalResponse["fields"]): string {
  const known = RENDERED.get(fields);
  if (known !== undefined) return known;
  let lines = "";
  for (const [name, value] of fields) lines += `${name}: ${fieldValue(value)}\r\n`;
  RENDERED.set(fields, lines);
  return lines;
}

/**
 * The response's head as it goes on an HTTP/1.x wire, with its empty line.
 *
 * @param length octets of the body
 * @param extra field lines that every response carries, each with its CRLF
 */
export function renderLocalHead({ status, fields }: LocalResponse, length: number, extra: string): string {
  // RFC 9110 section 8.6: not in 1xx and 204; in 304 it would speak of another response.
  const lengthLine = status === 204 || status === 304 ? "" : `content-length: ${length}\r\n`;
  return `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ""}\r\n${fieldLines(fields)}${lengthLine}${extra}\r\n`;
}

/**
 * The whole response as it goes on an HTTP/1.x wire, as text of one character an octet.
 *
 * @param method of the request: an answer to HEAD has no body
 * @param extra field lines that every response carries, each with its CRLF
 */
export function renderLocalResponse(response: LocalResponse, method: string, extra: string): string {
  const body = bodyOctets(response);
  const head = renderLocalHead(response, body.length, extra);
  return isBodiless(response.status, method) ? head : head + body.toString("latin1");
}

/** The response with what policies change of its fields. */
export function withEdits(response: LocalResponse, edits: FieldEditList | undefined): LocalResponse {
  if (edits === undefined || edits.isEmpty) return response;
  const fields = response.fields.filter(([name]) => !edits.removed.has(name));
  return { ...response, fields: [...fields, ...edits.added] };
}

/** Whatever could end the line or cannot be one octet is replaced, wherever the value came from. */
export function fieldValue(value: string): string {
  return value.replace(/[^\t\x20-\x7e\x80-\xff]/g, "?");
}
