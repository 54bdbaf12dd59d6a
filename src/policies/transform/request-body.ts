import type { Answer } from "../../exchange/answer.ts";
import type { PolicyExchange } from "../../exchange/policy-exchange.ts";
import { bindingsOf } from "./bindings.ts";
import { checkCodings, codingsOf, DECODABLE, decodeBody, tooLarge } from "./coding.ts";
import type { Converter } from "./convert.ts";
import { TransformFault } from "./fault.ts";
import { ACCEPTED, CONTENT_TYPES, isOfFormat, isUtf8, parseMediaType } from "./media-type.ts";
import type { RequestBodyOptions } from "./schema.ts";

/** Whether the config says itself what Content-Type is: application/soap+xml, where XML alone would be said. */
export interface SaidType {
  readonly setsType: boolean;
}

/** What is to be done with a request's body: nothing, an answer in its place, or the conversion. */
export type Judgement =
  | { readonly kind: "pass"; readonly why: string }
  | { readonly kind: "answer"; readonly answer: Answer; readonly why: string }
  | { readonly kind: "convert"; readonly codings: readonly string[] };

/** Says by the request's head alone what is to be done with its body. */
export function judgeRequestBody(exchange: PolicyExchange, from: Converter["from"], others: string): Judgement {
  if (!exchange.hasBody) return { kind: "pass", why: "no body" };
  const { headers } = exchange.request;
  const field = headers.get("content-type");
  const type = parseMediaType(field);
  if (type === undefined || !isOfFormat(type, from)) {
    const what = type === undefined ? "no media type" : type.essence;
    if (others === "pass") return { kind: "pass", why: `${what} is not ${from}: it passes untouched` };
    const said = field === undefined ? "The request does not say what its body is" : `The request's body is ${what}`;
    const answer: Answer = {
      kind: "problem",
      code: "GW0520",
      detail: `${said}; here it must be ${ACCEPTED[from]}.`,
      fields: [["accept", ACCEPTED[from]]],
    };
    return { kind: "answer", answer, why: `${what} is not ${from}` };
  }
  const codings = codingsOf(headers.get("content-encoding"));
  try {
    if (!isUtf8(type)) throw new TransformFault("unsupported", `is in ${type.charset}; only UTF-8 is read`);
    checkCodings(codings);
  } catch (error) {
    return { kind: "answer", answer: answerTo(error), why: (error as Error).message };
  }
  return { kind: "convert", codings };
}

/**
 * Converts a request's body.
 *
 * @returns the answer in its place, if that cannot be done
 */
export async function convertRequestBody(
  exchange: PolicyExchange,
  converter: Converter,
  codings: readonly string[],
  { maxBytes, setsType }: RequestBodyOptions & SaidType,
): Promise<Answer | undefined> {
  // Before anything is waited for: later, the request's facts may be gone.
  const bindings = converter.hasMap ? bindingsOf(exchange, undefined) : {};
  try {
    const bytes = await exchange.body(maxBytes);
    if (bytes === undefined) throw tooLarge(maxBytes);
    // Framed as if one came, and none did.
    if (bytes.length === 0) return undefined;
    const decoded = codings.length === 0 ? bytes : await decodeBody(bytes, codings, maxBytes);
    exchange.replaceBody(await converter.convert(decoded, { exchange }, () => bindings));
    describeRequestBody(exchange, converter, setsType);
    return undefined;
  } catch (error) {
    return answerTo(error);
  }
}

/** What said something of the body that was, and says what it is now. */
export function describeRequestBody(
  { requestFields }: PolicyExchange,
  { from, to }: Converter,
  setsType: boolean,
): void {
  if (from !== to && !setsType) requestFields.set("content-type", CONTENT_TYPES[to]);
  for (const name of ["content-encoding", "content-md5", "digest", "content-digest", "repr-digest"]) {
    requestFields.remove(name);
  }
}

const CODES = {
  malformed: "GW0519",
  refused: "GW0519",
  unsupported: "GW0520",
  "too-large": "GW0521",
  mapping: "GW0523",
} as const;

/** The answer to a request whose body could not be converted; what is no fault of the body's is thrown again. */
export function answerTo(error: unknown): Answer {
  if (!(error instanceof TransformFault)) throw error;
  const { kind, message } = error;
  const code = CODES[kind];
  if (kind === "mapping") return { kind: "problem", code, detail: `The mapping of the request's body ${message}.` };
  if (kind === "refused") return { kind: "problem", code, detail: message };
  const fields = kind === "unsupported" ? ([["accept-encoding", DECODABLE]] as const) : [];
  return { kind: "problem", code, detail: `The request's body ${message}.`, fields };
}
