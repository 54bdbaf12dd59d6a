import ipaddr from "ipaddr.js";
import { createValueTest } from "./field-predicate.ts";
import {
  EVERY_PATH,
  type FieldTest,
  type MatchSpec,
  type PathPattern,
  type PathSegment,
  type ValueTest,
} from "./match-spec.ts";
import { admittedMethods } from "./method.ts";

/**
 * Whether every request that satisfies `narrow` satisfies `wide`. Sound, not complete: `true` is a proof, `false` says
 * nothing. A wide match with claims is never one: they hold only for what its own route authenticates.
 */
export function covers(wide: MatchSpec, narrow: MatchSpec): boolean {
  return (
    coversHost(wide, narrow) &&
    coversPath(wide.path ?? EVERY_PATH, narrow.path ?? EVERY_PATH) &&
    coversMethods(wide.methods, narrow.methods) &&
    coversFields(wide.headers, narrow.headers) &&
    coversFields(wide.query, narrow.query) &&
    coversFields(wide.cookies, narrow.cookies) &&
    wide.claims.length === 0 &&
    coversClients(wide.clientIp, narrow.clientIp)
  );
}

function coversHost({ host: wide }: MatchSpec, { host: narrow }: MatchSpec): boolean {
  if (wide === undefined) return true;
  if (narrow === undefined) return false;
  if (wide.kind === "exact") return narrow.kind === "exact" && narrow.name === wide.name;
  if (narrow.kind === "suffix") return narrow.suffix.endsWith(wide.suffix);
  return narrow.name.length > wide.suffix.length && narrow.name.endsWith(wide.suffix);
}

function coversPath(wide: PathPattern, narrow: PathPattern): boolean {
  if (wide.kind === "regex") return narrow.kind === "regex" && narrow.source === wide.source;
  if (narrow.kind === "regex") {
    const known = leadingSegments(narrow.source);
    return wide.kind === "prefix" && coversSegments(wide.segments, known);
  }
  if (wide.kind === "exact") {
    if (narrow.kind === "prefix" || narrow.segments.length !== wide.segments.length) return false;
  }
  return coversSegments(wide.segments, narrow.segments);
}

function coversSegments(wide: readonly PathSegment[], narrow: readonly PathSegment[]): boolean {
  return wide.every((segment, i) => {
    const other = narrow[i];
    if (other === undefined) return false;
    if ("literal" in segment) return "literal" in other && other.literal === segment.literal;
    return "capture" in other || other.literal !== "";
  });
}

/**
 * The segments with which every path begins that the regex matches, as far as its text shows them. `^/o/[0-9]+$` begins
 * with the segment "o": the "/" after it is there whatever comes next.
 */
function leadingSegments(source: string): PathSegment[] {
  if (!source.startsWith("^/") || source.includes("|")) return [];
  const plain = /^\^((?:[A-Za-z0-9_\-/~]|\\[./-])*)/.exec(source);
  const rest = source.slice(plain?.[0].length ?? 0);
  const tokens = (plain?.[1] ?? "").match(/\\?./g) ?? [];
  // The last one may come any number of times.
  if (/^[*+?{]/.test(rest)) tokens.pop();
  const text = tokens.map((token) => token.replace("\\", "")).join("");
  const segments = text.split("/").slice(1);
  if (rest !== "$") segments.pop();
  return segments.map((literal) => ({ literal }));
}

function coversMethods(wide: readonly string[], narrow: readonly string[]): boolean {
  if (wide.length === 0) return true;
  const admitted = admittedMethods(wide);
  return narrow.length > 0 && narrow.every((method) => admitted.has(method));
}

function coversFields(wide: readonly FieldTest[], narrow: readonly FieldTest[]): boolean {
  return wide.every((field) =>
    narrow.some((other) => other.name === field.name && coversValue(field.test, other.test)),
  );
}

function coversValue(wide: ValueTest, narrow: ValueTest): boolean {
  if (narrow.kind === "equals") return createValueTest(wide)(narrow.value);
  if (wide.kind === "present") return wide.present === (narrow.kind === "present" ? narrow.present : true);
  return wide.kind === "regex" && narrow.kind === "regex" && wide.source === narrow.source;
}

function coversClients(wide: readonly string[], narrow: readonly string[]): boolean {
  if (wide.length === 0) return true;
  if (narrow.length === 0) return false;
  return narrow.every((network) => wide.some((other) => containsNetwork(other, network)));
}

function containsNetwork(wide: string, narrow: string): boolean {
  const [wideAddress, wideBits] = ipaddr.parseCIDR(wide);
  const [address, bits] = ipaddr.parseCIDR(narrow);
  return wideAddress.kind() === address.kind() && bits >= wideBits && address.match(wideAddress, wideBits);
}
