/** A JSON object's members. Read them with `Object.hasOwn` in mind: names come from outside. */
export type JsonObject = Readonly<Record<string, unknown>>;

const TEXT = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/**
 * Reads a JSON object out of bytes; `undefined` if they are not UTF-8, not JSON, no object, or name a member twice: parsers
 * differ in which one they take, and the endpoint may have another parser. Source: RFC 7515 section 4, RFC 7519 section 4,
 * RFC 8259 section 4.
 */
export function parseStrictObject(bytes: Uint8Array): JsonObject | undefined {
  try {
    const text = TEXT.decode(bytes);
    const value: unknown = JSON.parse(text);
    if (typeof value !== "object" || value === null || Array.isArray(value)) return undefined;
    return namesTwice(text) || hasLoneSurrogate(value) ? undefined : (value as JsonObject);
  } catch {
    return undefined;
  }
}

const TOKENS = /"(?:[^"\\]|\\.)*"|[{}[\],:]/g;

/** Whether an object of a well-formed text, at any depth, has two members of one name, however they are escaped. */
function namesTwice(text: string): boolean {
  /** One set of names for each object that is open; `undefined` for an array. */
  const open: (Set<string> | undefined)[] = [];
  let last: string | undefined;
  for (const [token] of text.matchAll(TOKENS)) {
    if (token === "{") open.push(new Set());
    else if (token === "[") open.push(undefined);
    else if (token === "}" || token === "]") open.pop();
    else if (token === ":" && last !== undefined) {
      const names = open.at(-1);
      const name = JSON.parse(last) as string;
      if (names?.has(name)) return true;
      names?.add(name);
    }
    last = token.startsWith('"') ? token : undefined;
  }
  return false;
}

/** Half of a pair is no character: it would turn into another one on its way, and make two names the same. */
function hasLoneSurrogate(value: unknown): boolean {
  if (typeof value === "string") return /\p{Surrogate}/u.test(value);
  if (typeof value !== "object" || value === null) return false;
  return Object.entries(value).some(([name, member]) => hasLoneSurrogate(name) || hasLoneSurrogate(member));
}
