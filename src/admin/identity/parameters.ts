/** What a client sent, in a query or a form (RFC 6749 appendix B). */
export interface Parameters {
  /** The value; `undefined` for one that is absent or empty, which RFC 6749 section 3.1 holds equal. */
  get(name: string): string | undefined;
  getAll(name: string): readonly string[];
  /** Names that stand there more than once, though they must not. */
  readonly repeated: readonly string[];
}

/** RFC 8707 section 2, and what others call the same: these may be repeated. */
const LISTS = ["resource", "audience"];

/** Reads an encoded query or form. */
export function readParameters(encoded: string): Parameters {
  const all = new Map<string, string[]>();
  for (const [name, value] of new URLSearchParams(encoded)) {
    const values = all.get(name);
    if (values === undefined) all.set(name, [value]);
    else values.push(value);
  }
  return {
    get: (name) => all.get(name)?.[0] || undefined,
    getAll: (name) => (all.get(name) ?? []).filter(Boolean),
    repeated: [...all].filter(([name, values]) => values.length > 1 && !LISTS.includes(name)).map(([name]) => name),
  };
}
