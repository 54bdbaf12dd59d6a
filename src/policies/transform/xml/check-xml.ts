import { MAX_ATTRIBUTES, MAX_DEPTH, malformed, TransformFault } from "../fault.ts";
import { FORBIDDEN, REFERENCE, referenced } from "./characters.ts";
import { NAME } from "./names.ts";

const SPACE = "[ \\t\\r\\n]";
const EQUALS = `${SPACE}*=${SPACE}*`;
const START_TAG = new RegExp(`<(${NAME})`, "uy");
const ATTRIBUTE = new RegExp(`${SPACE}+(${NAME})${EQUALS}(?:"([^<"]*)"|'([^<']*)')`, "uy");
const TAG_END = new RegExp(`${SPACE}*(/?)>`, "y");
const END_TAG = new RegExp(`</(${NAME})${SPACE}*>`, "uy");
const INSTRUCTION = new RegExp(`<\\?(${NAME})(?=${SPACE}|\\?>)`, "uy");
const DECLARATION = new RegExp(
  `<\\?xml${SPACE}+version${EQUALS}(?:"1\\.[0-9]+"|'1\\.[0-9]+')` +
    `(?:${SPACE}+encoding${EQUALS}(?:"([A-Za-z][\\w.-]*)"|'([A-Za-z][\\w.-]*)'))?` +
    `(?:${SPACE}+standalone${EQUALS}(?:"(?:yes|no)"|'(?:yes|no)'))?${SPACE}*\\?>`,
  "y",
);
const NOT_SPACE = /[^ \t\r\n]/;
/** UTF-8, and what is a part of it. */
const READABLE = /^(?:utf-?8|us-ascii|ascii)$/i;

/**
 * Checks that a text is a well-formed XML 1.0 document, without a DTD, and not nested too deep: with no DOCTYPE there are
 * no entities to expand and nothing to fetch. In one pass, in time proportional to the text.
 *
 * @returns the document's element alone: no declaration, comments or processing instructions, which say nothing here
 * @throws TransformFault with the line and column of what is wrong
 *
 * Source: Extensible Markup Language (XML) 1.0, fifth edition; its well-formedness constraints.
 */
export function checkXml(text: string): string {
  return new Checker(text).document();
}

class Checker {
  private readonly text: string;
  private at = 0;
  /** Names of the elements that are open. */
  private readonly open: string[] = [];
  private rootDone = false;
  private kept = "";

  constructor(text: string) {
    this.text = text;
  }

  document(): string {
    const { text } = this;
    const forbidden = FORBIDDEN.exec(text);
    if (forbidden !== null) throw this.fault("has a character that XML does not allow", forbidden.index);
    if (/^<\?xml[ \t\r\n]/.test(text)) this.declaration();
    while (this.at < text.length) {
      const next = text.indexOf("<", this.at);
      const end = next < 0 ? text.length : next;
      if (end > this.at) this.characters(end);
      if (next >= 0) this.markup();
    }
    if (this.open.length > 0) throw this.fault(`ends inside of <${shown(this.open.at(-1))}>`, text.length);
    if (!this.rootDone) throw this.fault("has no element", text.length);
    return this.kept;
  }

  private declaration(): void {
    const match = this.match(DECLARATION);
    if (match === null) throw this.fault("has an XML declaration that is not well-formed");
    const encoding = match[1] ?? match[2];
    if (encoding !== undefined && !READABLE.test(encoding)) {
      throw new TransformFault("unsupported", `says that it is encoded in ${shown(encoding)}; only UTF-8 is read`);
    }
  }

  /** Text up to `end`, where markup begins or the document ends. */
  private characters(end: number): void {
    const start = this.at;
    const slice = this.text.slice(start, end);
    if (this.open.length === 0) {
      const stray = slice.search(NOT_SPACE);
      if (stray >= 0) throw this.fault("has text outside of its root element", start + stray);
    } else {
      const closed = slice.indexOf("]]>");
      if (closed >= 0) throw this.fault('has "]]>" in its text', start + closed);
      this.references(slice, start);
      this.kept += slice;
    }
    this.at = end;
  }

  private references(value: string, start: number): void {
    for (let at = value.indexOf("&"); at >= 0; at = value.indexOf("&", at + 1)) {
      REFERENCE.lastIndex = at;
      const match = REFERENCE.exec(value);
      if (match === null) throw this.fault("has an & that begins none of the five known entities", start + at);
      if (referenced(match[1], match[2], match[3]) === undefined) {
        throw this.fault("refers to a character that XML does not allow", start + at);
      }
    }
  }

