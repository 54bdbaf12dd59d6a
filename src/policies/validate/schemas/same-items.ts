/** Tells whether something is equal, as a JSON value, to one of these. */
export function isOneOf(values: readonly unknown[]): (value: unknown) => boolean {
  const plain = new Set(values.filter((value) => typeof value !== "object" || value === null));
  const texts = new Set(values.filter((value) => typeof value === "object" && value !== null).map(canonical));
  return (value) =>
    typeof value === "object" && value !== null ? texts.size > 0 && texts.has(canonical(value)) : plain.has(value);
}

/** Whether two items of a list are equal as JSON values, whatever the order of their members. */
export function hasTwice(items: readonly unknown[]): boolean {
  const seen = new Set<unknown>();
  for (const item of items) {
    // Texts of objects begin with a bracket and no plain text is kept here without its quotes.
    const key = typeof item === "number" || typeof item === "boolean" || item === null ? item : canonical(item);
    if (seen.has(key)) return true;
    seen.add(key);
  }
  return false;
}

/** The value as text, with members in the order of their names. */
function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(",")}]`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  const members = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${members.map(([name, member]) => `${JSON.stringify(name)}:${canonical(member)}`).join(",")}}`;
}
