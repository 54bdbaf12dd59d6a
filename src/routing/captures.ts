import type { MatchSpec } from "./match-spec.ts";

/**
 * What the path's captures took, by name. Values are as in the normalised path: still percent-encoded, so a value of a
 * `{name}` is one whole segment wherever it is put.
 */
export type Captures = Readonly<Record<string, string>>;

export const NO_CAPTURES: Captures = Object.freeze(Object.create(null));

/** The names that a match captures, in order: `{name}` segments, or the named groups of a regex. */
export function captureNames(spec: MatchSpec): string[] {
  const { path } = spec;
  if (path === undefined) return [];
  if (path.kind === "regex") return groupNames(path.source);
  return path.segments.flatMap((segment) => ("capture" in segment ? [segment.capture] : []));
}

/** Takes the captures of a path that the match is known to match. */
export function takeCaptures(spec: MatchSpec, path: string): Captures {
  const captures: Record<string, string> = Object.create(null);
  if (spec.path?.kind === "regex") {
    const groups = new RegExp(spec.path.source, "u").exec(path)?.groups ?? {};
    for (const [name, value] of Object.entries(groups)) if (value !== undefined) captures[name] = value;
    return captures;
  }
  const values = path.slice(1).split("/");
  spec.path?.segments.forEach((segment, index) => {
    if ("capture" in segment) captures[segment.capture] = values[index] ?? "";
  });
  return captures;
}

/** A pattern that cannot fail to match tells the names of its groups. */
function groupNames(source: string): string[] {
  return Object.keys(new RegExp(`${source}|`, "u").exec("")?.groups ?? {});
}
