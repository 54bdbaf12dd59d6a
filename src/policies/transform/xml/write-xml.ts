import { MAX_DEPTH, TransformFault } from "../fault.ts";
import { typed } from "../scalars.ts";
import { escapeAttribute, escapeText, FORBIDDEN } from "./characters.ts";
import { ITEM, MARK } from "./marks.ts";
import { escapeName, isUsableName, NO_PREFIXES, type Prefixes } from "./names.ts";

export interface XmlWriting {
  /** The root element's name; without one, the document's only member is the root, or else it is put into `root`. */
  readonly root?: string | undefined;
  readonly marks: boolean;
}

const DECLARATION = '<?xml version="1.0" encoding="UTF-8"?>\n';
const DEFAULT_ROOT = "root";
/** Names that only Namespaces in XML itself may bind (section 3). */
const RESERVED_NAMESPACES = new Set(["http://www.w3.org/XML/1998/namespace", "http://www.w3.org/2000/xmlns/"]);

type Members = readonly (readonly [name: string, value: unknown])[];

/**
 * Writes a JSON value as an XML document that every reader of namespaces takes. Members become elements, arrays repeated
 * elements, `@name` attributes where it is no object or array, `#text` text; arrays in arrays `<item>`s.
 *
 * @throws TransformFault for a value that is nested too deep
 */
export function writeXml(value: unknown, { root, marks }: XmlWriting): string {
  const writer = new Writer(marks);
  if (root !== undefined) return DECLARATION + writer.element(root, value, NO_PREFIXES, false, 1);
  const only = onlyMember(value);
  const [name, content] = only ?? [DEFAULT_ROOT, value];
  return DECLARATION + writer.element(name, content, NO_PREFIXES, false, 1);
}

/** The member that can be the root by itself. */
function onlyMember(value: unknown): readonly [string, unknown] | undefined {
  if (!isObject(value)) return undefined;
  const members = membersOf(value);
  const [only] = members;
  if (only === undefined || members.length > 1 || only[0].startsWith("@") || only[0] === "#text") return undefined;
  return Array.isArray(only[1]) ? undefined : only;
}

class Writer {
  private readonly marks: boolean;

  constructor(marks: boolean) {
    this.marks = marks;
  }

  /** @param isAlone the only item of its array */
  element(name: string, value: unknown, outer: Prefixes, isAlone: boolean, depth: number): string {
    if (depth > MAX_DEPTH) throw new TransformFault("malformed", `is nested more than ${MAX_DEPTH} deep`);
    const words = isAlone ? ["array"] : [];
    if (Array.isArray(value)) {
      words.push("list");
      const items = value.map((item: unknown) => this.element(ITEM, item, outer, false, depth + 1));
      return this.tag(escapeName(name, outer), "", words, items.join(""));
    }
    if (!isObject(value)) {
      const { text, word } = this.scalar(value);
      if (word !== undefined) words.push(word);
      return this.tag(escapeName(name, outer), "", words, escapeText(text));
    }
    const members = membersOf(value);
    const prefixes = withDeclared(outer, members);
    const { attributes, text, elements, hasElements, word } = this.content(members, prefixes, depth);
    if (word !== undefined) words.push(word);
    // Nothing of it shows that it is an object.
    else if (attributes === "" && !hasElements) words.push("object");
    return this.tag(escapeName(name, prefixes), attributes, words, escapeText(text) + elements);
  }

  private tag(name: string, attributes: string, words: readonly string[], content: string): string {
    const mark = this.marks && words.length > 0 ? ` ${MARK}="${words.join(" ")}"` : "";
    const start = `${name}${attributes}${mark}`;
    return content === "" ? `<${start}/>` : `<${start}>${content}</${name}>`;
  }

