const START =
  "A-Z_a-z\\u{C0}-\\u{D6}\\u{D8}-\\u{F6}\\u{F8}-\\u{2FF}\\u{370}-\\u{37D}\\u{37F}-\\u{1FFF}\\u{200C}\\u{200D}\\u{2070}-\\u{218F}\\u{2C00}-\\u{2FEF}\\u{3001}-\\u{D7FF}\\u{F900}-\\u{FDCF}\\u{FDF0}-\\u{FFFD}\\u{10000}-\\u{EFFFF}";
const REST = `${START}\\-.0-9\\u{B7}\\u{300}-\\u{36F}\\u{203F}-\\u{2040}`;

/** Source of a regular expression (flag u) for Name (XML 1.0, production 5). */
export const NAME = `[:${START}][:${REST}]*`;

const START_CHAR = new RegExp(`^[${START}]$`, "u");
const REST_CHAR = new RegExp(`^[${REST}]$`, "u");
const SIMPLE = new RegExp(`^[${START}][${REST}]*$`, "u");
const QUALIFIED = new RegExp(`^([${START}][${REST}]*):([${START}][${REST}]*)$`, "u");
/** Most keys: nothing to look up, nothing to escape. */
const PLAIN = /^[A-Za-z][A-Za-z0-9.-]*$/;

/** Prefixes of namespaces that are declared where a name stands. */
export type Prefixes = ReadonlySet<string>;

/** `xml` is always declared (Namespaces in XML 1.0, section 3). */
export const NO_PREFIXES: Prefixes = new Set(["xml"]);

/** Whether a name can stand as it is: an NCName, or a QName whose prefix is declared. */
export function isUsableName(name: string, prefixes: Prefixes): boolean {
  if (PLAIN.test(name) || SIMPLE.test(name)) return true;
  const prefix = QUALIFIED.exec(name)?.[1];
  return prefix !== undefined && prefixes.has(prefix);
}

/** Whether a text is an NCName or a QName, wherever it may stand. */
export function isElementName(name: string): boolean {
  return SIMPLE.test(name) || QUALIFIED.test(name);
}

/**
 * An element's name for any text, reversibly: what a name cannot have is written `_xHHHH_`, by UTF-16 units, as .NET's
 * XmlConvert and SQL/XML (ISO 9075-14) do; `_x` itself is `_x005F_x`, and no name at all `_x_`.
 */
export function escapeName(name: string, prefixes: Prefixes): string {
  if (PLAIN.test(name)) return name;
  if (name === "") return "_x_";
  const colon = isUsableName(name, prefixes) ? name.indexOf(":") : -1;
  let escaped = "";
  let at = 0;
  for (const char of name) {
    const isFirst = at === 0;
    const isNameChar = at === colon || (isFirst ? START_CHAR : REST_CHAR).test(char);
    const isEscape = char === "_" && name.charAt(at + 1) === "x";
    escaped += isNameChar && !isEscape ? char : escapeUnits(char);
    at += char.length;
  }
  return escaped;
}

function escapeUnits(char: string): string {
  let escaped = "";
  for (let i = 0; i < char.length; i++) {
    escaped += `_x${char.charCodeAt(i).toString(16).toUpperCase().padStart(4, "0")}_`;
  }
  return escaped;
}

/** What `escapeName` was given. */
export function unescapeName(name: string): string {
  if (!name.includes("_x")) return name;
  return name.replace(/_x([0-9A-Fa-f]{4})?_/g, (_, hex: string | undefined) =>
    hex === undefined ? "" : String.fromCharCode(Number.parseInt(hex, 16)),
  );
}
