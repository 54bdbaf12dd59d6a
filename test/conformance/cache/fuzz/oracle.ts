import type { Flag, Move, Said } from "./history.ts";

/** What is known of a response that the endpoint once sent, with what 304s have said of it since. */
interface Sent {
  readonly path: string;
  readonly toHead: boolean;
  variant: string | undefined;
  credentials: boolean;
  readonly noStoreAsked: boolean;
  said: Said;
  at: number;
}

/** What the client got. */
export interface Got {
  readonly status: number;
  /** Which of the endpoint's responses it is: the number in X-Id. */
  readonly id: number | undefined;
  readonly age: number | undefined;
}

/** Seconds that rounding may cost. */
const SLACK = 2;
const FAILURES = [500, 502, 503, 504];

/**
 * Says whether a response that came from a cache may have come from it: a second reading of RFC 9111, that knows what the
 * endpoint meant and parses nothing.
 */
export class Oracle {
  private readonly sent = new Map<number, Sent>();
  /** When what is stored for a path was last made void. */
  private readonly voidSince = new Map<string, number>();

  /** The endpoint has answered in full. */
  answered(id: number, move: Move, at: number): void {
    const { path, variant, said, method } = move;
    if (method === "POST" || method === "PUT") {
      if (said.status < 400) this.voidSince.set(path, at);
      return;
    }
    const noStoreAsked = move.wants === "no-store";
    this.sent.set(id, {
      path,
      toHead: method === "HEAD",
      variant,
      credentials: move.credentials !== undefined,
      noStoreAsked,
      said,
      at,
    });
  }

  /** The endpoint has said that this one is unchanged; what it says now replaces what it said. */
  confirmed(id: number, { said, credentials, variant }: Move, at: number): void {
    const known = this.sent.get(id);
    if (known === undefined) return;
    const expires = said.expires ?? expiresFrom(known, at);
    const says = hasDirectives(said) ? said : { ...said, ...directivesOf(known.said) };
    const { age, vary = known.said.vary } = said;
    // A cookie that comes with a 304 is the client's own; whoever stores it is found by the other cases.
    const { status, cookie } = known.said;
    known.said = { ...says, expires, age, vary, status, cookie };
    known.at = at;
    // Whoever is told that nothing has changed might as well have been sent all of it.
    known.variant = variant;
    known.credentials = credentials !== undefined;
  }

  /** @returns what is wrong with answering this request, now, with that response, without asking or in an error's place */
  objection(move: Move, got: Got, now: number, asked: boolean, failed: boolean): string | undefined {
    const { id } = got;
    const known = id === undefined ? undefined : this.sent.get(id);
    if (known === undefined) return `a response that nobody sent: ${id}`;
    const { said } = known;
    if (move.method !== "GET" && move.method !== "HEAD") return `${move.method} was answered without the endpoint`;
    if (known.path !== move.path) return "another path's response";
    if (known.toHead && move.method === "GET") return "a HEAD's response for a GET";
    const forbidding = (["no-store", "private"] as const).find((flag) => said.flags.includes(flag));
    if (forbidding !== undefined) return `${forbidding} was stored`;
    if (said.cookie) return "a cookie was shared";
    if (known.noStoreAsked) return "stored against the request's no-store";
    if (said.vary === "*") return "Vary: * matched";
    if (said.vary === "X-A" && known.variant !== move.variant) return "another variant";
    const allows = has(said, "public", "must-revalidate") || said.sMaxage !== undefined;
    if (known.credentials && !allows) return "it was for somebody's credentials";
    if ((this.voidSince.get(known.path) ?? -1) > known.at) return "it was invalidated";
    return timeObjection(move, known, now, { asked, failed }) ?? ageObjection(known, got, now);
  }
}

interface Circumstances {
  /** The endpoint has been asked in the meantime. */
  readonly asked: boolean;
  /** And it failed. */
  readonly failed: boolean;
}

function ageObjection({ said, at }: Sent, { age: told }: Got, now: number): string | undefined {
  if (told === undefined) return "it has no Age";
  const age = (said.age ?? 0) + (now - at);
  return Math.abs(told - age) > SLACK ? `Age is ${told}, not ${age}` : undefined;
}

function timeObjection({ wants }: Move, { said, at }: Sent, now: number, { asked, failed }: Circumstances) {
  if (has(said, "no-cache")) return "no-cache was used unvalidated";
  if (!asked && wants === "no-cache") return "the request wanted validation";
  const age = (said.age ?? 0) + (now - at);
  const staleFor = age - lifetimeOf(said);
  if (staleFor <= SLACK) return asked ? undefined : wantsObjection(wants, age, -staleFor);
  if (has(said, "must-revalidate", "proxy-revalidate")) return "stale, and to be revalidated";
  if (staleFor <= (said.staleWhileRevalidate ?? 0) + SLACK) return undefined;
  if (failed && staleFor <= (said.staleIfError ?? 0) + SLACK) return undefined;
  if (said.sMaxage !== undefined) return "stale by s-maxage";
  const mostStale = wants === "max-stale" ? Number.POSITIVE_INFINITY : wants === "max-stale=20" ? 20 : 0;
  return staleFor <= mostStale + SLACK ? undefined : "stale";
}

function wantsObjection(wants: string | undefined, age: number, freshFor: number): string | undefined {
  const oldest = wants === "max-age=0" ? 0 : wants === "max-age=20" ? 20 : Number.POSITIVE_INFINITY;
  if (age > oldest + SLACK) return "older than the request wanted";
  return wants === "min-fresh=20" && freshFor < 20 - SLACK ? "less fresh than the request wanted" : undefined;
}

export const isFailure = (status: number): boolean => FAILURES.includes(status);

function has({ flags }: Said, ...wanted: Flag[]): boolean {
  return wanted.some((flag) => flags.includes(flag));
}

function lifetimeOf({ sMaxage, maxAge, expires }: Said): number {
  return sMaxage ?? maxAge ?? Math.max(0, expires ?? 0);
}

function hasDirectives(said: Said): boolean {
  return Object.values(directivesOf(said)).some((each) => (Array.isArray(each) ? each.length > 0 : each !== undefined));
}

function directivesOf({ maxAge, sMaxage, flags, staleWhileRevalidate, staleIfError }: Said) {
  return { maxAge, sMaxage, flags, staleWhileRevalidate, staleIfError };
}

/** An Expires that was not said again, seen from the new Date. */
function expiresFrom({ said, at }: Sent, now: number): number | undefined {
  return said.expires === undefined ? undefined : said.expires - (now - at);
}
