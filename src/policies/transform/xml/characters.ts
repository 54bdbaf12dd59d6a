/** What no XML document can hold, not even by reference: controls, U+FFFE and U+FFFF, halves of pairs (production 2). */
// oxlint-disable-next-line no-control-regex -- controls are what it is about
export const FORBIDDEN = /[\u0000-\u0008\u000B\u000C\u000E-\u001F\uFFFE\uFFFF\uD800-\uDFFF]/u;
const FORBIDDEN_EACH = new RegExp(FORBIDDEN.source, "gu");

const PREDEFINED: Readonly<Record<string, string>> = { amp: "&", lt: "<", gt: ">", quot: '"', apos: "'" };

/** One of the five predefined entities, or a character by its number: all references that there are without a DTD. */
export const REFERENCE = /&(?:(amp|lt|gt|quot|apos)|#(?:([0-9]+)|x([0-9A-Fa-f]+)));/y;
const REFERENCES = new RegExp(REFERENCE.source, "g");

/** The character of a `REFERENCE`; `undefined` where XML knows no such character. */
export function referenced(
  name: string | undefined,
  decimal: string | undefined,
  hex: string | undefined,
): string | undefined {
  if (name !== undefined) return PREDEFINED[name];
  const code = decimal === undefined ? Number.parseInt(hex ?? "", 16) : Number.parseInt(decimal, 10);
  if (!(code <= 0x10ffff)) return undefined;
  const char = String.fromCodePoint(code);
  return FORBIDDEN.test(char) ? undefined : char;
}

/** Resolves the references of a text that has been checked. */
export function resolveReferences(text: string): string {
  if (!text.includes("&")) return text;
  return text.replace(REFERENCES, (all: string, name?: string, decimal?: string, hex?: string) => {
    return referenced(name, decimal, hex) ?? all;
  });
}

/** Element content that means `text`. What XML cannot hold becomes U+FFFD. */
export function escapeText(text: string): string {
  return clean(text).replace(/[&<>\r]/g, (char) => ESCAPES[char] as string);
}

/** An attribute's value that means `text`: white space, too, which a reader would else make spaces of. */
export function escapeAttribute(text: string): string {
  return clean(text).replace(/[&<>"\t\n\r]/g, (char) => ESCAPES[char] as string);
}

function clean(text: string): string {
  return FORBIDDEN.test(text) ? text.replace(FORBIDDEN_EACH, "\uFFFD") : text;
}

const ESCAPES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "\t": "&#9;",
  "\n": "&#10;",
  "\r": "&#13;",
};
