import { z } from "zod";
import { configSchema } from "./schema.ts";

/** A name, not an address: the file is in the package, beside this one. */
const ID = "urn:gatewayctl:config:1";

/**
 * The JSON Schema (draft 2020-12) of what may be written in a config, as text. Made from the Zod schema: there is no
 * second source. Where something else than free text is wanted, a text with `${NAME}` in it is admitted too.
 */
export function renderJsonSchema(): string {
  const { $schema, $defs, type, ...rest } = z.toJSONSchema(configSchema, {
    io: "input",
    target: "draft-2020-12",
    unrepresentable: "any",
    override: ({ jsonSchema, path }) => {
      // Names of services and the like are keys, which are never replaced.
      if (path.at(-1) !== "propertyNames") refine(jsonSchema);
    },
  });
  const document = {
    $schema,
    $id: ID,
    title: "gatewayctl configuration",
    description: "Listeners, services and routes of a gatewayctl gateway, version 1.",
    type,
    ...rest,
    $defs: { ...$defs, placeholder: PLACEHOLDER },
  };
  return `${JSON.stringify(document, undefined, 2)}\n`;
}

const PLACEHOLDER = {
  type: "string",
  pattern: "\\$\\{",
  description: "${NAME} or ${NAME:-default}, from the environment or .env.",
};

type JsonSchema = Record<string, unknown>;

/** What says how a value looks, and so moves into the alternative; the rest says what it is for. */
const FORM_KEYWORDS = ["type", "enum", "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf"];

function refine(schema: JsonSchema): void {
  // The bounds of safe integers say nothing to a reader.
  if (schema["minimum"] === Number.MIN_SAFE_INTEGER) delete schema["minimum"];
  if (schema["maximum"] === Number.MAX_SAFE_INTEGER) delete schema["maximum"];
  if (typeof schema["pattern"] === "string") schema["pattern"] = `(?:${schema["pattern"]})|\\$\\{`;
  const isTyped = ["integer", "number", "boolean"].includes(schema["type"] as string) || Array.isArray(schema["enum"]);
  if (!isTyped || schema["const"] !== undefined || schema["anyOf"] !== undefined) return;
  const form: JsonSchema = {};
  for (const keyword of FORM_KEYWORDS) {
    if (schema[keyword] === undefined) continue;
    form[keyword] = schema[keyword];
    delete schema[keyword];
  }
  schema["anyOf"] = [form, { $ref: "#/$defs/placeholder" }];
}
