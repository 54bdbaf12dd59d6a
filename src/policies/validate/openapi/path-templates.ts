import { normalizePath } from "../../../routing/path.ts";
import type { Operation } from "./operation.ts";

/** What a path of the document has, and where it begins. */
export interface PathItem {
  /** As in the document: "/pets/{petId}". */
  readonly template: string;
  /** Without a closing slash; "" if the document's paths begin at the root. */
  readonly basePaths: readonly string[];
  /** By method. */
  readonly operations: ReadonlyMap<string, Operation>;
}

/** What a request's path and method find. */
export type Found =
  | { readonly kind: "operation"; readonly operation: Operation; readonly captures: ReadonlyMap<string, string> }
  | { readonly kind: "no-path" }
  | { readonly kind: "no-method"; readonly template: string; readonly allow: readonly string[] };

interface Compiled {
  readonly item: PathItem;
  readonly segments: readonly Segment[];
}

/** Literal text, or captures between literals: always one literal more than there are names. */
type Segment = string | { readonly names: readonly string[]; readonly literals: readonly string[] };

/**
 * Finds operations by path and method. Of several templates that fit, the one that is literal in the earlier segment
 * counts, as OpenAPI wants it ("concrete" before "templated"). Behind a base path of `servers`, the longest first, and
 * then at the root; or behind `basePath` alone, if there is one.
 *
 * Source: OpenAPI 3.0.3 and 3.1.1, "Paths Object", "Path Templating Matching".
 */
export class PathTemplates {
  private readonly bases: readonly { readonly base: string; readonly bySize: Map<number, Compiled[]> }[];

  constructor(items: readonly PathItem[], basePath: string | undefined) {
    const bases =
      basePath === undefined ? new Set(items.flatMap((item) => item.basePaths)).add("") : new Set([basePath]);
    const sorted = [...bases].sort((a, b) => b.length - a.length);
    this.bases = sorted.map((base) => ({
      base,
      bySize: compileAll(items.filter((item) => base === "" || base === basePath || item.basePaths.includes(base))),
    }));
  }

  /** @param path in its normal form */
  find(path: string, method: string): Found {
    for (const { base, bySize } of this.bases) {
      if (base !== "" && !path.startsWith(`${base}/`) && path !== base) continue;
      const segments = (path.slice(base.length) || "/").slice(1).split("/");
      for (const compiled of bySize.get(segments.length) ?? []) {
        const captures = capturesOf(compiled, segments);
        if (captures !== undefined) return foundIn(compiled.item, method, captures);
      }
    }
    return { kind: "no-path" };
  }
}

function foundIn({ template, operations }: PathItem, method: string, captures: ReadonlyMap<string, string>): Found {
  const operation = operations.get(method) ?? (method === "HEAD" ? operations.get("GET") : undefined);
  if (operation !== undefined) return { kind: "operation", operation, captures };
  const allow = [...operations.keys()].flatMap((name) =>
    name === "GET" && !operations.has("HEAD") ? [name, "HEAD"] : name,
  );
  return { kind: "no-method", template, allow };
}

function compileAll(items: readonly PathItem[]): Map<number, Compiled[]> {
  const bySize = new Map<number, Compiled[]>();
  for (const item of items) {
    const segments = item.template.slice(1).split("/").map(compileSegment);
    bySize.set(segments.length, [...(bySize.get(segments.length) ?? []), { item, segments }]);
  }
  for (const list of bySize.values()) list.sort(bySpecificity);
  return bySize;
}

function bySpecificity(a: Compiled, b: Compiled): number {
  for (let i = 0; i < a.segments.length; i++) {
    const [first, second] = [weightOf(a.segments[i]), weightOf(b.segments[i])];
    if (first !== second) return second - first;
  }
  return 0;
}

function weightOf(segment: Segment | undefined): number {
  return typeof segment === "object" ? segment.literals.join("").length : Number.MAX_SAFE_INTEGER;
}

function compileSegment(text: string): Segment {
  const parts = text.split(/\{([^{}]*)\}/);
  if (parts.length === 1) return normalLiteral(text);
  const names = parts.filter((_, i) => i % 2 === 1);
  const literals = parts.filter((_, i) => i % 2 === 0).map(normalLiteral);
  return { names, literals };
}

/** A literal part in the form that requests' paths have. */
function normalLiteral(text: string): string {
  return text === "" ? "" : (normalizePath(`/${text}`)?.slice(1) ?? text);
}

const NONE: ReadonlyMap<string, string> = new Map();

function capturesOf({ segments }: Compiled, path: readonly string[]): ReadonlyMap<string, string> | undefined {
  let captures: Map<string, string> | undefined;
  for (let i = 0; i < segments.length; i++) {
    const segment = segments[i] as Segment;
    const text = path[i] as string;
    if (typeof segment === "string") {
      if (segment !== text) return undefined;
      continue;
    }
    captures ??= new Map();
    if (!takeCaptures(segment, text, captures)) return undefined;
  }
  return captures ?? NONE;
}

/**
 * Captures end where the literal behind them stands for the first time, and the last one at the end: so each text is
 * read once, and nothing is tried twice.
 */
function takeCaptures(
  { names, literals }: Exclude<Segment, string>,
  text: string,
  captures: Map<string, string>,
): boolean {
  const [first = "", ...others] = literals;
  if (!text.startsWith(first)) return false;
  let at = first.length;
  for (const [i, literal] of others.entries()) {
    const isLast = i === others.length - 1;
    const end = isLast ? text.length - literal.length : text.indexOf(literal, at + 1);
    if (end <= at || (isLast && !text.endsWith(literal))) return false;
    captures.set(names[i] as string, text.slice(at, end));
    at = end + literal.length;
  }
  return true;
}
