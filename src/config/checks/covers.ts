import { EVERY_PATH, type FieldTest, type MatchSpec, type ValueTest } from "../../routing/match-spec.ts";
import { admittedMethods } from "../../routing/method.ts";

/** What decides about a path: its kind and its segments, whatever captures are called. */
export function pathShape(spec: MatchSpec): string {
  const path = spec.path ?? EVERY_PATH;
  if (path.kind === "regex") return `regex ${path.source}`;
  return `${path.kind} /${path.segments.map((segment) => ("literal" in segment ? segment.literal : "{}")).join("/")}`;
}

/**
 * Whether `broad` provably admits every request that `narrow` admits, given that host and path of `broad` do. False
 * wherever it is not certain.
 */
export function covers(broad: MatchSpec, narrow: MatchSpec): boolean {
  return (
    broad.claims.length === 0 &&
    coversMethods(broad.methods, narrow.methods) &&
    impliesAll(narrow.headers, broad.headers) &&
    impliesAll(narrow.query, broad.query) &&
    impliesAll(narrow.cookies, broad.cookies) &&
    (broad.clientIp.length === 0 ||
      (narrow.clientIp.length > 0 && narrow.clientIp.every((network) => broad.clientIp.includes(network))))
  );
}

function coversMethods(broad: readonly string[], narrow: readonly string[]): boolean {
  if (broad.length === 0) return true;
  const admitted = admittedMethods(broad);
  return narrow.length > 0 && [...admittedMethods(narrow)].every((method) => admitted.has(method));
}

function impliesAll(given: readonly FieldTest[], wanted: readonly FieldTest[]): boolean {
  return wanted.every((want) => given.some((test) => test.name === want.name && implies(test.test, want.test)));
}

/** Whether a value that passes `given` passes `wanted` too. */
function implies(given: ValueTest, wanted: ValueTest): boolean {
  if (given.kind === wanted.kind && JSON.stringify(given) === JSON.stringify(wanted)) return true;
  if (wanted.kind === "present") return wanted.present && given.kind !== "present";
  return wanted.kind === "regex" && given.kind === "equals" && new RegExp(wanted.source, "u").test(given.value);
}
