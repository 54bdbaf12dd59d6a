import { nearest } from "../shared/nearest.ts";
import type { PathPattern, PathSegment, SegmentPattern } from "./match-spec.ts";

/** Longer segments are not looked at for spelling: the cost is quadratic, and clients choose the path. */
const MISSPELT_LENGTH = 64;
/** Paths are shown up to this length. */
const SHOWN_LENGTH = 120;

/** Whether a normalised path is one that the pattern means. For explanations: the router itself asks its index. */
export function pathMatches(pattern: PathPattern, path: string): boolean {
  if (pattern.kind === "regex") return new RegExp(pattern.source, "u").test(path);
  const segments = path.slice(1).split("/");
  if (pattern.kind === "exact" && segments.length !== pattern.segments.length) return false;
  return pattern.segments.every((segment, i) => segmentMatches(segment, segments[i]));
}

/** Why {@link pathMatches} said no, with the path that may have been meant. */
export function pathReason(pattern: PathPattern, path: string): string {
  const shown = path.length > SHOWN_LENGTH ? `${path.slice(0, SHOWN_LENGTH)}…` : path;
  if (pattern.kind === "regex") return `path ${shown} does not match ${pattern.source}`;
  const relation = pattern.kind === "exact" ? "is not" : "is not under";
  const hint = nearMiss(pattern, path);
  return `path ${shown} ${relation} ${pattern.text}${hint === undefined ? "" : ` (${hint})`}`;
}

function segmentMatches(segment: PathSegment, value: string | undefined): boolean {
  if ("literal" in segment) return value === segment.literal;
  return value !== undefined && value !== "";
}

function nearMiss(pattern: SegmentPattern, path: string): string | undefined {
  const values = path.slice(1).split("/");
  if (pattern.kind === "exact") {
    if (path === `${pattern.text}/` || `${path}/` === pattern.text) return "the last slash counts in an exact path";
    if (pattern.segments.length < values.length && matchesSoFar(pattern.segments, values)) {
      return "an exact path does not take what is below it";
    }
  }
  const missing = pattern.segments.findIndex((segment, i) => "capture" in segment && !values[i]);
  if (missing >= 0 && matchesSoFar(pattern.segments.slice(0, missing), values)) {
    return `no segment for ${formatSegment(pattern.segments[missing])}`;
  }
  const meant = correct(pattern, values);
  if (meant !== undefined) return `did you mean ${meant}?`;
  return pattern.kind === "prefix" && path.startsWith(pattern.text) ? "a prefix counts by whole segments" : undefined;
}

function matchesSoFar(segments: readonly PathSegment[], values: readonly string[]): boolean {
  return segments.every((segment, i) => segmentMatches(segment, values[i]));
}

/** The request's path with misspelt segments put right; `undefined` if they are too far from the pattern's. */
function correct(pattern: SegmentPattern, values: readonly string[]): string | undefined {
  const excess = values.length - pattern.segments.length;
  if (excess < 0 || (pattern.kind === "exact" && excess > 0)) return undefined;
  const corrected = [...values];
  for (const [i, segment] of pattern.segments.entries()) {
    const value = values[i] ?? "";
    if (segmentMatches(segment, value)) continue;
    if (!("literal" in segment) || value.length > MISSPELT_LENGTH) return undefined;
    if (nearest(value, [segment.literal]) === undefined) return undefined;
    corrected[i] = segment.literal;
  }
  return `/${corrected.join("/")}`;
}

function formatSegment(segment: PathSegment | undefined): string {
  if (segment === undefined) return "";
  return "capture" in segment ? `{${segment.capture}}` : segment.literal;
}
