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

/** A body up to this size is kept as text beside the head, as it is written. */
const TEXT_LIMIT = 4 * 1024;

/** What of a response is the same each time it is sent. */
interface Rendered {
  /** The status line and all fields that are the response's own, its length among them. */
  readonly head: string;
  /** Text of one character an octet; `undefined` where it is large. */
  readonly body: string | undefined;
}

/** Of those that are sent again and again, as the same object: what a cache has stored, what a route always answers. */
const RENDERED = new WeakMap<LocalResponse, Rendered>();

/** The response as it is written, without what is each time another one's. */
export function rendered(response: LocalResponse): Rendered {
  const known = RENDERED.get(response);
  if (known !== undefined) return known;
  const body = bodyOctets(response);
  const made: Rendered = {
    head: headLines(response, response.length ?? body.length),
    body: body.length <= TEXT_LIMIT ? body.toString("latin1") : undefined,
  };
  RENDERED.set(response, made);
  return made;
}

function headLines({ status, fields }: LocalResponse, length: number): string {
  let lines = `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ""}\r\n`;
  for (const [name, value] of fields) lines += `${name}: ${fieldValue(value)}\r\n`;
  // RFC 9110 section 8.6: not in 1xx and 204; in 304 it would speak of another response.
  return status === 204 || status === 304 ? lines : `${lines}content-length: ${length}\r\n`;
}

/**
 * The response's head as it goes on an HTTP/1.x wire, with its empty line.
 *
 * @param length octets of the body
 * @param extra field lines that every response carries, each with its CRLF
 */
export function renderLocalHead(response: LocalResponse, length: number, extra: string): string {
  return `${headLines(response, length)}${extra}\r\n`;
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