  private content(members: Members, prefixes: Prefixes, depth: number) {
    let attributes = "";
    let text = "";
    let elements = "";
    let hasElements = false;
    let word: string | undefined;
    const siblings = members.some(([name]) => !name.startsWith("@") && name !== "#text");
    for (const [name, value] of members) {
      if (name.startsWith("@") && this.isAttribute(name.slice(1), value, prefixes)) {
        attributes += ` ${name.slice(1)}="${escapeAttribute(this.scalar(value).text)}"`;
      } else if (name === "#text" && this.isText(value, siblings)) {
        text = this.scalar(value).text;
        word = this.marks && typeof value === "string" && typed(value) !== value ? "string" : undefined;
      } else {
        const written = this.member(name, value, prefixes, depth);
        elements += written;
        hasElements ||= written !== "";
      }
    }
    // Its text alone would be read as that text.
    if (text !== "" && attributes === "" && !hasElements) word = word === undefined ? "object" : `object ${word}`;
    return { attributes, text, elements, hasElements, word };
  }

  private member(name: string, value: unknown, prefixes: Prefixes, depth: number): string {
    if (!Array.isArray(value)) return this.element(name, value, prefixes, false, depth + 1);
    if (value.length === 0) return this.marks ? this.element(name, value, prefixes, false, depth + 1) : "";
    const isAlone = value.length === 1;
    return value.map((item: unknown) => this.element(name, item, prefixes, isAlone, depth + 1)).join("");
  }

  private isAttribute(name: string, value: unknown, prefixes: Prefixes): boolean {
    if (typeof value === "object" && value !== null) return false;
    if (!isAttributeName(name, value, prefixes)) return false;
    if (!this.marks) return true;
    return name !== MARK && value !== null && this.scalar(value).word === undefined;
  }

  private isText(value: unknown, siblings: boolean): boolean {
    if (typeof value === "object" && value !== null) return false;
    if (!this.marks) return true;
    const { text, word } = this.scalar(value);
    if (value === null || text === "" || word === "json") return false;
    // Beside elements, text is trimmed when it is read.
    return !siblings || (text.trim() === text && text !== "");
  }

  /** The text of a value that is neither object nor array, and the word that it needs to come back as what it is. */
  private scalar(value: unknown): { text: string; word: string | undefined } {
    if (typeof value === "boolean") return { text: String(value), word: undefined };
    if (typeof value === "number" && Number.isFinite(value)) {
      const text = String(value);
      return { text, word: typed(text) === value || value === 0 ? undefined : "json" };
    }
    if (typeof value !== "string") return { text: "", word: "null" };
    if (this.marks && FORBIDDEN.test(value)) return { text: jsonText(value), word: "json" };
    return { text: value, word: typed(value) === value ? undefined : "string" };
  }
}

function isAttributeName(name: string, value: unknown, prefixes: Prefixes): boolean {
  if (name === "xmlns") return typeof value === "string" && !RESERVED_NAMESPACES.has(value);
  if (name.startsWith("xmlns:")) return declaredBy(`@${name}`, value) !== undefined;
  return isUsableName(name, prefixes);
}

/** With the prefixes that `@xmlns:…` among the members declare. */
function withDeclared(outer: Prefixes, members: Members): Prefixes {
  let prefixes: Set<string> | undefined;
  for (const [name, value] of members) {
    const prefix = declaredBy(name, value);
    if (prefix !== undefined) prefixes = (prefixes ?? new Set(outer)).add(prefix);
  }
  return prefixes ?? outer;
}

/** The prefix that a member declares, if it declares one as Namespaces in XML 1.0 allows. */
function declaredBy(name: string, value: unknown): string | undefined {
  if (!name.startsWith("@xmlns:") || typeof value !== "string" || value === "") return undefined;
  if (RESERVED_NAMESPACES.has(value) || FORBIDDEN.test(value) || typed(value) !== value) return undefined;
  const prefix = name.slice("@xmlns:".length);
  return !/^xml/i.test(prefix) && !prefix.includes(":") && isUsableName(prefix, NO_PREFIXES) ? prefix : undefined;
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Those that JSON would write: an expression's value may hold functions. */
function membersOf(value: Readonly<Record<string, unknown>>): Members {
  return Object.entries(value).filter(([, member]) => member !== undefined && typeof member !== "function");
}

/** As a JSON text that XML can hold: JSON itself escapes all the rest that XML cannot. */
function jsonText(value: string): string {
  return JSON.stringify(value).replace(/[\uFFFE\uFFFF]/g, (char) => (char === "\uFFFF" ? "\\uffff" : "\\ufffe"));
}
