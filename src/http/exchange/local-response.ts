import { STATUS_CODES } from "node:http";
import type { FieldEditList } from "../head/field-edit-list.ts";

/** A response that the gateway makes itself. */
export interface LocalResponse {
  readonly status: number;
  /** Names in lower case; values without controls. Never content-length, connection or date: those are added. */
  readonly fields: readonly (readonly [name: string, value: string])[];
  readonly body: string;
  /** End the connection after it, whatever the client would like. */
  readonly close?: boolean;
}

/**
 * The response as it goes on an HTTP/1.x wire, body included: UTF-8, as text of one character an octet.
 *
 * @param method of the request: an answer to HEAD has no body
 * @param extra field lines that every response carries, each with its CRLF
 */
export function renderLocalResponse(response: LocalResponse, method: string, extra: string): string {
  const { status } = response;
  const body = Buffer.from(response.body, "utf8").toString("latin1");
  let head = `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ""}\r\n`;
  for (const [name, value] of response.fields) head += `${name}: ${fieldValue(value)}\r\n`;
  // RFC 9110 section 8.6: not in 1xx and 204; in 304 it would speak of another response.
  const bodiless = status === 204 || status === 304;
  if (!bodiless) head += `content-length: ${body.length}\r\n`;
  const text = `${head}${extra}\r\n`;
  return bodiless || method === "HEAD" ? text : text + body;
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
