/** Which origins may read responses, and what they are told. */
export interface Origins {
  /** The same answer for everybody: nothing varies by Origin. */
  readonly any: boolean;
  /** The value of Access-Control-Allow-Origin; `undefined` for an origin that is not allowed. */
  allowOrigin(origin: string): string | undefined;
  /** Whether the config names this very origin. */
  names(origin: string): boolean;
}

/**
 * Origins are compared octet for octet, as browsers write them (Fetch standard 3.2.3: "byte-serializing"): two Origin
 * fields, another case or `null` are no origin of the list. Only `*` allows `null`, which sandboxed pages and files have.
 */
export function createOrigins(origins: readonly string[]): Origins {
  const listed = new Set(origins);
  const any = listed.has("*");
  return {
    any,
    allowOrigin: (origin) => (any ? "*" : listed.has(origin) ? origin : undefined),
    names: (origin) => origin !== "*" && listed.has(origin),
  };
}
