import type { Clock } from "../../shared/clock.ts";
import { tooLarge } from "./coding.ts";
import { malformed, TransformFault } from "./fault.ts";
import { readJson } from "./json.ts";
import { type Bindings, compileMapping } from "./map.ts";
import type { Format } from "./media-type.ts";
import { formatsOf, type RequestBodyOptions, type ResponseBodyOptions } from "./schema.ts";
import { compileTemplate } from "./template.ts";
import { type Escape, fillTemplate, type Known, plainText } from "./values.ts";
import { escapeAttribute } from "./xml/characters.ts";
import { createXmlReader } from "./xml/read-xml.ts";
import { writeXml } from "./xml/write-xml.ts";

/** Makes one document of another. */
export interface Converter {
  readonly from: Exclude<Format, "text">;
  readonly to: Format;
  /** Is there an expression, which takes its time? */
  readonly hasMap: boolean;
  /** Whether there is anything to do where `map` and `template` do not apply. */
  readonly changesFormat: boolean;
  /**
   * The whole way.
   * @throws TransformFault
   */
  convert(bytes: Uint8Array, known: Known, bindings: () => Bindings): Promise<Uint8Array>;
  /**
   * The way without `map`; without `template`, too, where `plain`.
   * @throws TransformFault
   */
  convertNow(bytes: Uint8Array, known: Known, plain?: boolean): Uint8Array;
  /**
   * Reads a document and does nothing with it.
   * @throws TransformFault
   */
  check(bytes: Uint8Array): void;
}

/** Compiles what is to become of bodies; loads what libraries that takes. */
export function createConverter(options: RequestBodyOptions | ResponseBodyOptions, clock: Clock): Converter {
  const { from, to } = formatsOf(options);
  const { maxBytes } = options;
  const read = createReader(options);
  const map = options.map === undefined ? undefined : compileMapping(options.map, clock);
  const fill = createFiller(options, to);
  const write = (value: unknown, known: Known, plain = false): Uint8Array => {
    const text = fill !== undefined && !plain ? fill(value, known) : writeFormat(value, to, options);
    const bytes = encoder.encode(text);
    if (bytes.length > maxBytes) throw tooLarge(maxBytes);
    return bytes;
  };
  return {
    from,
    to,
    hasMap: map !== undefined,
    changesFormat: from !== to && to !== "text",
    async convert(bytes, known, bindings) {
      const value = read(decodeText(bytes));
      return write(map === undefined ? value : await map(value, bindings()), known);
    },
    convertNow: (bytes, known, plain) => write(read(decodeText(bytes)), known, plain),
    check: (bytes) => void read(decodeText(bytes)),
  };
}

const encoder = new TextEncoder();
const decoder = new TextDecoder("utf-8", { fatal: true });

/** UTF-8, its mark taken off. */
function decodeText(bytes: Uint8Array): string {
  try {
    return decoder.decode(bytes);
  } catch {
    throw malformed("is not UTF-8");
  }
}

function createReader(options: RequestBodyOptions): (text: string) => unknown {
  const { from, to } = formatsOf(options);
  if (from === "json") return readJson;
  const { arrays, numbers, strings, typed, marks } = options;
  // From XML to XML, the root's name is that of the new document.
  const root = to === "xml" ? undefined : options.root;
  return createXmlReader({ root, arrays, numbers, strings, typed, marks });
}

function writeFormat(value: unknown, to: Format, { root, marks }: RequestBodyOptions): string {
  if (to === "xml") return writeXml(value, { root, marks });
  try {
    // An expression that finds nothing, or whose value is a function, makes no JSON.
    return JSON.stringify(value) ?? "null";
  } catch {
    throw new TransformFault("mapping", "made what cannot be written as JSON");
  }
}

const ESCAPES: Readonly<Record<Format, Escape>> = {
  json: (value) => JSON.stringify(value) ?? "null",
  xml: (value) => escapeAttribute(plainText(value)),
  text: plainText,
};

function createFiller(options: RequestBodyOptions, to: Format): ((body: unknown, known: Known) => string) | undefined {
  if (options.template === undefined) return undefined;
  const template = compileTemplate(options.template, "body");
  return (body, known) => fillTemplate(template, { ...known, body }, ESCAPES[to]);
}
