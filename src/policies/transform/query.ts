/** Changes one query into another. `undefined` values are not there. */
export interface QueryEdits {
  readonly remove: readonly string[];
  /** Name → new name. */
  readonly rename: ReadonlyMap<string, string>;
  readonly set: readonly (readonly [name: string, value: string])[];
  readonly add: readonly (readonly [name: string, value: string])[];
}

/**
 * Edits a query, without "?": what is removed goes, what is renamed keeps value and place, what is set stands where the
 * first of its name was, or at the end. All else keeps its octets and its place. Names are compared decoded.
 */
export function editQuery(query: string, { remove, rename, set, add }: QueryEdits): string {
  let parts: string[] = query === "" ? [] : query.split("&");
  if (remove.length > 0) parts = parts.filter((part) => !remove.includes(nameOf(part)));
  if (rename.size > 0) parts = parts.map((part) => renamed(part, rename));
  for (const [name, value] of set) parts = replaced(parts, name, parameter(name, value));
  for (const [name, value] of add) parts.push(parameter(name, value));
  return parts.join("&");
}

function replaced(parts: readonly string[], name: string, part: string): string[] {
  const first = parts.findIndex((one) => nameOf(one) === name);
  if (first < 0) return [...parts, part];
  return parts.flatMap((one, i) => (i === first ? [part] : nameOf(one) === name ? [] : [one]));
}

function renamed(part: string, rename: ReadonlyMap<string, string>): string {
  const to = part === "" ? undefined : rename.get(nameOf(part));
  if (to === undefined) return part;
  const equals = part.indexOf("=");
  return encode(to) + (equals < 0 ? "" : part.slice(equals));
}

/** As readers of application/x-www-form-urlencoded decode it (WHATWG URL, section 5.1); of an empty part none. */
function nameOf(part: string): string {
  const equals = part.indexOf("=");
  const name = equals < 0 ? part : part.slice(0, equals);
  if (!/[%+]/.test(name)) return name;
  for (const [decoded] of new URLSearchParams(`${name}=`)) return decoded;
  return name;
}

function parameter(name: string, value: string): string {
  return `${encode(name)}=${encode(value)}`;
}

/** Nothing that is put in can begin another parameter, or end the line. */
function encode(text: string): string {
  return encodeURIComponent(text.replace(/[\uD800-\uDFFF]/gu, "\uFFFD"));
}
