import type { Direction } from "../schemas/marked-properties.ts";
import { parseMediaType } from "../values/media-type.ts";
import type { BodySpec, Content, ResponseSpec } from "./operation.ts";
import { describe, readEncodings } from "./read-parameters.ts";
import type { OpenApiReader, Part } from "./reader.ts";

/** An operation's `requestBody`. */
export function readBody(reader: OpenApiReader, at: Part): BodySpec | undefined {
  const part = reader.mapping(at, "a request body");
  if (part === undefined) return undefined;
  if (part.value["content"] === undefined) return reader.invalid(part, "has no content");
  return { required: part.value["required"] === true, contents: readContents(reader, part, "request") };
}

/** An operation's `responses`. */
export function readResponses(reader: OpenApiReader, operation: Part): ResponseSpec[] {
  return reader.childrenOf(operation, "responses").flatMap(([status, at]): ResponseSpec[] => {
    if (status.startsWith("x-")) return [];
    if (!/^(?:[1-5]\d\d|[1-5]XX|default)$/.test(status)) {
      reader.invalid(at, `"${status}" is no status: neither as in 200, nor as in 2XX, nor "default"`);
      return [];
    }
    const part = reader.mapping(at, "a response");
    if (part === undefined) return [];
    const headers = reader.childrenOf(part, "headers").flatMap(([name, header]) => {
      const described = reader.mapping(header, "a header");
      // Source: OpenAPI, "Response Object": a Content-Type among them is ignored.
      if (described === undefined || name.toLowerCase() === "content-type") return [];
      return [describe(reader, described, name.toLowerCase(), "header", "response")];
    });
    return [{ status, headers, contents: readContents(reader, part, "response") }];
  });
}

function readContents(reader: OpenApiReader, part: Part, direction: Direction): Content[] {
  return reader.childrenOf(part, "content").flatMap(([type, at]): Content[] => {
    const range = parseMediaType(type);
    if (range === undefined) {
      reader.invalid(at, `"${type}" is no media type`);
      return [];
    }
    const media = reader.mapping(at, "a media type");
    if (media === undefined) return [];
    const schema = reader.childOf(media, "schema");
    return [
      {
        range,
        schema: schema && reader.schema(schema, direction),
        encodings: readEncodings(media.value["encoding"]),
      },
    ];
  });
}
