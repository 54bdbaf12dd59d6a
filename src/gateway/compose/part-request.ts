import type { RequestView } from "../../http/exchange/request-view.ts";
import { nominatedFields } from "../../http/head/copy-fields.ts";
import { FieldEditList } from "../../http/head/field-edit-list.ts";

/**
 * What speaks of the client's own message, or of its connection: framing, conditions, ranges, and what kind of answer it
 * would like. A part is a request of its own.
 */
const OWN =
  /^(?:host|connection|keep-alive|proxy-.*|te|trailer|transfer-encoding|upgrade|expect|max-forwards|x-request-id|x-consumer-.*|content-.*|digest|accept|accept-encoding|accept-charset|range|if-.*|http2-settings)$/;
/** Of these, what comes with the client's body. */
const OF_BODY = /^content-(?:type|language|encoding|disposition)$/;

/** The fields of a client's request that go on to the parts of its composition. */
export interface CarriedFields {
  /** Lines, each with its CRLF. */
  readonly lines: string;
  /** Besides, for parts that are given the body. */
  readonly ofBody: string;
}

/** As a forwarded request would carry them, but for those that speak of the message itself. */
export function carriedFields({ head }: Pick<RequestView, "head">): CarriedFields {
  const nominated = nominatedFields(head);
  let [lines, ofBody] = ["", ""];
  for (const [name, value] of head.entries()) {
    if (nominated?.has(name)) continue;
    if (!OWN.test(name)) lines += `${name}: ${value}\r\n`;
    else if (OF_BODY.test(name)) ofBody += `${name}: ${value}\r\n`;
  }
  return { lines, ofBody };
}

/**
 * The head of a part's request, as a client would send it.
 * @param lines field lines, each with its CRLF
 */
export function partHead(
  view: Pick<RequestView, "authority" | "head">,
  method: string,
  target: string,
  lines: string,
): string {
  const asks = "accept: application/json\r\naccept-encoding: identity\r\n";
  // Who has named no host has no need to in HTTP/1.0 (RFC 9112 section 3.2): the endpoint is told its own.
  if (view.authority === "") return `${method} ${target} HTTP/1.0\r\n${lines}${asks}\r\n`;
  return `${method} ${target} HTTP/1.${view.head.minorVersion}\r\nhost: ${view.authority}\r\n${lines}${asks}\r\n`;
}

/** What policies change of the request's fields, as it is now, and what a part sets itself. */
export function partEdits(
  edits: FieldEditList | undefined,
  fields: readonly (readonly [name: string, value: string])[],
): FieldEditList | undefined {
  if ((edits === undefined || edits.isEmpty) && fields.length === 0) return undefined;
  const all = new FieldEditList();
  if (edits !== undefined) all.restore(edits.mark());
  for (const [name, value] of fields) all.set(name, value);
  return all;
}
