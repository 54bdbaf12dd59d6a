/**
 * Which of the fields that a proxy must know a field is. Everything else is `OTHER` and is copied unread.
 * Numbers, because one byte per field is kept for every message.
 */
export const FIELD = {
  OTHER: 0,
  HOST: 1,
  CONNECTION: 2,
  CONTENT_LENGTH: 3,
  TRANSFER_ENCODING: 4,
  EXPECT: 5,
  UPGRADE: 6,
  TE: 7,
  TRAILER: 8,
  KEEP_ALIVE: 9,
  PROXY_CONNECTION: 10,
  PROXY_AUTHENTICATE: 11,
  PROXY_AUTHORIZATION: 12,
  VIA: 13,
  X_REQUEST_ID: 14,
  X_FORWARDED_FOR: 15,
  X_FORWARDED_PROTO: 16,
  X_FORWARDED_HOST: 17,
  X_FORWARDED_PORT: 18,
  FORWARDED: 19,
  X_CONSUMER: 20,
  DATE: 21,
  /** X-Forwarded-* of any other name, by which some proxy or other vouches for something. */
  X_FORWARDED_OTHER: 22,
  X_REAL_IP: 23,
  MAX_FORWARDS: 24,
  /** Location, Content-Location, Refresh: where endpoints name places. These two are the last: see `namesPlaces`. */
  LOCATION: 25,
  SET_COOKIE: 26,
} as const;

const KNOWN: readonly (readonly [name: string, kind: number])[] = [
  ["host", FIELD.HOST],
  ["connection", FIELD.CONNECTION],
  ["content-length", FIELD.CONTENT_LENGTH],
  ["transfer-encoding", FIELD.TRANSFER_ENCODING],
  ["expect", FIELD.EXPECT],
  ["upgrade", FIELD.UPGRADE],
  ["te", FIELD.TE],
  ["trailer", FIELD.TRAILER],
  ["keep-alive", FIELD.KEEP_ALIVE],
  ["proxy-connection", FIELD.PROXY_CONNECTION],
  ["proxy-authenticate", FIELD.PROXY_AUTHENTICATE],
  ["proxy-authorization", FIELD.PROXY_AUTHORIZATION],
  ["via", FIELD.VIA],
  ["x-request-id", FIELD.X_REQUEST_ID],
  ["x-forwarded-for", FIELD.X_FORWARDED_FOR],
  ["x-forwarded-proto", FIELD.X_FORWARDED_PROTO],
  ["x-forwarded-host", FIELD.X_FORWARDED_HOST],
  ["x-forwarded-port", FIELD.X_FORWARDED_PORT],
  ["forwarded", FIELD.FORWARDED],
  ["date", FIELD.DATE],
  ["x-real-ip", FIELD.X_REAL_IP],
  ["max-forwards", FIELD.MAX_FORWARDS],
  ["location", FIELD.LOCATION],
  ["content-location", FIELD.LOCATION],
  ["refresh", FIELD.LOCATION],
  ["set-cookie", FIELD.SET_COOKIE],
];

interface KnownField {
  readonly octets: Uint8Array;
  readonly kind: number;
}

/** By length, then compared whole: most fields of a message are ruled out by their length and first letter. */
const BY_LENGTH: readonly (readonly KnownField[])[] = Array.from({ length: 20 }, (_, length) =>
  KNOWN.filter(([name]) => name.length === length).map(([name, kind]) => ({
    octets: Buffer.from(name, "latin1"),
    kind,
  })),
);

const CONSUMER_PREFIX = Buffer.from("x-consumer-", "latin1");

const FORWARDED_PREFIX = Buffer.from("x-forwarded-", "latin1");
const REAL_IP = Buffer.from("x-real-ip", "latin1");

const FORWARDED = BY_LENGTH.flat().filter(
  ({ kind }) => kind >= FIELD.X_FORWARDED_FOR && kind <= FIELD.X_FORWARDED_PORT,
);

/** The kind of the field name that stands in `bytes` from `start` to `end` (already known to be a token). */
export function fieldKind(bytes: Uint8Array, start: number, end: number): number {
  const length = end - start;
  const first = (bytes[start] as number) | 0x20;
  const known = BY_LENGTH[length];
  if (known !== undefined) {
    for (let i = 0; i < known.length; i++) {
      const candidate = known[i] as KnownField;
      if (candidate.octets[0] === first && sameLetters(bytes, start, candidate.octets)) return candidate.kind;
    }
  }
  if (first === 0x78 && length >= REAL_IP.length) return vouchedKind(bytes, start, length);
  return FIELD.OTHER;
}

/**
 * Fields by which the gateway, or a proxy in front of it, vouches for something. CGI, WSGI and Rack endpoints read
 * `x_consumer_id` as `x-consumer-id`, so that here "_" counts as "-": a client's must not get past as another field.
 */
function vouchedKind(bytes: Uint8Array, start: number, length: number): number {
  if (length === REAL_IP.length) return sameButUnderscores(bytes, start, REAL_IP) ? FIELD.X_REAL_IP : FIELD.OTHER;
  if (length > CONSUMER_PREFIX.length && sameButUnderscores(bytes, start, CONSUMER_PREFIX)) return FIELD.X_CONSUMER;
  if (length <= FORWARDED_PREFIX.length || !sameButUnderscores(bytes, start, FORWARDED_PREFIX)) return FIELD.OTHER;
  for (const { octets, kind } of FORWARDED) {
    if (octets.length === length && sameButUnderscores(bytes, start, octets)) return kind;
  }
  return FIELD.X_FORWARDED_OTHER;
}

/** Compares with a lower-case name. Of a token's octets, only letters change under `| 0x20` to what is compared here. */
function sameLetters(bytes: Uint8Array, start: number, name: Uint8Array): boolean {
  for (let i = 0; i < name.length; i++) {
    if (((bytes[start + i] as number) | 0x20) !== name[i]) return false;
  }
  return true;
}

/** The same, where a "_" (0x7f under `| 0x20`) stands for a "-" as well. */
function sameButUnderscores(bytes: Uint8Array, start: number, name: Uint8Array): boolean {
  for (let i = 0; i < name.length; i++) {
    const octet = (bytes[start + i] as number) | 0x20;
    if (octet !== name[i] && !(octet === 0x7f && name[i] === 0x2d)) return false;
  }
  return true;
}
