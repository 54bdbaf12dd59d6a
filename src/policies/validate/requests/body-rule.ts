import type { PolicyExchange } from "../../../exchange/policy-exchange.ts";
import type { Answer } from "../../../exchange/answer.ts";
import type { BodySpec, Content, UsableSchema } from "../openapi/operation.ts";
import { type BodyKind, fitOf, isUtf8, kindOf, type MediaType, parseMediaType } from "../values/media-type.ts";
import { ACCEPTED_CODINGS, codingsOf } from "../values/content-coding.ts";
import { refuseMediaType } from "./fault.ts";

/** A body that has to be looked at. */
export interface BodyRule {
  readonly kind: Exclude<BodyKind, "opaque">;
  readonly schema: UsableSchema;
  readonly encodings: Content["encodings"];
  /** To be taken off, in this order. */
  readonly codings: readonly string[];
}

/** Why a body need not be looked at. */
export type Unchecked = { readonly unchecked: string };

const NO_ENCODINGS: Content["encodings"] = new Map();
const OF_A_SCHEMA = "application/json, application/x-www-form-urlencoded";

/** What a body has to be, by the document: a rule, an answer at once, or the reason why it is not looked at. */
export function ruleOfDocument(spec: BodySpec, exchange: PolicyExchange): BodyRule | Answer | Unchecked {
  const accepted = spec.contents.map(({ range }) => range.name).join(", ");
  const type = typeOf(exchange);
  if (type === undefined) return refuseMediaType(NO_TYPE, [["accept", accepted]]);
  const content = bestOf(spec.contents, type);
  if (content === undefined) {
    return refuseMediaType(`The body has to be ${accepted}, by the API's description.`, [["accept", accepted]]);
  }
  const { schema, encodings } = content;
  const kind = kindOf(type);
  if (schema === undefined) return { unchecked: `${type.name} has no schema` };
  if (kind === "opaque") return { unchecked: `${type.name} is not looked into` };
  if (!isUtf8(type)) {
    if (kind === "text") return { unchecked: "the text is not in UTF-8" };
    return refuseMediaType(`A body of ${type.name} has to be in UTF-8.`, []);
  }
  return withCodings({ kind, schema, encodings }, exchange);
}

/** What a body has to be by a schema of its own: JSON, or a form. */
export function ruleOfSchema(schema: UsableSchema, exchange: PolicyExchange): BodyRule | Answer {
  const type = typeOf(exchange);
  const fields = [["accept", OF_A_SCHEMA]] as const;
  if (type === undefined) return refuseMediaType(NO_TYPE, fields);
  const kind = kindOf(type);
  if ((kind !== "json" && kind !== "form") || !isUtf8(type)) {
    return refuseMediaType("The body has to be JSON, or a form, in UTF-8.", fields);
  }
  return withCodings({ kind, schema, encodings: NO_ENCODINGS }, exchange);
}

const NO_TYPE = "The body comes without one Content-Type that says what it is.";

function withCodings(rule: Omit<BodyRule, "codings">, { request }: PolicyExchange): BodyRule | Answer {
  const codings = codingsOf(request.headers.get("content-encoding"));
  if (codings !== undefined) return { ...rule, codings };
  const detail = "The body's Content-Encoding is not one that can be decoded here.";
  return refuseMediaType(detail, [["accept-encoding", ACCEPTED_CODINGS]]);
}

/** What a body says that it is; `undefined` if that is nothing, or several things. */
function typeOf({ request }: PolicyExchange): MediaType | undefined {
  const [value, ...others] = request.headers.getAll("content-type");
  return value === undefined || others.length > 0 ? undefined : parseMediaType(value);
}

/** Of the media types that fit, the most specific. */
export function bestOf(contents: readonly Content[], type: MediaType): Content | undefined {
  let best: Content | undefined;
  let bestFit = 0;
  for (const content of contents) {
    const fit = fitOf(content.range, type);
    if (fit > bestFit) {
      best = content;
      bestFit = fit;
    }
  }
  return best;
}
