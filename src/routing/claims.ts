import { createValueTest } from "./field-predicate.ts";
import type { ClaimTest } from "./match-spec.ts";

/** Claims of a verified token. */
export type Claims = Readonly<Record<string, unknown>>;

/**
 * What is known of the caller, by route, because each has its own `authenticate`: its claims, `null` where it verified no
 * token, `undefined` where nobody has asked it yet.
 */
export interface KnownClaims {
  get(route: number): Claims | null | undefined;
  /** For explanations: why there are none, in a phrase. */
  why?(route: number): string | undefined;
}

/** No route has verified a token. */
export const NO_CLAIMS: KnownClaims = { get: () => null };

/**
 * A claim by its name, or by a path of names with dots between ("realm_access.roles"); `undefined` if there is none. A
 * claim whose name has the dots itself ("https://a.example/roles") comes first.
 */
export function readClaim(claims: Claims, name: string): unknown {
  if (Object.hasOwn(claims, name)) return claims[name];
  if (!name.includes(".")) return undefined;
  let value: unknown = claims;
  for (const step of name.split(".")) {
    if (typeof value !== "object" || value === null || !Object.hasOwn(value, step)) return undefined;
    value = (value as Claims)[step];
  }
  return value;
}

/**
 * A function that says whether claims pass a test. Of a list, one element has to. Texts, numbers and booleans are
 * different things: "1" is not 1; a regex is tested on any of them as text. `null` counts as absent.
 */
export function createClaimTest({ name, test }: ClaimTest): (claims: Claims) => boolean {
  if (test.kind === "present")
    return (claims) => ((readClaim(claims, name) ?? undefined) !== undefined) === test.present;
  const passes = test.kind === "equals" ? (value: unknown) => value === test.value : regexTest(createValueTest(test));
  return (claims) => {
    const value = readClaim(claims, name);
    return Array.isArray(value) ? value.some(passes) : passes(value);
  };
}

function regexTest(matches: (text: string) => boolean): (value: unknown) => boolean {
  return (value) => isScalar(value) && matches(String(value));
}

function isScalar(value: unknown): value is string | number | boolean {
  return typeof value === "string" || typeof value === "number" || typeof value === "boolean";
}

/** The claims that a match asks for, compiled. All have to pass. */
export interface ClaimsCheck {
  passes(claims: Claims): boolean;
  /** Why they do not pass, in human words; `null`: there are none, for the reason `why`. */
  reason(claims: Claims | null, why?: string): string;
}

/** Compiles the claims of a match; `undefined` if it asks for none. */
export function createClaimsCheck(tests: readonly ClaimTest[]): ClaimsCheck | undefined {
  if (tests.length === 0) return undefined;
  const compiled = tests.map((test) => ({ passes: createClaimTest(test), text: describeClaimTest(test) }));
  return {
    passes: (claims) => compiled.every((one) => one.passes(claims)),
    reason: (claims, why) => {
      if (claims === null) {
        return `claims are not known: no token was verified for this route${why === undefined ? "" : ` (${why})`}`;
      }
      const failed = compiled.find((one) => !one.passes(claims));
      return `the verified token has no claim whose ${failed?.text ?? "value is another"}`;
    },
  };
}

/** A claim test in words: `plan is "gold"`. */
export function describeClaimTest({ name, test }: ClaimTest): string {
  if (test.kind === "present") return `${name} is ${test.present ? "present" : "absent"}`;
  return test.kind === "regex" ? `${name} matches ${test.source}` : `${name} is ${JSON.stringify(test.value)}`;
}