  private markup(): void {
    const { text, at } = this;
    const second = text.charAt(at + 1);
    if (second === "/") this.endTag();
    else if (second === "?") this.instruction();
    else if (second !== "!") this.startTag();
    else if (text.startsWith("<!--", at)) this.comment();
    else if (text.startsWith("<![CDATA[", at)) this.cdata();
    else if (text.startsWith("<!DOCTYPE", at)) throw this.fault("has a DOCTYPE, which is never read");
    else throw this.fault('has "<!" that begins nothing known');
  }

  private startTag(): void {
    const start = this.at;
    const name = this.match(START_TAG)?.[1];
    if (name === undefined) throw this.fault('has a "<" that begins no tag; write &lt;');
    if (this.rootDone && this.open.length === 0) throw this.fault("has more than one root element", start);
    if (this.open.length >= MAX_DEPTH) throw this.fault(`is nested more than ${MAX_DEPTH} deep`, start);
    this.attributes();
    const tagEnd = this.match(TAG_END);
    if (tagEnd === null) throw this.fault(`has a tag <${shown(name)}> that is not well-formed`);
    this.rootDone = true;
    if (tagEnd[1] === "") this.open.push(name);
    this.kept += this.text.slice(start, this.at);
  }

  private attributes(): void {
    let first: string | undefined;
    let names: Set<string> | undefined;
    for (;;) {
      const start = this.at;
      const match = this.match(ATTRIBUTE);
      if (match === null) return;
      const name = match[1] as string;
      if (name === first || names?.has(name) === true) throw this.fault(`has an attribute ${shown(name)} twice`, start);
      if (first === undefined) first = name;
      else names = (names ?? new Set()).add(name);
      if (names !== undefined && names.size >= MAX_ATTRIBUTES) {
        throw this.fault(`has an element with more than ${MAX_ATTRIBUTES} attributes`, start);
      }
      const value = match[2] ?? match[3] ?? "";
      this.references(value, this.at - 1 - value.length);
    }
  }

  private endTag(): void {
    const start = this.at;
    const name = this.match(END_TAG)?.[1];
    if (name === undefined) throw this.fault("has an end tag that is not well-formed");
    const opened = this.open.pop();
    if (opened === undefined) throw this.fault(`closes <${shown(name)}>, which is not open`, start);
    if (opened !== name) throw this.fault(`closes <${shown(opened)}> by </${shown(name)}>`, start);
    this.kept += this.text.slice(start, this.at);
  }

  private instruction(): void {
    const start = this.at;
    const target = this.match(INSTRUCTION)?.[1];
    if (target === undefined) throw this.fault("has a processing instruction that is not well-formed");
    if (target.toLowerCase() === "xml") throw this.fault("has an XML declaration that is not at its beginning", start);
    this.skipTo("?>", "a processing instruction", start);
  }

  private comment(): void {
    const start = this.at;
    const dashes = this.text.indexOf("--", start + 4);
    if (dashes >= 0 && this.text.charAt(dashes + 2) !== ">") throw this.fault('has "--" in a comment', dashes);
    this.at += 4;
    this.skipTo("-->", "a comment", start);
  }

  private cdata(): void {
    const start = this.at;
    if (this.open.length === 0) throw this.fault("has text outside of its root element");
    this.skipTo("]]>", "a CDATA section", start);
    this.kept += this.text.slice(start, this.at);
  }

  private skipTo(end: string, what: string, start: number): void {
    const found = this.text.indexOf(end, this.at);
    if (found < 0) throw this.fault(`has ${what} that does not end`, start);
    this.at = found + end.length;
  }

  /** Matches at the place reached, and goes on behind it. */
  private match(pattern: RegExp): RegExpExecArray | null {
    pattern.lastIndex = this.at;
    const match = pattern.exec(this.text);
    if (match !== null) this.at = pattern.lastIndex;
    return match;
  }

  private fault(message: string, at = this.at): TransformFault {
    const before = this.text.slice(0, at).split(/\r\n?|\n/);
    const column = (before.at(-1)?.length ?? 0) + 1;
    return malformed(`${message} (line ${before.length}, column ${column})`);
  }
}

/** A name in a message: those who send one as long as a document need not get it back. */
function shown(name = ""): string {
  return name.length > 40 ? `${name.slice(0, 40)}…` : name;
}
