import type { SchemaId } from "../schemas/schema-bundle.ts";
import type { Shape } from "../schemas/shape.ts";
import type { MediaType } from "../values/media-type.ts";
import type { Style } from "../values/parameter.ts";

/** Where in a request something is. */
export type Place = "path" | "query" | "header" | "cookie" | "body";

/** A schema that was compiled, and what it says of types. */
export interface UsableSchema {
  readonly id: SchemaId;
  readonly shape: Shape;
}

export interface Parameter {
  readonly name: string;
  readonly in: Exclude<Place, "body">;
  readonly required: boolean;
  readonly style: Style;
  readonly explode: boolean;
  /** `?flag=` and `?flag` say nothing about a value. */
  readonly allowEmpty: boolean;
  /** Its text is JSON: the parameter has `content`, and no `schema`. */
  readonly isJson: boolean;
  readonly schema: UsableSchema | undefined;
}

/** A member of a form that is not written as forms write it. */
export interface Encoding {
  readonly style: Style;
  readonly explode: boolean;
  readonly isJson: boolean;
}

/** One of the media types of a body. */
export interface Content {
  readonly range: MediaType;
  readonly schema: UsableSchema | undefined;
  readonly encodings: ReadonlyMap<string, Encoding>;
}

export interface BodySpec {
  readonly required: boolean;
  readonly contents: readonly Content[];
}

export interface ResponseSpec {
  /** "200", "2XX" or "default". */
  readonly status: string;
  readonly headers: readonly Parameter[];
  /** Empty: the document says nothing of a body. */
  readonly contents: readonly Content[];
}

/** An operation of an OpenAPI document. */
export interface Operation {
  /** "GET /pets/{petId}". */
  readonly name: string;
  readonly method: string;
  readonly parameters: readonly Parameter[];
  readonly body: BodySpec | undefined;
  readonly responses: readonly ResponseSpec[];
}
