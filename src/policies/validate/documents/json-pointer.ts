/** A pointer to a member of what `pointer` points to. Source: RFC 6901 section 3. */
export function childPointer(pointer: string, key: string | number): string {
  return `${pointer}/${String(key).replaceAll("~", "~0").replaceAll("/", "~1")}`;
}

/** The keys that a pointer leads along; `undefined` if it is no pointer. Source: RFC 6901 sections 3 and 4. */
export function pointerKeys(pointer: string): string[] | undefined {
  if (pointer === "") return [];
  if (!pointer.startsWith("/") || /~(?![01])/.test(pointer)) return undefined;
  return pointer
    .slice(1)
    .split("/")
    .map((token) => token.replaceAll("~1", "/").replaceAll("~0", "~"));
}

/** What a pointer points to; `undefined` where that is nothing. Only own members are followed. */
export function pointedAt(root: unknown, pointer: string): unknown {
  let value = root;
  for (const key of pointerKeys(pointer) ?? [undefined]) {
    if (key === undefined || typeof value !== "object" || value === null || !Object.hasOwn(value, key))
      return undefined;
    if (Array.isArray(value) && !/^(?:0|[1-9]\d*)$/.test(key)) return undefined;
    value = (value as Record<string, unknown>)[key];
  }
  return value;
}

/** A mapping: neither a list nor null. */
export type Mapping = Readonly<Record<string, unknown>>;

/** Whether it is a mapping, not a list and not null. */
export function isMapping(value: unknown): value is Mapping {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** An own member of a mapping: names come out of files, and "constructor" is one that they may have. */
export function member(of: unknown, key: string): unknown {
  return isMapping(of) && Object.hasOwn(of, key) ? of[key] : undefined;
}
