/** Where a placeholder takes its value from. */
export type Source = "body" | "capture" | "claim" | "cookie" | "exchange" | "header" | "query" | "response";

/** `{header.x-tenant}`: source "header", name "x-tenant". */
export interface Placeholder {
  readonly source: Source;
  readonly name: string;
}

/** A text with holes. */
export interface Template {
  readonly pieces: readonly (string | Placeholder)[];
}

/** What a template is for decides on what it may name: only a response has a status, only a body template a body. */
export type TemplateScope = "request" | "response" | "body";

/** Names that are of the exchange itself. Every other plain name is a capture of the route's path. */
export const EXCHANGE_NAMES = [
  "clientIp",
  "consumer",
  "host",
  "method",
  "path",
  "query",
  "requestId",
  "route",
  "scheme",
  "service",
] as const;

const OWN_NAMES: ReadonlySet<string> = new Set(EXCHANGE_NAMES);
const PREFIXED = /^(body|claim|cookie|header|query|response)\.(.+)$/s;
const CAPTURE = /^[\w-]+$/;
const TOKEN = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;

/**
 * Reads a template: text with placeholders in braces; `{{` and `}}` are the braces themselves.
 *
 * @returns the template, or what is wrong with it, as what follows on "the value …"
 */
export function parseTemplate(text: string, scope: TemplateScope): Template | { readonly fault: string } {
  const pieces: (string | Placeholder)[] = [];
  let literal = "";
  for (let at = 0; at < text.length; ) {
    const char = text.charAt(at);
    if (char !== "{" && char !== "}") {
      literal += char;
      at++;
    } else if (text.charAt(at + 1) === char) {
      literal += char;
      at += 2;
    } else if (char === "}") {
      return { fault: `has a "}" at character ${at + 1} that closes nothing; write }} for a brace` };
    } else {
      const end = text.indexOf("}", at);
      if (end < 0) return { fault: `has a "{" at character ${at + 1} that is never closed; write {{ for a brace` };
      const placeholder = placeholderOf(text.slice(at + 1, end), scope);
      if (typeof placeholder === "string") return { fault: placeholder };
      if (literal !== "") pieces.push(literal);
      literal = "";
      pieces.push(placeholder);
      at = end + 1;
    }
  }
  if (literal !== "") pieces.push(literal);
  return { pieces };
}

/** @returns the placeholder, or what is wrong with it */
function placeholderOf(text: string, scope: TemplateScope): Placeholder | string {
  if (text === "status" && scope !== "request") return { source: "response", name: ":status" };
  if (text === "body" && scope === "body") return { source: "body", name: "" };
  if (OWN_NAMES.has(text)) return { source: "exchange", name: text };
  const match = PREFIXED.exec(text);
  if (match === null) {
    return CAPTURE.test(text)
      ? { source: "capture", name: text }
      : `has {${text}}, which is no name; write {{ for a brace`;
  }
  const [, source, name] = match as unknown as [string, Source, string];
  if (source === "body" && scope !== "body") return `has {${text}}: only \`template\` knows the body`;
  if (source === "response" && scope === "request") return `has {${text}}: a request has no response yet`;
  if (source !== "header" && source !== "response") return { source, name };
  return TOKEN.test(name) ? { source, name: name.toLowerCase() } : `has {${text}}, which names no header field`;
}

/** The template of a text that the config's schema has let pass. */
export function compileTemplate(text: string, scope: TemplateScope): Template {
  const template = parseTemplate(text, scope);
  if ("fault" in template) throw new TypeError(`the template ${template.fault}`);
  return template;
}
