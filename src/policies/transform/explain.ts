import type { PolicyExchange } from "../../exchange/policy-exchange.ts";
import type { Explanation } from "../policy.ts";
import { codingsOf, tooLarge } from "./coding.ts";
import type { Converter } from "./convert.ts";
import { answerTo, describeRequestBody, judgeRequestBody, type SaidType } from "./request-body.ts";
import type { FieldOptions, QueryOptions, RequestBodyOptions, TransformOptions } from "./schema.ts";

/** What is said of fields or parameters: "header fields: set x-env, remove x-secret". */
export function explainEdits(what: string, options: FieldOptions | QueryOptions | undefined): string[] {
  if (options === undefined) return [];
  const { remove, rename, set, add } = options;
  const words = [
    ...remove.map((name) => `remove ${name}`),
    ...Object.entries(rename).map(([name, to]) => `rename ${name} to ${to}`),
    ...Object.keys(set).map((name) => `set ${name}`),
    ...Object.keys(add).map((name) => `add ${name}`),
  ];
  return words.length === 0 ? [] : [`${what}: ${words.join(", ")}`];
}

/** "json → xml under <order>, by map". */
export function explainConversion(
  { from, to, hasMap }: Converter,
  { root, template }: { readonly root?: string | undefined; readonly template?: string | undefined },
): string {
  const ways = [...(hasMap ? ["map"] : []), ...(template === undefined ? [] : ["template"])];
  const under = root === undefined || template !== undefined ? "" : ` under <${root}>`;
  const by = ways.length === 0 ? "" : `, by ${ways.join(" and ")}`;
  return from === to ? `${from}${under}${by}` : `${from} → ${to}${under}${by}`;
}

/**
 * What would become of a request's body. One that the question comes with is converted, if that can be done at once:
 * expressions take their time.
 */
export function explainRequestBody(
  exchange: PolicyExchange,
  converter: Converter,
  options: RequestBodyOptions & SaidType,
): Explanation {
  const way = explainConversion(converter, options);
  const judgement = judgeRequestBody(exchange, converter.from, options.others);
  if (judgement.kind === "pass") return { verdict: "pass", reason: `body ${way}: ${judgement.why}` };
  if (judgement.kind === "answer") return { verdict: "reject", reason: judgement.why, answer: judgement.answer };
  const bytes = exchange.givenBody;
  if (bytes === undefined || bytes.length === 0) return { verdict: "pass", reason: `body ${way}` };
  const isCoded = codingsOf(exchange.request.headers.get("content-encoding")).length > 0;
  try {
    if (bytes.length > options.maxBytes) throw tooLarge(options.maxBytes);
    if (isCoded) return { verdict: "pass", reason: `body ${way}` };
    if (converter.hasMap) {
      converter.check(bytes);
      return { verdict: "pass", reason: `body ${way}, which only live traffic is put through` };
    }
    const converted = converter.convertNow(bytes, { exchange });
    describeRequestBody(exchange, converter, options.setsType);
    exchange.replaceBody(converted);
    return { verdict: "pass", reason: `body ${way}: ${bytes.length} → ${converted.length} bytes` };
  } catch (error) {
    const answer = answerTo(error);
    return { verdict: "reject", reason: `its body ${(error as Error).message}`, answer };
  }
}

/** All of the policy, in one phrase. */
export function explainAll(options: TransformOptions, body: string[], response: Converter | undefined): string {
  const { request, response: back } = options;
  const parts = [
    ...explainEdits("fields", request?.headers),
    ...explainEdits("query", request?.query),
    ...body,
    ...explainEdits("response fields", back?.headers),
    ...(response === undefined ? [] : [`response body ${explainConversion(response, back?.body ?? {})}`]),
  ];
  return parts.length === 0 ? "changes nothing" : parts.join("; ");
}
