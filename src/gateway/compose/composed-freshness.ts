import type { HeaderReader } from "../../exchange/header-reader.ts";

/** What a part's answer lets caches do. */
interface PartFreshness {
  readonly directives: ReadonlyMap<string, string>;
  /** Seconds that it is fresh for from now on; `undefined` where it does not say. */
  readonly lifetime: number | undefined;
  /** The same for shared caches. */
  readonly sharedLifetime: number | undefined;
}

/**
 * What caches may do with a response that was made of several (RFC 9111 section 5.2.2): no more than every one of them
 * allows. It is fresh for as long as the part that goes stale first. Where some say how long and others do not, nothing can
 * be promised: it is not stored. Where nobody says anything, nor does this, so that a route's own `cache` may.
 *
 * @param personal it was made for this caller: no other may be given it
 * @returns Cache-Control, or `undefined` for none
 */
export function composedCacheControl(parts: readonly HeaderReader[], personal: boolean): string | undefined {
  const all = parts.map(readFreshness);
  const some = (directive: string): boolean => all.some(({ directives }) => directives.has(directive));
  const every = (directive: string): boolean => all.every(({ directives }) => directives.has(directive));
  if (some("no-store")) return "no-store";
  const said = all.filter(({ lifetime, sharedLifetime }) => lifetime !== undefined || sharedLifetime !== undefined);
  if (said.length > 0 && said.length < all.length) return "no-store";
  const isPrivate = personal || some("private");
  const list = [
    ...(isPrivate ? ["private"] : every("public") ? ["public"] : []),
    ...(some("no-cache") ? ["no-cache"] : []),
    ...(said.length === 0 ? [] : lifetimes(all, isPrivate)),
    ...(some("must-revalidate") ? ["must-revalidate"] : []),
    ...(some("proxy-revalidate") ? ["proxy-revalidate"] : []),
    ...(some("no-transform") ? ["no-transform"] : []),
  ];
  return list.length === 0 ? undefined : list.join(", ");
}

function lifetimes(all: readonly PartFreshness[], isPrivate: boolean): string[] {
  const least = (of: (part: PartFreshness) => number | undefined): number =>
    Math.min(...all.map((one) => of(one) ?? 0));
  const own = least(({ lifetime }) => lifetime);
  const shared = least(({ lifetime, sharedLifetime }) => sharedLifetime ?? lifetime);
  return isPrivate || shared === own ? [`max-age=${own}`] : [`max-age=${own}`, `s-maxage=${shared}`];
}

function readFreshness(headers: HeaderReader): PartFreshness {
  const directives = new Map<string, string>();
  for (const directive of (headers.get("cache-control") ?? "").split(",")) {
    const [name = "", value = ""] = directive.split("=", 2);
    directives.set(name.trim().toLowerCase(), value.trim().replace(/^"(.*)"$/, "$1"));
  }
  const age = seconds(headers.get("age")) ?? 0;
  const left = (lifetime: number | undefined): number | undefined =>
    lifetime === undefined ? undefined : Math.max(0, lifetime - age);
  return {
    directives,
    lifetime: left(directives.has("max-age") ? (seconds(directives.get("max-age")) ?? 0) : expiresIn(headers)),
    sharedLifetime: left(directives.has("s-maxage") ? (seconds(directives.get("s-maxage")) ?? 0) : undefined),
  };
}

/** By Expires and Date (RFC 9111 section 4.2.1); a time that cannot be read has passed. */
function expiresIn(headers: HeaderReader): number | undefined {
  const expires = headers.get("expires");
  if (expires === undefined) return undefined;
  const left = (Date.parse(expires) - Date.parse(headers.get("date") ?? "")) / 1000;
  return Number.isFinite(left) ? Math.max(0, Math.floor(left)) : 0;
}

function seconds(text: string | undefined): number | undefined {
  return text !== undefined && /^\d{1,10}$/.test(text) ? Number(text) : undefined;
}

/** The request fields that the response depends on; "*" where there is no telling. */
export function composedVary(parts: readonly HeaderReader[], named: readonly string[]): string | undefined {
  const names = new Set<string>(named);
  for (const headers of parts) {
    for (const name of (headers.get("vary") ?? "").split(",")) {
      if (name.trim() !== "") names.add(name.trim().toLowerCase());
    }
  }
  // The parts are always asked for JSON as it is, whatever the client accepts.
  names.delete("accept");
  names.delete("accept-encoding");
  if (names.has("*")) return "*";
  return names.size === 0 ? undefined : [...names].join(", ");
}
