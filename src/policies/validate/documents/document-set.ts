import { readFileSync, realpathSync, statSync } from "node:fs";
import { basename, dirname, relative, resolve, sep } from "node:path";
import type { DocumentFault } from "./fault.ts";
import { isMapping, member, pointedAt } from "./json-pointer.ts";
import { findAnchor, withoutFragment } from "./anchors.ts";
import { inlineDocument, MalformedText, parseDocumentText, type SourceDocument } from "./source-document.ts";

/** A value inside a document. */
export interface Located {
  readonly document: SourceDocument;
  readonly pointer: string;
  readonly value: unknown;
}

const LONGEST_FILE = 32 * 1024 ** 2;
/** References that lead to references. */
const LONGEST_CHAIN = 50;

type Code = DocumentFault["code"];

/**
 * The documents that a policy's files and references lead to, each read once, and what was found wrong with them. Nothing
 * outside of the folders of the config and of the first document is read, and nothing is ever fetched.
 */
export class DocumentSet {
  readonly faults: DocumentFault[] = [];
  /** What every file said, by its path: who keeps what was made of them can see that it still holds. */
  readonly texts = new Map<string, string>();
  private readonly base: string;
  private readonly documents = new Map<string, SourceDocument | undefined>();
  private readonly folders: string[];

  /** @param base what paths in the config are relative to */
  constructor(base: string) {
    this.base = base;
    this.folders = [realPath(base)];
  }

  /** The file that the config names; `undefined` if it cannot be used. */
  openFirst(name: string): Located | undefined {
    const path = resolve(this.base, name);
    this.folders.push(dirname(realPath(path)));
    return this.open(path, { file: undefined, pointer: "" });
  }

  /** What stands in the config itself. */
  inline(value: unknown): Located {
    return { document: inlineDocument(value), pointer: "", value };
  }

  /** Records a fault at a place. */
  fault(code: Code, at: Pick<Located, "document" | "pointer">, message: string, hint?: string): undefined {
    return this.record(code, "error", at, message, hint);
  }

  warn(code: Code, at: Pick<Located, "document" | "pointer">, message: string, hint?: string): undefined {
    return this.record(code, "warning", at, message, hint);
  }

  private record(
    code: Code,
    severity: DocumentFault["severity"],
    { document, pointer }: Pick<Located, "document" | "pointer">,
    message: string,
    hint: string | undefined,
  ): undefined {
    const isKnown = this.faults.some(
      (one) => one.message === message && one.place.pointer === pointer && one.place.file === document.name,
    );
    if (isKnown) return;
    const place = { file: document.name, pointer, line: document.lineOf(pointer) };
    this.faults.push({ code, severity, message, place, hint });
  }

  /** What a reference at `from` leads to; `undefined`, and a fault, where that is nothing. */
  resolve(reference: string, from: Located): Located | undefined {
    const { file, fragment } = withoutFragment(reference);
    const target = this.documentOf(file, from);
    if (target === undefined) return undefined;
    const pointer = fragment === "" || fragment.startsWith("/") ? fragment : findAnchor(target.root, fragment);
    const value = pointer === undefined ? undefined : pointedAt(target.root, pointer);
    if (pointer === undefined || value === undefined) {
      return this.fault("GW0144", from, `$ref "${reference}" leads to nothing`);
    }
    return { document: target, pointer, value };
  }

  /** Where a value is a reference: what it, and references there, lead to. */
  follow(located: Located): Located | undefined {
    let at = located;
    for (let step = 0; step < LONGEST_CHAIN; step++) {
      const reference = member(at.value, "$ref");
      if (typeof reference !== "string") return at;
      const next = this.resolve(reference, at);
      if (next === undefined) return undefined;
      at = next;
    }
    return this.fault("GW0144", located, "$ref leads round in a circle");
  }

  private documentOf(file: string, from: Located): SourceDocument | undefined {
    if (file === "" || file === idOf(from.document)) return from.document;
    if (/^[a-z][a-z0-9+.-]*:|^\/\//i.test(file)) {
      const hint = "nothing is ever fetched: put a copy of the file beside the document";
      return this.fault("GW0144", from, `$ref "${file}" leads to the network`, hint);
    }
    const folder = from.document.path === undefined ? this.base : dirname(from.document.path);
    return this.open(resolve(folder, file), { file, pointer: from.pointer, from })?.document;
  }

  /** Reads a file, unless that has been done. */
  private open(
    path: string,
    asked: { file: string | undefined; pointer: string; from?: Located },
  ): Located | undefined {
    if (!this.documents.has(path)) this.documents.set(path, this.read(path, asked.from));
    const document = this.documents.get(path);
    return document && { document, pointer: "", value: document.root };
  }

  private read(path: string, from: Located | undefined): SourceDocument | undefined {
    const name = this.shown(path);
    const at = from ?? { document: { ...inlineDocument(undefined), name }, pointer: "" };
    const real = realPath(path);
    if (!this.folders.some((folder) => isBelow(real, folder))) {
      return this.fault("GW0144", at, `$ref leads to ${name}, outside of the folder of the document and of the config`);
    }
    try {
      const problem = fileProblem(path);
      if (problem !== undefined)
        return this.fault("GW0140", at, from ? `$ref leads to ${name}, which ${problem}` : problem);
      const text = readFileSync(path, "utf8");
      this.texts.set(path, text);
      return parseDocumentText(path, name, text);
    } catch (error) {
      if (!(error instanceof MalformedText)) {
        return this.fault("GW0140", at, `cannot be read: ${error instanceof Error ? error.message : String(error)}`);
      }
      const place = { file: name, pointer: "", line: error.line };
      this.faults.push({ code: "GW0141", severity: "error", message: error.message, place });
      return undefined;
    }
  }

  private shown(path: string): string {
    const below = relative(this.base, path);
    return below === "" || below.startsWith("..") ? path : below;
  }
}

function fileProblem(path: string): string | undefined {
  const facts = statSync(path, { throwIfNoEntry: false });
  if (facts === undefined) return "is not there";
  if (!facts.isFile()) return "is not a file";
  return facts.size > LONGEST_FILE ? "is longer than 32 MiB" : undefined;
}

/** The address that a document gives itself, by which its own references may call it. */
function idOf({ root }: SourceDocument): string | undefined {
  const id = isMapping(root) ? member(root, "$id") : undefined;
  return typeof id === "string" ? id.replace(/#$/, "") : undefined;
}

/** Without symbolic links as far as it is there. */
function realPath(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    const parent = dirname(path);
    return parent === path ? path : resolve(realPath(parent), basename(path));
  }
}

function isBelow(path: string, folder: string): boolean {
  return path.startsWith(folder.endsWith(sep) ? folder : folder + sep);
}
