import type { PathSegment, SegmentPattern } from "./match-spec.ts";
import { normalizePath, PATH_PROBLEMS, pathProblem } from "./path.ts";

const CAPTURE = /^\{([A-Za-z_][A-Za-z0-9_-]*)\}$/;

type Problem = { readonly problem: string };

/**
 * The pattern that a config's path means, or what is wrong with it, as a sentence that begins with "must". Percent-encodings
 * are brought to the normal form of request paths, and characters beyond ASCII are encoded as UTF-8.
 * One slash at the end of a prefix says nothing (`/users/` is `/users`); at the end of an exact path it counts.
 */
export function parsePathPattern(kind: "exact" | "prefix", text: string): SegmentPattern | Problem {
  if (!text.startsWith("/")) return { problem: 'must begin with "/", as in /users' };
  if (/[?#]/.test(text)) return { problem: "must be a path alone: query parameters belong under `query`" };
  const parts = text.slice(1).split("/");
  if (kind === "prefix" && parts.at(-1) === "") parts.pop();
  const segments: PathSegment[] = [];
  const names = new Set<string>();
  for (const part of parts) {
    const segment = parseSegment(part);
    if ("problem" in segment) return segment;
    if ("capture" in segment) {
      if (names.has(segment.capture)) return { problem: `must not capture {${segment.capture}} twice` };
      names.add(segment.capture);
    }
    segments.push(segment);
  }
  return { kind, text: formatSegments(segments), segments };
}

function parseSegment(part: string): PathSegment | Problem {
  const capture = CAPTURE.exec(part);
  if (capture) return { capture: capture[1] as string };
  if (/[{}]/.test(part)) {
    return { problem: "must have captures that are whole segments with a simple name, as in /orders/{id}" };
  }
  if (part === "*" || part === "**") {
    return {
      problem: 'must not have a "*" segment: a prefix matches all below it already, and {name} matches one segment',
    };
  }
  if (/^:[A-Za-z_]\w*$/.test(part))
    return { problem: `must write captures in braces: {${part.slice(1)}}, not ${part}` };
  const path = encodeBeyondAscii(`/${part}`);
  const literal = normalizePath(path);
  if (literal !== undefined) return { literal: literal.slice(1) };
  return {
    problem: `must be a path that a request can have; this one ${PATH_PROBLEMS[pathProblem(path) ?? "not-ascii"]}`,
  };
}

function formatSegments(segments: readonly PathSegment[]): string {
  return `/${segments.map((segment) => ("literal" in segment ? segment.literal : `{${segment.capture}}`)).join("/")}`;
}

/** A lone surrogate has no encoding and is left as it is, to be refused. */
function encodeBeyondAscii(text: string): string {
  return text.replace(/[^\0-\x7f]/gu, (char) => (/\p{Surrogate}/u.test(char) ? char : encodeURIComponent(char)));
}
