import { createRequire } from "node:module";
import type { Format } from "ajv";
import type * as Library from "ajv/dist/2020.js";
import type { FormatName } from "ajv-formats/dist/formats.js";
import { UNSENT } from "./keywords.ts";
import { compilePattern } from "./pattern-risk.ts";
import { hasTwice, isOneOf } from "./same-items.ts";

const require = createRequire(import.meta.url);

/** Longer texts have none of the forms that are told by a regular expression, so that none of these takes long. */
const LONGEST_OF_A_FORM = 8 * 1024;

/**
 * A validator for 2020-12 with the formats of JSON Schema and OpenAPI. The library is loaded by the first call: it takes
 * 50 ms that most gateways need not spend.
 *
 * @param allErrors find all faults of a value, and not only the first
 */
export function createAjv(allErrors: boolean): Library.Ajv2020 {
  const { Ajv2020: Ajv, _: code } = require("ajv/dist/2020.js") as typeof Library;
  const ajv = new Ajv({
    allErrors,
    // Names come from clients: "constructor" is no member of an empty object.
    ownProperties: true,
    strict: false,
    strictNumbers: true,
    validateSchema: false,
    logger: false,
    code: { regExp: PATTERNS },
  });
  addFormats(ajv);
  for (const keyword of Object.values(UNSENT)) ajv.addKeyword({ keyword, validate: () => false });
  // The library's own compares every item with every other one.
  ajv.removeKeyword("uniqueItems");
  ajv.addKeyword({
    keyword: "uniqueItems",
    type: "array",
    schemaType: "boolean",
    validate: (isWanted: boolean, items: readonly unknown[]) => !isWanted || !hasTwice(items),
  });
  // The library's own calls `valueOf` of what was sent, which may be anything that JSON can say.
  ajv.removeKeyword("enum");
  ajv.addKeyword({
    keyword: "enum",
    schemaType: "array",
    compile: (values: readonly unknown[]) => isOneOf(values),
    error: { message: "must be one of its values", params: ({ schemaCode }) => code`{allowedValues: ${schemaCode}}` },
  });
  ajv.removeKeyword("const");
  ajv.addKeyword({
    keyword: "const",
    compile: (value: unknown) => isOneOf([value]),
    error: { message: "must be its value", params: ({ schemaCode }) => code`{allowedValue: ${schemaCode}}` },
  });
  return ajv;
}

/** Names of the formats that are checked. */
export function formatNames(): readonly string[] {
  return Object.keys(formats());
}

const PATTERNS = Object.assign((pattern: string, _flags: string) => compilePattern(pattern), { code: "new RegExp" });

function formats(): Readonly<Record<string, Format>> {
  const { fullFormats } = require("ajv-formats/dist/formats.js") as {
    readonly fullFormats: Record<FormatName, Format>;
  };
  return fullFormats;
}

function addFormats(ajv: Library.Ajv2020): void {
  for (const [name, format] of Object.entries(formats())) {
    const form = format;
    if (!(form instanceof RegExp)) ajv.addFormat(name, form);
    else ajv.addFormat(name, { validate: (text: string) => text.length <= LONGEST_OF_A_FORM && form.test(text) });
  }
}
