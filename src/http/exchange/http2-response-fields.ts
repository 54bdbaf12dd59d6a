import type { OutgoingHttpHeaders } from "node:http";
import { dropTable, isNominated, nominatedFields } from "../head/copy-fields.ts";
import { FIELD } from "../head/field-kind.ts";
import type { FieldEditList } from "../head/field-edit-list.ts";
import type { MessageHead } from "../head/message-head.ts";
import { fieldValue, type LocalResponse } from "./local-response.ts";

const DROP = dropTable();
const DROP_WITH_LENGTH = dropTable(FIELD.CONTENT_LENGTH);
/** Hop-by-hop as well, but only on the request to upgrade; node:http2 refuses to send it. */
const HTTP2_SETTINGS = "http2-settings";

/** Fields as node:http2 takes them: names in lower case, those that stand there several times as a list. */
export type Fields = OutgoingHttpHeaders & Record<string, string | number | string[]>;

export function emptyFields(): Fields {
  return Object.create(null) as Fields;
}

/** An endpoint's response head as it goes to an HTTP/2 client: hop-by-hop fields cut, the rest as it came. */
export function responseFields(head: MessageHead, edits?: FieldEditList): Fields {
  const { kinds, count, status } = head;
  const fields = emptyFields();
  fields[":status"] = status;
  const drop = hasNoLength(status) ? DROP_WITH_LENGTH : DROP;
  const nominated = nominatedFields(head);
  for (let i = 0; i < count; i++) {
    if (drop[kinds[i] as number] === 1) continue;
    if (nominated !== undefined && isNominated(head, i, nominated)) continue;
    const name = head.name(i).toLowerCase();
    if (name !== HTTP2_SETTINGS && edits?.removed.has(name) !== true) addField(fields, name, head.value(i));
  }
  for (const [name, value] of edits?.added ?? []) addField(fields, name, value);
  return fields;
}

/** RFC 9110 section 8.6: none in a 1xx or 204; in a 205 it would announce a body that is not sent. */
function hasNoLength(status: number): boolean {
  return status < 200 || status === 204 || status === 205;
}

function addField(fields: Fields, name: string, value: string): void {
  const before = fields[name];
  if (before === undefined) fields[name] = value;
  else if (Array.isArray(before)) before.push(value);
  else fields[name] = [String(before), value];
}

/** A response of the gateway's own, without the fields that every response has. */
export function localFields(response: LocalResponse): Fields {
  const fields = emptyFields();
  fields[":status"] = response.status;
  for (const [name, value] of response.fields) addField(fields, name, fieldValue(value));
  return fields;
}

/** Trailer lines, each with its CRLF. */
export function trailerFields(lines: string): Fields {
  const fields = emptyFields();
  for (const line of lines.split("\r\n")) {
    const colon = line.indexOf(":");
    if (colon > 0) addField(fields, line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim());
  }
  return fields;
}

/**
 * The same fields, each name once: node:http2 refuses to send some twice, whatever an endpoint sent. RFC 9110 section
 * 5.2 says what they mean together. Set-Cookie alone cannot be put together, and is never refused.
 */
export function joinedFields(fields: Fields): Fields {
  const joined = emptyFields();
  for (const name of Object.keys(fields)) {
    const value = fields[name] as Fields[string];
    joined[name] = Array.isArray(value) && name !== "set-cookie" ? value.join(", ") : value;
  }
  return joined;
}
