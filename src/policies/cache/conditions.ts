import type { HeaderReader } from "../../exchange/header-reader.ts";
import { parseHttpDate } from "./http-date.ts";
import type { RequestWants } from "./request-wants.ts";

/** What conditions are compared with. */
export interface Validators {
  readonly etag: string | undefined;
  readonly modifiedAt: number;
}

/** A part of a body, both ends included. */
export interface Part {
  readonly first: number;
  readonly last: number;
}

/**
 * Does the client have this response already (RFC 9111 section 4.3.2, RFC 9110 section 13.2.2)? Entity tags are compared
 * weakly, and If-Modified-Since counts only where there is no If-None-Match.
 */
export function isNotModified(wants: RequestWants, { etag, modifiedAt }: Validators, now: number): boolean {
  const { ifNoneMatch, ifModifiedSince } = wants;
  if (ifNoneMatch !== undefined) {
    if (ifNoneMatch.trim() === "*") return true;
    // Who forgets the quotes in one place does in the other.
    if (ifNoneMatch === etag) return true;
    return etag !== undefined && entityTags(ifNoneMatch).some((each) => opaque(each) === opaque(etag));
  }
  if (ifModifiedSince === undefined) return false;
  const since = parseHttpDate(ifModifiedSince, now);
  // Dates have no parts of a second.
  return since !== undefined && Math.floor(modifiedAt / 1000) <= since / 1000;
}

function entityTags(list: string): string[] {
  return list.match(/(?:W\/)?"[\x21\x23-\x7e\x80-\xff]*"/g) ?? [];
}

/** What weak comparison looks at (RFC 9110 section 8.8.3.2). */
function opaque(etag: string): string {
  return etag.startsWith("W/") ? etag.slice(2) : etag;
}

/** RFC 9110 section 8.8.3.2: the same octets, surely. */
export function isStrongMatch(one: string | undefined, other: string | undefined): boolean {
  return one !== undefined && one === other && !one.startsWith("W/");
}

/** What identifies a stored response. */
export interface Identity {
  readonly etag: string | undefined;
  readonly lastModified: string | undefined;
}

/**
 * Is a response that says "not modified", or one to HEAD, about the stored one (RFC 9111 sections 4.3.4 and 4.3.5)? A strong
 * entity tag must be the same one. Who names no validator at all is believed: it was asked about this very response.
 */
export function isAbout(headers: HeaderReader, { etag, lastModified }: Identity): boolean {
  const named = headers.get("etag");
  if (named !== undefined) {
    if (!named.startsWith("W/")) return isStrongMatch(named, etag);
    return etag !== undefined && opaque(named) === opaque(etag);
  }
  const modified = headers.get("last-modified");
  return modified === undefined || lastModified === undefined || modified === lastModified;
}

/** Does the client want a part, and of this very response (RFC 9110 section 13.1.5)? Only then its Range counts. */
export function wantsPart(
  { range, ifRange }: RequestWants,
  { etag, lastModified, isDateStrong }: Identity & { readonly isDateStrong: boolean },
): boolean {
  if (range === undefined) return false;
  if (ifRange === undefined) return true;
  return ifRange.includes('"') ? isStrongMatch(ifRange, etag) : isDateStrong && ifRange === lastModified;
}

/**
 * The part of `length` octets that a Range asks for (RFC 9110 section 14.1.2).
 * @returns "whole" where it is not to be heeded: another unit, several parts, or what is no range
 */
export function readRange(range: string, length: number): Part | "whole" | "unsatisfiable" {
  const found = /^\s*bytes\s*=\s*(\d*)\s*-\s*(\d*)\s*$/i.exec(range);
  if (found === null) return "whole";
  const [, from = "", to = ""] = found;
  if (from === "") {
    if (to === "") return "whole";
    const wanted = Number(to);
    return wanted === 0 || length === 0 ? "unsatisfiable" : { first: Math.max(0, length - wanted), last: length - 1 };
  }
  const first = Number(from);
  if (to !== "" && Number(to) < first) return "whole";
  if (first >= length) return "unsatisfiable";
  return { first, last: to === "" ? length - 1 : Math.min(Number(to), length - 1) };
}
