import type { Framing } from "../body/framing.ts";
import { copyFields, dropTable } from "../head/copy-fields.ts";
import type { FieldEditList } from "../head/field-edit-list.ts";
import { FIELD } from "../head/field-kind.ts";
import type { ForwardingFields } from "./forwarding-fields.ts";
import type { RequestView } from "./request-view.ts";

/** How the request that goes on differs from the one that came. */
export interface RequestRewrite {
  /** Path and query in place of the client's. */
  readonly target?: string | undefined;
  /** Host in place of the client's. */
  readonly host?: string | undefined;
  /** What policies change of its fields. */
  readonly fields?: FieldEditList | undefined;
}

/** What is said anew, whoever said it before. */
const SAID_ANEW = [
  FIELD.X_REQUEST_ID,
  FIELD.X_FORWARDED_FOR,
  FIELD.X_FORWARDED_PROTO,
  FIELD.X_FORWARDED_HOST,
  FIELD.X_FORWARDED_PORT,
  FIELD.FORWARDED,
  FIELD.X_CONSUMER,
  FIELD.MAX_FORWARDS,
];
/** What only a trusted proxy may say: endpoints take it for true, whoever it comes from. */
const VOUCHED = [FIELD.X_FORWARDED_OTHER, FIELD.X_REAL_IP];

const [UNTRUSTED, NEW_HOST, NO_EXPECTATION, NEW_LENGTH] = [1, 2, 4, 8];

/** By the sum of what is true of a request, the kinds of its fields that do not go on. */
const DROP: readonly Uint8Array[] = Array.from({ length: 16 }, (_, flags) =>
  dropTable(
    ...SAID_ANEW,
    ...(flags & UNTRUSTED ? VOUCHED : []),
    ...(flags & NEW_HOST ? [FIELD.HOST] : []),
    ...(flags & NO_EXPECTATION ? [FIELD.EXPECT] : []),
    ...(flags & NEW_LENGTH ? [FIELD.CONTENT_LENGTH] : []),
  ),
);

/**
 * The request's head as it goes to an endpoint, in one text: always HTTP/1.1, hop-by-hop fields cut, the rest octet for
 * octet as the client sent it, and behind it what the gateway has to say.
 *
 * @param length octets of a body that was read whole, so that the gateway says its length anew
 * @param requestIdLine "x-request-id: …\r\n", the client's own or a new one
 * @param fallbackHost for HTTP/1.0 clients that send no Host
 */
export function requestHead(
  view: RequestView,
  framing: Framing,
  forwarding: ForwardingFields,
  rewrite: RequestRewrite | undefined,
  requestIdLine: string,
  fallbackHost: string,
  length?: number,
): string {
  const { head } = view;
  const edits = rewrite?.fields;
  const keepsLine = rewrite?.target === undefined && rewrite?.host === undefined;
  const plain = keepsLine && view.authority !== "" && head.minorVersion === 1 && isOriginForm(view);
  // RFC 9110 section 10.1.1: in HTTP/1.0 there are no expectations.
  const flags =
    (forwarding.facts.peerTrusted ? 0 : UNTRUSTED) |
    (length !== undefined ? NEW_LENGTH | NO_EXPECTATION : head.minorVersion === 0 ? NO_EXPECTATION : 0);
  let out: string;
  if (plain) {
    out = head.text.slice(0, head.startLineEnd + 2) + copyFields(head, DROP[flags] as Uint8Array, edits?.removed);
  } else {
    const host = rewrite?.host ?? (view.authority === "" ? fallbackHost : view.authority);
    out =
      `${view.method} ${rewrite?.target ?? view.target} HTTP/1.1\r\nhost: ${host}\r\n` +
      copyFields(head, DROP[flags | NEW_HOST] as Uint8Array, edits?.removed);
  }
  if (length !== undefined) out += `content-length: ${length}\r\n`;
  else if (framing.kind === "chunked" || framing.kind === "until-close") out += "transfer-encoding: chunked\r\n";
  const hops = head.indexOfKind(FIELD.MAX_FORWARDS);
  if (hops >= 0) out += `max-forwards: ${nextMaxForwards(view.method, head.value(hops))}\r\n`;
  if (head.indexOfKind(FIELD.TE) >= 0 && /(?:^|,)\s*trailers\s*(?:,|$)/i.test(head.get("te") ?? "")) {
    // RFC 9110 section 10.1.4: who sends TE names it in Connection.
    out += "te: trailers\r\nconnection: te\r\n";
  }
  if (edits !== undefined) out += edits.lines();
  return `${out + forwarding.lines(view) + requestIdLine}\r\n`;
}

/** RFC 9110 section 7.6.2: one less for OPTIONS (TRACE is never sent on); to other methods it means nothing. */
function nextMaxForwards(method: string, value: string): string {
  return method === "OPTIONS" && /^\d+$/.test(value) ? String(Math.min(Number(value) - 1, 9_999)) : value;
}

function isOriginForm(view: RequestView): boolean {
  return view.head.targetEnd - view.head.targetStart === view.target.length;
}
