import type { Framing } from "../body/framing.ts";
import { copyFields, dropTable } from "../head/copy-fields.ts";
import { FIELD } from "../head/field-kind.ts";
import type { ForwardingFields } from "./forwarding-fields.ts";
import type { RequestView } from "./request-view.ts";

/** How the request that goes on differs from the one that came. */
export interface RequestRewrite {
  /** Path and query in place of the client's. */
  readonly target?: string | undefined;
  /** Host in place of the client's. */
  readonly host?: string | undefined;
}

/** What is said anew, whoever said it before. */
const FORWARDED_KINDS = [
  FIELD.X_REQUEST_ID,
  FIELD.X_FORWARDED_FOR,
  FIELD.X_FORWARDED_PROTO,
  FIELD.X_FORWARDED_HOST,
  FIELD.X_FORWARDED_PORT,
  FIELD.X_CONSUMER,
  FIELD.MAX_FORWARDS,
];
/** Of a client nobody vouches for: all that it says of where it comes from. */
const DROP_FROM_CLIENT = dropTable(...FORWARDED_KINDS, FIELD.FORWARDED);
const DROP_FROM_CLIENT_WITH_HOST = dropTable(...FORWARDED_KINDS, FIELD.FORWARDED, FIELD.HOST);
const DROP_FROM_PROXY = dropTable(...FORWARDED_KINDS);
const DROP_FROM_PROXY_WITH_HOST = dropTable(...FORWARDED_KINDS, FIELD.HOST);

/**
 * The request's head as it goes to an endpoint, in one text: always HTTP/1.1, hop-by-hop fields cut, the rest octet for
 * octet as the client sent it, and behind it what the gateway has to say.
 *
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
): string {
  const { head } = view;
  const plain = rewrite === undefined && view.authority !== "" && head.minorVersion === 1 && isOriginForm(view);
  const trusted = forwarding.facts.peerTrusted;
  let out: string;
  if (plain) {
    out = head.text.slice(0, head.startLineEnd + 2) + copyFields(head, trusted ? DROP_FROM_PROXY : DROP_FROM_CLIENT);
  } else {
    const host = rewrite?.host ?? (view.authority === "" ? fallbackHost : view.authority);
    out =
      `${view.method} ${rewrite?.target ?? view.target} HTTP/1.1\r\nhost: ${host}\r\n` +
      copyFields(head, trusted ? DROP_FROM_PROXY_WITH_HOST : DROP_FROM_CLIENT_WITH_HOST);
  }
  if (framing.kind === "chunked" || framing.kind === "until-close") out += "transfer-encoding: chunked\r\n";
  const hops = head.indexOfKind(FIELD.MAX_FORWARDS);
  if (hops >= 0) out += `max-forwards: ${nextMaxForwards(view.method, head.value(hops))}\r\n`;
  if (head.indexOfKind(FIELD.TE) >= 0 && /(?:^|,)\s*trailers\s*(?:,|$)/i.test(head.get("te") ?? "")) {
    // RFC 9110 section 10.1.4: who sends TE names it in Connection.
    out += "te: trailers\r\nconnection: te\r\n";
  }
  return `${out + forwarding.lines(view) + requestIdLine}\r\n`;
}

/** RFC 9110 section 7.6.2: one less for OPTIONS (TRACE is never sent on); to other methods it means nothing. */
function nextMaxForwards(method: string, value: string): string {
  return method === "OPTIONS" && /^\d+$/.test(value) ? String(Math.min(Number(value) - 1, 9_999)) : value;
}

function isOriginForm(view: RequestView): boolean {
  return view.head.targetEnd - view.head.targetStart === view.target.length;
}
