import { copyFields, dropTable } from "../head/copy-fields.ts";
import { FIELD } from "../head/field-kind.ts";
import type { MessageHead } from "../head/message-head.ts";

const DROP = dropTable();
const DROP_WITH_LENGTH = dropTable(FIELD.CONTENT_LENGTH);

/**
 * An endpoint's response head as it goes to an HTTP/1.x client, in one text, but for the last empty line: always HTTP/1.1, hop-by-hop
 * fields cut, the rest octet for octet.
 *
 * @param removed lower-case names of fields that do not go on
 * @param extra field lines of the gateway's own, each with its CRLF
 */
export function responseHead(head: MessageHead, extra: string, removed?: ReadonlySet<string>): string {
  // RFC 9110 section 8.6: no Content-Length in a 1xx or 204.
  const drop = head.status < 200 || head.status === 204 ? DROP_WITH_LENGTH : DROP;
  // RFC 9112 section 4: the space stands there even before no reason phrase.
  if (head.startLineEnd === 12) return `HTTP/1.1 ${head.status} \r\n${copyFields(head, drop, removed)}${extra}`;
  const statusLine =
    head.minorVersion === 1
      ? head.text.slice(0, head.startLineEnd + 2)
      : `HTTP/1.1${head.text.slice(8, head.startLineEnd + 2)}`;
  return statusLine + copyFields(head, drop, removed) + extra;
}
