import { createRequire } from "node:module";
import type { X2jOptions, XMLParser as Parser } from "fast-xml-parser";
import { malformed } from "../fault.ts";
import { put } from "../put.ts";
import { numeric, typed } from "../scalars.ts";
import { resolveReferences } from "./characters.ts";
import { checkXml } from "./check-xml.ts";
import { ITEM, MARK } from "./marks.ts";
import { unescapeName } from "./names.ts";

export interface XmlReading {
  /** The name that the root element must have; it is taken off. */
  readonly root?: string | undefined;
  readonly arrays?: readonly string[] | undefined;
  readonly numbers?: readonly string[] | undefined;
  readonly strings?: readonly string[] | undefined;
  readonly typed: boolean;
  readonly marks: boolean;
}

/** Reads XML as a JSON value. */
export type XmlReader = (text: string) => unknown;

/** A node as the parser gives it, in document order: { "<name>": children, ":@": attributes }. */
type Node = Readonly<Record<string, unknown>>;

// Names in front of which stands what no name has can collide with nothing: neither with these two, nor with what the
// parser refuses or renames, as `constructor`.
const TEXT = "\u0001text";
const CDATA = "\u0001cdata";
const ATTRIBUTES = ":@";

const PARSER_OPTIONS: X2jOptions = {
  preserveOrder: true,
  ignoreAttributes: false,
  attributeNamePrefix: "@",
  textNodeName: TEXT,
  cdataPropName: CDATA,
  trimValues: false,
  parseTagValue: false,
  parseAttributeValue: false,
  // References are resolved here, after the check has found them to be sound.
  processEntities: false,
  transformTagName: (name) => `.${name}`,
  jPath: false,
};

/**
 * Makes a reader of XML; loads the parser, for which reason it is made only where it is needed. What is not well-formed is
 * found before the parser sees it, which is lenient.
 *
 * An element with neither attributes nor elements is its text; any other is an object: attributes as `@name`, elements by
 * name, repeated ones as an array, text as `#text`. Text between elements is joined, trimmed, and dropped where empty.
 */
export function createXmlReader(reading: XmlReading): XmlReader {
  const { XMLParser } = createRequire(import.meta.url)("fast-xml-parser") as { readonly XMLParser: typeof Parser };
  const parser = new XMLParser(PARSER_OPTIONS);
  const elements = new ElementReader(reading);
  return (text) => {
    const [root] = parser.parse(checkXml(text)) as Node[];
    if (root === undefined) throw malformed("has no element");
    const name = nameOf(root);
    if (reading.root === undefined) {
      const document = {};
      const value = elements.read(root, name);
      put(document, unescapeName(name), value);
      return document;
    }
    if (name !== reading.root)
      throw malformed(`has the root element <${name.slice(0, 40)}>, and <${reading.root}> is expected`);
    return elements.read(root, "");
  };
}

/** Once or twice put in front: the parser does it again for an empty element. */
function nameOf(node: Node): string {
  for (const key in node) if (key !== ATTRIBUTES) return key.replace(/^\.+/, "");
  throw new TypeError("the parser gave a node without a name");
}

class ElementReader {
  private readonly reading: XmlReading;
  private readonly arrays: ReadonlySet<string>;
  private readonly numbers: ReadonlySet<string>;
  private readonly strings: ReadonlySet<string>;

  constructor(reading: XmlReading) {
    this.reading = reading;
    this.arrays = new Set(reading.arrays);
    this.numbers = new Set(reading.numbers);
    this.strings = new Set(reading.strings);
  }

  read(node: Node, path: string): unknown {
    const children = childrenOf(node);
    const members = new Map<string, unknown[]>();
    const words = this.attributes(node, path, members);
    if (words.includes("list")) return this.list(children, path);
    if (words.includes("null")) return null;
    const single = new Set<string>();
    const text = this.elements(children, path, members, single);
    if (words.includes("json")) return parseMark(text);
    if (members.size === 0 && !words.includes("object")) return this.scalar(text, path, words);
    const object: Record<string, unknown> = {};
    for (const [name, values] of members) {
      const isArray = values.length > 1 || single.has(name) || this.arrays.has(join(path, name));
      put(object, name, isArray ? values : values[0]);
    }
    return this.addText(object, text, path, words);
  }

  /** Takes the attributes up, and returns the words of the mark. */
  private attributes(node: Node, path: string, members: Map<string, unknown[]>): readonly string[] {
    const attributes = node[ATTRIBUTES] as Readonly<Record<string, string>> | undefined;
    let words: readonly string[] = NO_WORDS;
    for (const key in attributes) {
      const value = resolveReferences((attributes[key] as string).replace(/[\t\n\r]/g, " "));
      if (this.reading.marks && key === `@${MARK}`) words = value.split(" ");
      else members.set(key, [this.scalar(value, join(path, key), NO_WORDS)]);
    }
    return words;
  }

  /** Takes the elements up, and returns the text around them. */
  private elements(
    children: readonly Node[],
    path: string,
    members: Map<string, unknown[]>,
    single: Set<string>,
  ): string {
    let text = "";
    let hasElements = false;
    for (const child of children) {
      if (TEXT in child) text += resolveReferences(child[TEXT] as string);
      else if (CDATA in child) text += cdataOf(child);
      else {
        hasElements = true;
        const name = unescapeName(nameOf(child));
        const value = this.read(child, join(path, name));
        const values = members.get(name);
        if (values === undefined) members.set(name, [value]);
        else values.push(value);
        if (this.reading.marks && wordsOf(child).includes("array")) single.add(name);
      }
    }
    return hasElements ? text.trim() : text;
  }

  private list(children: readonly Node[], path: string): unknown[] {
    const items = children.filter((child) => !(TEXT in child) && !(CDATA in child));
    return items.map((item) => this.read(item, join(path, ITEM)));
  }

  private addText(
    object: Record<string, unknown>,
    text: string,
    path: string,
    words: readonly string[],
  ): Record<string, unknown> {
    // Elements alone, with white space between them; or attributes and nothing else.
    if (text !== "" && !Object.hasOwn(object, "#text")) put(object, "#text", this.scalar(text, path, words));
    return object;
  }

  private scalar(text: string, path: string, words: readonly string[]): unknown {
    if (words.includes("string") || this.strings.has(path)) return text;
    if (this.numbers.has(path)) return numeric(text);
    return this.reading.typed ? typed(text) : text;
  }
}

const NO_WORDS: readonly string[] = [];

function wordsOf(node: Node): readonly string[] {
  const attributes = node[ATTRIBUTES] as Readonly<Record<string, string>> | undefined;
  return attributes?.[`@${MARK}`]?.split(" ") ?? NO_WORDS;
}

function childrenOf(node: Node): readonly Node[] {
  for (const key in node) if (key !== ATTRIBUTES) return node[key] as Node[];
  return [];
}

function cdataOf(node: Node): string {
  return (node[CDATA] as Node[]).map((part) => part[TEXT] as string).join("");
}

function join(path: string, name: string): string {
  return path === "" ? name : `${path}.${name}`;
}

function parseMark(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw malformed(`has an element with ${MARK}="json" whose text is none`);
  }
}
