import { childPointer } from "../documents/json-pointer.ts";
import type { SchemaFault } from "../schemas/schema-fault.ts";
import type { Sized } from "../schemas/validators.ts";

/** What came of reading a text. */
export type Read = { readonly fault: SchemaFault } | (Sized & { readonly fault?: undefined });

const UTF_8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
const QUOTE = 0x22;
const BACKSLASH = 0x5c;

/** The text that octets are in UTF-8; `undefined` if they are not. A byte order mark stays. */
export function decodeUtf8(bytes: Uint8Array): string | undefined {
  try {
    return UTF_8.decode(bytes);
  } catch {
    return undefined;
  }
}

/** Reads a JSON body, as {@link readJsonText} does. */
export function readJson(bytes: Uint8Array, maxDepth: number): Read {
  const text = decodeUtf8(bytes);
  return text === undefined ? broken("encoding", "is not UTF-8") : readJsonText(text, maxDepth);
}

/**
 * Reads JSON that every parser reads the same way, as the endpoint has another parser than the gateway: what passes here
 * must not be something else there. So a byte order mark, a name that stands twice in one object, and half of a
 * surrogate pair are refused, and so is what is nested deeper than `maxDepth`, before anything is built of it.
 *
 * Source: RFC 8259 sections 4, 8.1, 8.2 and 9; RFC 7493 (I-JSON) sections 2.1 and 2.3.
 */
export function readJsonText(text: string, maxDepth: number): Read {
  if (text.charCodeAt(0) === 0xfeff) return broken("encoding", "begins with a byte order mark");
  const scan = scanJson(text, maxDepth);
  if (scan === undefined) return broken("depth", `is nested more than ${maxDepth} levels deep`);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    return broken("json", notJson(error));
  }
  const count: Count = { nodes: 0, members: 0 };
  countValues(value, count);
  const lone = scan.mayHaveSurrogates ? findLone(value, "") : undefined;
  if (lone !== undefined) return broken("encoding", "has half of a surrogate pair", lone);
  // A member that is named twice is one in the value, and two in the text.
  if (count.members !== scan.members) return broken("unique", "names a member twice", findDuplicate(text));
  return { value, nodes: count.nodes, length: text.length };
}

function broken(keyword: string, message: string, pointer = ""): { fault: SchemaFault } {
  return { fault: { pointer, message, keyword } };
}

/** The engine's own message repeats parts of the text. */
function notJson(error: unknown): string {
  const message = error instanceof Error ? error.message : "";
  const position = /at position (\d+)/.exec(message)?.[1];
  if (position !== undefined) return `is not JSON: it breaks at character ${position}`;
  return message.includes("end of JSON") ? "is not JSON: it ends too early" : "is not JSON";
}

interface Scan {
  /** Names that stand in the text. */
  readonly members: number;
  readonly mayHaveSurrogates: boolean;
}

/** Looks at brackets and colons outside of texts; `undefined` if the nesting is too deep. */
function scanJson(text: string, maxDepth: number): Scan | undefined {
  let depth = 0;
  let members = 0;
  for (let i = 0; i < text.length; i++) {
    switch (text.charCodeAt(i)) {
      case QUOTE:
        i = endOfText(text, i);
        break;
      case 0x5b: // [
      case 0x7b: // {
        if (++depth > maxDepth) return undefined;
        break;
      case 0x5d: // ]
      case 0x7d: // }
        depth--;
        break;
      case 0x3a: // :
        members++;
        break;
      default:
    }
  }
  return { members, mayHaveSurrogates: text.includes("\\u") && /\\u[dD][89a-fA-F]/.test(text) };
}

/** Where the text that begins here has its closing quote. */
function endOfText(text: string, begin: number): number {
  for (let at = text.indexOf('"', begin + 1); at >= 0; at = text.indexOf('"', at + 1)) {
    let slashes = 0;
    while (text.charCodeAt(at - 1 - slashes) === BACKSLASH) slashes++;
    if (slashes % 2 === 0) return at;
  }
  return text.length;
}

interface Count {
  nodes: number;
  members: number;
}

/** Counts values and members. Nothing is allocated: a body may have hundreds of thousands. */
function countValues(value: unknown, count: Count): void {
  count.nodes++;
  if (typeof value !== "object" || value === null) return;
  if (Array.isArray(value)) {
    for (let i = 0; i < value.length; i++) countValues(value[i], count);
    return;
  }
  for (const name in value) {
    count.members++;
    countValues((value as Record<string, unknown>)[name], count);
  }
}

/** The pointer to the first text, or the first object with a name, that is not well-formed. */
function findLone(value: unknown, pointer: string): string | undefined {
  if (typeof value === "string") return /\p{Surrogate}/u.test(value) ? pointer : undefined;
  if (typeof value !== "object" || value === null) return undefined;
  for (const [name, inside] of Object.entries(value)) {
    if (/\p{Surrogate}/u.test(name)) return pointer;
    const lone = findLone(inside, childPointer(pointer, name));
    if (lone !== undefined) return lone;
  }
  return undefined;
}

const TOKENS = /"[^"\\]*(?:\\.[^"\\]*)*"|[{}[\],:]/g;

/** The pointer to the first member of a well-formed text that has the name of one before it, however they are escaped. */
function findDuplicate(text: string): string {
  const open: { names: Set<string> | undefined; key: string | number }[] = [];
  let last: string | undefined;
  for (const [token] of text.matchAll(TOKENS)) {
    const top = open.at(-1);
    if (token === "{") open.push({ names: new Set(), key: "" });
    else if (token === "[") open.push({ names: undefined, key: 0 });
    else if (token === "}" || token === "]") open.pop();
    else if (token === "," && typeof top?.key === "number") top.key++;
    else if (token === ":" && last !== undefined && top !== undefined) {
      top.key = JSON.parse(last) as string;
      if (top.names?.has(top.key)) return open.reduce((pointer, { key }) => childPointer(pointer, key), "");
      top.names?.add(top.key);
    }
    last = token.startsWith('"') ? token : undefined;
  }
  return "";
}
