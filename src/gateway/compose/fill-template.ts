import type { PartSource, PartTemplate } from "../../config/compose/part-template.ts";
import { normalizePath, PATH_PROBLEMS, pathProblem } from "../../routing/path.ts";

/** Who is to blame for a value that cannot be used: the client that left it out, or a part that answered without it. */
export type Blame = "request" | "part";

/** What a source says. */
export type SourceValue =
  | { readonly text: string }
  /** Of a path's capture: as it stood there, percent-encoded. */
  | { readonly encoded: string }
  /** For explanations: what stands in the template itself, as nobody has said it yet. */
  | { readonly later: string }
  /** That it says nothing, as the end of a sentence that begins with the source: "is missing". */
  | { readonly lacks: string };

export type ReadSource = (source: PartSource) => SourceValue;

/** A template filled in, or why it cannot be. */
export type Filled = { readonly text: string } | { readonly fault: string; readonly blame: Blame };

/** What endpoints would refuse anyhow, and what one part's answer must not make of another's request. */
const MAX_TARGET = 8 * 1024;
const MAX_FIELD = 4 * 1024;

/**
 * A part's path and query. Every value is one segment of the path, or one value of the query, and nothing else: what would
 * end it, or go up from it, is encoded or refused. An empty one is refused in the path, where it would be another path.
 */
export function fillTarget(template: PartTemplate, read: ReadSource): Filled {
  let text = "";
  let blame: Blame = "request";
  let inQuery = false;
  for (const piece of template) {
    if (typeof piece === "string") {
      inQuery ||= piece.includes("?");
      text += piece;
      continue;
    }
    if (!inQuery && isOfPart(piece.source)) blame = "part";
    const value = read(piece.source);
    const fault = "lacks" in value ? value.lacks : emptyFault(value, inQuery);
    if (fault !== undefined) return { fault: `{${piece.text}} ${fault}`, blame: blameOf(piece.source) };
    const encoded = encodeValue(value);
    if (encoded === undefined) return { fault: `{${piece.text}} is not text`, blame: blameOf(piece.source) };
    text += encoded;
  }
  if (text.length > MAX_TARGET) return { fault: `its path is longer than ${MAX_TARGET / 1024} KiB`, blame };
  const path = text.replace(/\?.*$/s, "");
  if (normalizePath(path) !== undefined) return { text };
  return { fault: `its path ${PATH_PROBLEMS[pathProblem(path) ?? "not-ascii"]}`, blame };
}

function emptyFault(value: SourceValue, inQuery: boolean): string | undefined {
  const isEmpty = "text" in value ? value.text === "" : "encoded" in value && value.encoded === "";
  return isEmpty && !inQuery ? "is empty" : undefined;
}

/** `undefined` where it has half of a character. */
function encodeValue(value: SourceValue): string | undefined {
  if ("later" in value) return value.later;
  if ("encoded" in value) return encodeCapture(value.encoded);
  if (!("text" in value)) return undefined;
  try {
    return encodeURIComponent(value.text);
  } catch {
    return undefined;
  }
}

/** What is encoded stays as it is. A regex capture may reach over several segments, or cut an encoding in two. */
function encodeCapture(raw: string): string {
  return raw.replace(/%[0-9A-Fa-f]{2}|[^A-Za-z0-9._~-]/g, (found) =>
    found.length === 3 ? found : `%${found.charCodeAt(0).toString(16).toUpperCase().padStart(2, "0")}`,
  );
}

/** A field's value: one line, beyond ASCII as UTF-8, one character an octet. */
export function fillField(template: PartTemplate, read: ReadSource): Filled {
  let text = "";
  for (const piece of template) {
    if (typeof piece === "string") {
      text += piece;
      continue;
    }
    const { source, text: name } = piece;
    const value = read(source);
    if ("lacks" in value) return { fault: `{${name}} ${value.lacks}`, blame: blameOf(source) };
    const plain = "text" in value ? value.text : "later" in value ? value.later : decodeCapture(value.encoded);
    const octets = Buffer.from(plain, "utf8").toString("latin1");
    if (/[^\t\x20-\x7e\x80-\xff]/.test(octets)) {
      return { fault: `{${name}} has a control character`, blame: blameOf(source) };
    }
    if (octets.length > MAX_FIELD) {
      return { fault: `{${name}} is longer than ${MAX_FIELD / 1024} KiB`, blame: blameOf(source) };
    }
    text += octets;
  }
  return { text };
}

function decodeCapture(encoded: string): string {
  try {
    return decodeURIComponent(encoded);
  } catch {
    return encoded;
  }
}

function isOfPart(source: PartSource): boolean {
  return source.kind === "body" || source.kind === "status";
}

function blameOf(source: PartSource): Blame {
  return isOfPart(source) ? "part" : "request";
}
