import { CR } from "../octets.ts";
import { FIELD } from "./field-kind.ts";
import type { MessageHead } from "./message-head.ts";

const { CONNECTION, KEEP_ALIVE, PROXY_CONNECTION, PROXY_AUTHENTICATE, PROXY_AUTHORIZATION, TE, TRAILER } = FIELD;

/** 1 for the kinds that a proxy never copies, in either direction (RFC 9110 section 7.6.1). */
const HOP_BY_HOP: readonly number[] = [
  CONNECTION,
  KEEP_ALIVE,
  PROXY_CONNECTION,
  PROXY_AUTHENTICATE,
  PROXY_AUTHORIZATION,
  TE,
  TRAILER,
  FIELD.TRANSFER_ENCODING,
  FIELD.UPGRADE,
];

/** A table by kind, for `copyFields`: hop-by-hop fields, and these. */
export function dropTable(...kinds: readonly number[]): Uint8Array {
  const table = new Uint8Array(Object.keys(FIELD).length);
  for (const kind of [...HOP_BY_HOP, ...kinds]) table[kind] = 1;
  return table;
}

/**
 * The message's field lines as they came, octet for octet, less those whose kind is in `drop` and those that
 * Connection or `removed` names (in lower case), and less the white space behind a length. Untouched lines are copied as whole ranges.
 */
export function copyFields(head: MessageHead, drop: Uint8Array, removed?: ReadonlySet<string>): string {
  const { offsets, kinds, count, text } = head;
  const nominated = nominatedFields(head);
  let out = "";
  let from = head.startLineEnd + 2;
  for (let i = 0; i < count; i++) {
    const kind = kinds[i] as number;
    const dropped =
      drop[kind] === 1 ||
      (nominated !== undefined && isNominated(head, i, nominated)) ||
      (removed !== undefined && removed.has(head.name(i).toLowerCase()));
    if (!dropped && !(kind === FIELD.CONTENT_LENGTH && isPadded(head, i))) continue;
    const cutFrom = offsets[dropped ? i * 4 : i * 4 + 3] as number;
    if (cutFrom > from) out += text.slice(from, cutFrom);
    const nextLine = i + 1 < count ? (offsets[(i + 1) * 4] as number) : text.length - 2;
    from = dropped ? nextLine : nextLine - 2;
  }
  return out + text.slice(from, text.length - 2);
}

/** White space behind a length is allowed, but there are readers that refuse a tab there: it is not passed on. */
function isPadded({ offsets, text }: MessageHead, index: number): boolean {
  return text.charCodeAt(offsets[index * 4 + 3] as number) !== CR;
}

/** The field names in Connection, in lower case; `undefined` where there are none, which is the rule. */
export function nominatedFields(head: MessageHead): Set<string> | undefined {
  let names: Set<string> | undefined;
  for (let i = head.indexOfKind(CONNECTION); i >= 0; i = head.indexOfKind(CONNECTION, i + 1)) {
    const value = head.value(i);
    if (value === "keep-alive" || value === "close" || value === "Keep-Alive") continue;
    for (const option of value.toLowerCase().split(",")) {
      const name = option.trim();
      if (name !== "" && name !== "close" && name !== "keep-alive") (names ??= new Set()).add(name);
    }
  }
  return names;
}

/** What decides how the message is read, and what the gateway adds only where it is missing. */
const NEVER_NOMINATED: ReadonlySet<number> = new Set([
  FIELD.HOST,
  FIELD.CONTENT_LENGTH,
  FIELD.X_REQUEST_ID,
  FIELD.DATE,
]);

/**
 * RFC 9110 section 7.6.1 forbids senders to name fields meant for all recipients. Obeying one who does would let a
 * client strip what decides how the message is read.
 */
export function isNominated(head: MessageHead, index: number, nominated: ReadonlySet<string>): boolean {
  if (NEVER_NOMINATED.has(head.kinds[index] as number)) return false;
  return nominated.has(head.name(index).toLowerCase());
}
