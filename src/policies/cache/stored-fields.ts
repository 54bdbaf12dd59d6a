import type { Fields } from "../../exchange/answer.ts";
import type { HeaderReader } from "../../exchange/header-reader.ts";

/**
 * What is not stored (RFC 9111 section 3.1): fields of one connection, of one proxy, and of one exchange; length and age are
 * said anew each time.
 */
const NEVER = new Set([
  "connection",
  "keep-alive",
  "proxy-connection",
  "proxy-authenticate",
  "proxy-authentication-info",
  "proxy-authorization",
  "te",
  "trailer",
  "transfer-encoding",
  "upgrade",
  "content-length",
  "age",
  "set-cookie",
  "x-request-id",
]);

/** RFC 9111 section 3.2: what a later response says of these is not about the stored octets. */
const NEVER_UPDATED = new Set(["content-encoding", "content-range"]);

/** A response's fields as they are stored: with a Date, whatever it takes. */
export function fieldsToStore(headers: HeaderReader, without: readonly string[], receivedAt: number): Fields {
  const dropped = new Set([...without, ...connectionOptions(headers)]);
  const kept = headers.entries().filter(([name]) => !NEVER.has(name) && !dropped.has(name));
  if (kept.some(([name]) => name === "date")) return kept;
  return [["date", new Date(receivedAt).toUTCString()], ...kept];
}

/**
 * The stored fields, with those in their place that a later response to the same request has brought (RFC 9111 section 3.2).
 */
export function updateFields(stored: Fields, headers: HeaderReader, receivedAt: number): Fields {
  const dropped = new Set(connectionOptions(headers));
  const newer = headers
    .entries()
    .filter(([name]) => !NEVER.has(name) && !NEVER_UPDATED.has(name) && !dropped.has(name));
  const replaced = new Set(newer.map(([name]) => name));
  const kept = stored.filter(([name]) => !replaced.has(name) && name !== "date");
  const date = newer.find(([name]) => name === "date") ?? ["date", new Date(receivedAt).toUTCString()];
  return [date, ...kept, ...newer.filter(([name]) => name !== "date")];
}

/** The fields of a response that goes to one client, unstored. */
export function fieldsToPass(headers: HeaderReader): Fields {
  const dropped = new Set(connectionOptions(headers));
  return headers
    .entries()
    .filter(([name]) => (name === "set-cookie" || name === "age" || !NEVER.has(name)) && !dropped.has(name));
}

/** RFC 9110 section 7.6.1: the fields that Connection names are of the connection, too. */
function connectionOptions(headers: HeaderReader): string[] {
  const value = headers.get("connection");
  return value === undefined ? [] : value.split(",").map((option) => option.trim().toLowerCase());
}

/** Read access to stored fields. */
export function readFields(fields: Fields): HeaderReader {
  const getAll = (name: string): string[] => fields.filter(([known]) => known === name).map(([, value]) => value);
  return {
    get: (name) => {
      const values = getAll(name);
      return values.length === 0 ? undefined : values.join(", ");
    },
    getAll,
    has: (name) => fields.some(([known]) => known === name),
    entries: () => fields.map(([name, value]) => [name, value]),
  };
}
