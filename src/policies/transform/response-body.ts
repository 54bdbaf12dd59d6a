import type { Answer } from "../../exchange/answer.ts";
import type { PolicyExchange } from "../../exchange/policy-exchange.ts";
import type { PolicyResponse } from "../../exchange/policy-response.ts";
import { bindingsOf } from "./bindings.ts";
import { checkCodings, codingsOf, decodeBody, tooLarge } from "./coding.ts";
import type { Converter } from "./convert.ts";
import { TransformFault } from "./fault.ts";
import { ACCEPT, CONTENT_TYPES, isOfFormat, isUtf8, parseMediaType } from "./media-type.ts";
import type { ResponseBodyOptions } from "./schema.ts";

/**
 * Asks the endpoint for what can be converted: the whole, in the format that is read, and not coded. Conditions stay:
 * what a client knows of a converted response is its weak tag, and that compares well with the endpoint's own.
 */
export function askForConvertible({ request, requestFields }: PolicyExchange, { from, to }: Converter): void {
  requestFields.remove("range");
  requestFields.remove("if-range");
  requestFields.set("accept-encoding", "identity");
  if (from !== to && request.headers.has("accept")) requestFields.set("accept", ACCEPT[from]);
}

/** Converts a response's body, or the head of what has none. A promise only where there is a body to wait for. */
export function convertResponse(
  exchange: PolicyExchange,
  response: PolicyResponse,
  converter: Converter,
  options: ResponseBodyOptions,
): Answer | undefined | Promise<Answer | undefined> {
  const { status } = response;
  if (status === 304) {
    weakenTag(exchange, response);
    return undefined;
  }
  if (status === 204 || status < 200) return undefined;
  const isHead = exchange.request.method === "HEAD";
  if (!response.hasBody && !isHead) return undefined;
  const type = parseMediaType(response.headers.get("content-type"));
  if (type === undefined || !isOfFormat(type, converter.from)) {
    if (options.others === "pass") return undefined;
    return refuse(`its media type is ${type?.essence ?? "not said"}, not ${converter.from}`);
  }
  const isMapped = options.mapErrors || (status >= 200 && status <= 299);
  if (!isMapped && !converter.changesFormat) return undefined;
  if (status === 206) return refuse("it is a part of a whole (206)");
  // What the gateway has made itself is there for HEAD, too, which so learns its length.
  if (isHead && response.from === "endpoint") {
    describeResponse(exchange, response, converter, isMapped);
    exchange.responseFields.remove("content-length");
    return undefined;
  }
  if (!isUtf8(type)) return refuse(`its charset is ${type.charset}, not UTF-8`);
  const length = response.length ?? 0;
  if (length > options.maxBytes) return refuse(`its body is longer than ${options.maxBytes} bytes`);
  return convertBody(exchange, response, converter, { maxBytes: options.maxBytes, isMapped });
}

async function convertBody(
  exchange: PolicyExchange,
  response: PolicyResponse,
  converter: Converter,
  { maxBytes, isMapped }: { readonly maxBytes: number; readonly isMapped: boolean },
): Promise<Answer | undefined> {
  const bindings = converter.hasMap && isMapped ? bindingsOf(exchange, response) : {};
  const codings = codingsOf(response.headers.get("content-encoding"));
  try {
    checkCodings(codings);
    const bytes = await response.body(maxBytes);
    if (bytes === undefined) throw tooLarge(maxBytes);
    if (bytes.length === 0 && response.hasBody) return undefined;
    if (bytes.length === 0) {
      describeResponse(exchange, response, converter, isMapped);
      return undefined;
    }
    const decoded = codings.length === 0 ? bytes : await decodeBody(bytes, codings, maxBytes);
    const known = { exchange, response };
    const converted = isMapped
      ? await converter.convert(decoded, known, () => bindings)
      : converter.convertNow(decoded, known, true);
    response.replaceBody(converted);
    describeResponse(exchange, response, converter, isMapped);
    return undefined;
  } catch (error) {
    if (!(error instanceof TransformFault)) throw error;
    return refuse(`${error.kind === "mapping" ? "the mapping of its body" : "its body"} ${error.message}`);
  }
}

/** What said something of the octets that were, and says what they are now. */
function describeResponse(
  exchange: PolicyExchange,
  response: PolicyResponse,
  { from, to }: Converter,
  isMapped: boolean,
): void {
  const { responseFields } = exchange;
  if (from !== to && (isMapped || to !== "text")) responseFields.set("content-type", CONTENT_TYPES[to]);
  for (const name of ["content-encoding", "content-md5", "digest", "content-digest", "repr-digest", "accept-ranges"]) {
    responseFields.remove(name);
  }
  weakenTag(exchange, response);
}

/** The same meaning, other octets: RFC 9110 section 8.8.1. */
function weakenTag({ responseFields }: PolicyExchange, { headers }: PolicyResponse): void {
  const tag = headers.get("etag");
  if (tag?.startsWith('"') === true) responseFields.set("etag", `W/${tag}`);
}

/** Why is for those who run the gateway: other clients learn nothing of what is behind it. */
function refuse(why: string): Answer {
  const detail = `The response cannot be transformed: ${why}.`;
  return { kind: "problem", code: "GW0522", detail, inDevelopment: true };
}
