import { childPointer, isMapping, member } from "../documents/json-pointer.ts";
import type { Direction } from "../schemas/marked-properties.ts";
import { kindOf, parseMediaType } from "../values/media-type.ts";
import type { Style } from "../values/parameter.ts";
import type { Parameter, Place } from "./operation.ts";
import type { OpenApiReader, Part } from "./reader.ts";

const STYLES: Readonly<Record<Parameter["in"], readonly Style[]>> = {
  path: ["simple", "label", "matrix"],
  query: ["form", "spaceDelimited", "pipeDelimited", "deepObject"],
  header: ["simple"],
  cookie: ["form"],
};

/** Header parameters of these names are ignored: they have other places in the document. */
const NOT_PARAMETERS = new Set(["accept", "content-type", "authorization"]);

/** The parameters of a path and one of its operations; the operation's own replace those of the same name and place. */
export function readParameters(reader: OpenApiReader, lists: readonly (Part | undefined)[]): Parameter[] {
  const byKey = new Map<string, Parameter>();
  for (const list of lists) {
    if (list?.value === undefined) continue;
    if (!Array.isArray(list.value)) {
      reader.invalid(list, "is not a list");
      continue;
    }
    list.value.forEach((value: unknown, i) => {
      const parameter = readParameter(reader, { ...list, value, pointer: childPointer(list.pointer, i) });
      if (parameter !== undefined) byKey.set(`${parameter.in} ${parameter.name}`, parameter);
    });
  }
  return [...byKey.values()];
}

function readParameter(reader: OpenApiReader, at: Part): Parameter | undefined {
  const part = reader.mapping(at, "a parameter");
  if (part === undefined) return undefined;
  const { name, in: place } = part.value;
  if (typeof name !== "string" || name === "") return reader.invalid(part, "has no name");
  if (!isPlace(place)) return reader.invalid(part, '`in` is none of "path", "query", "header" and "cookie"');
  if (place === "header" && NOT_PARAMETERS.has(name.toLowerCase())) return undefined;
  const required = part.value["required"] === true;
  if (place === "path" && !required) reader.invalid(part, `the path parameter ${name} is not \`required: true\``);
  return describe(reader, part, place === "header" ? name.toLowerCase() : name, place, "request");
}

/** A parameter, or a header of a response, whose name and place are known. */
export function describe(
  reader: OpenApiReader,
  part: Part & { readonly value: Readonly<Record<string, unknown>> },
  name: string,
  place: Parameter["in"],
  direction: Direction,
): Parameter {
  const { value } = part;
  const styles = STYLES[place];
  const style = (value["style"] ?? styles[0]) as Style;
  if (!styles.includes(style)) reader.invalid(part, `\`style\` of a ${place} parameter is one of ${styles.join(", ")}`);
  const explode = typeof value["explode"] === "boolean" ? value["explode"] : style === "form" || style === "deepObject";
  const content = isMapping(value["content"]) ? Object.entries(value["content"])[0] : undefined;
  const type = content && parseMediaType(content[0]);
  const schemaPart: Part | undefined =
    content === undefined
      ? reader.childOf(part, "schema")
      : reader.childOf(
          { ...part, value: content[1], pointer: `${part.pointer}/content${childPointer("", content[0])}` },
          "schema",
        );
  return {
    name,
    in: place,
    required: value["required"] === true,
    style,
    explode,
    allowEmpty: place === "query" && value["allowEmptyValue"] === true,
    isJson: type !== undefined && kindOf(type) === "json",
    schema: schemaPart && reader.schema(schemaPart, direction),
  };
}

function isPlace(place: unknown): place is Exclude<Place, "body"> {
  return typeof place === "string" && Object.hasOwn(STYLES, place);
}

/** Whether a template and the path parameters name the same captures. */
export function checkCaptures(
  reader: OpenApiReader,
  at: Part,
  template: string,
  parameters: readonly Parameter[],
): void {
  const captured = new Set([...template.matchAll(/\{([^{}]*)\}/g)].map(([, name]) => name ?? ""));
  const described = new Set(parameters.filter((one) => one.in === "path").map(({ name }) => name));
  for (const name of described) {
    if (!captured.has(name)) reader.invalid(at, `the path has no {${name}}, which is a parameter`);
  }
  for (const name of captured) {
    if (!described.has(name)) reader.documents.warn("GW0143", at, `no parameter describes {${name}} of the path`);
  }
}

/** Of a part of a document, the encodings of a form's members. */
export function readEncodings(value: unknown): Map<string, { style: Style; explode: boolean; isJson: boolean }> {
  const encodings = isMapping(value) ? Object.entries(value) : [];
  return new Map(
    encodings.map(([name, encoding]) => {
      const style = (member(encoding, "style") ?? "form") as Style;
      const stated = member(encoding, "explode");
      const explode = typeof stated === "boolean" ? stated : style === "form" || style === "deepObject";
      const contentType = member(encoding, "contentType");
      const type = typeof contentType === "string" ? parseMediaType(contentType) : undefined;
      return [name, { style, explode, isJson: type !== undefined && kindOf(type) === "json" }];
    }),
  );
}
